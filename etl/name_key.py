"""The key under which two writings of one firm's name meet; the rules stand in etl.linkage."""

from __future__ import annotations

from etl.linkage.names import name_key

__all__ = ["name_key"]
