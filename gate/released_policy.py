"""What the policy of the released cubes says of their numbers, read apart from what applies it.

The auditor must know which numbers add up: ``data/reference/released_cube.toml`` says so to
whoever reads it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

POLICY = Path(__file__).resolve().parents[1] / "data" / "reference" / "released_cube.toml"


@dataclass(frozen=True, slots=True)
class CubeRule:
    """How the numbers of a cube hang together: ``groups`` hold those that are one table (a whole
    before its parts, or a number alone); ``negative`` are those that may fall below zero. Members
    of the dimensions ``apart`` are not added up; ``beside`` names a cube with the same numbers.
    ``estimates`` are outcomes with estimates, each of at least ``least_treated`` users."""

    groups: tuple[tuple[str, ...], ...]
    negative: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    beside: str = ""
    estimates: tuple[str, ...] = ()
    least_treated: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """The cubes by name, and the hash of the file (64 hex digits)."""

    cubes: dict[str, CubeRule]
    policy_hash: str


def read_policy(path: Path = POLICY) -> Policy:
    """The policy in ``path``. Raises OSError and ValueError where it cannot be read."""
    raw = path.read_bytes()
    told = tomllib.loads(raw.decode("utf-8"))
    least = int(told["rule"]["least_treated"])
    return Policy({c["name"]: _rule(c, least) for c in told["cube"]}, sha256(raw).hexdigest())


def _rule(cube: dict[str, Any], least_treated: int) -> CubeRule:
    measures: dict[str, dict[str, Any]] = cube["measure"]
    whole: list[str] = cube.get("sum", [])
    # A firm may stand twice: such counts add up over nothing.
    alone = [n for n, m in measures.items() if n not in whole and not m.get("distinct")]
    return CubeRule(
        groups=(*([tuple(whole)] if whole else []), *((name,) for name in alone)),
        negative=frozenset(n for n, m in measures.items() if m.get("may_be_negative")),
        apart=frozenset(cube.get("apart", ())),
        beside=str(cube.get("beside", "")),
        estimates=tuple(cube.get("estimate", ())),
        least_treated=least_treated,
    )
