"""Every setting of the platform, read from the environment in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


class SettingError(ValueError):
    """A setting cannot be used; the message names the variable and what to write instead."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process.

    ``secret_key`` signs forms and cookies and may be empty in demo mode only;
    ``pseudonym_key`` keys the firm pseudonyms (hex or text, at least 32 characters).
    Neither is ever written to disk.
    """

    host: str = "127.0.0.1"
    port: int = 8050
    data_dir: Path = ROOT / "data"
    secret_key: str = ""
    pseudonym_key: str = ""
    demo_password: str = ""
    database_url: str = ""
    geojson_path: Path | None = None
    memory_limit: str = "4GB"
    threads: int = 2
    workers: int = 1
    is_behind_tls: bool = False
    # Bytes that one delivery by API may have.
    max_delivery: int = 2 << 30
    # Hours after which what is served counts as stale; 0: never.
    max_age_hours: int = 0
    # Whether anybody may have the data of public editions.
    is_open_data: bool = False

    @property
    def store_dir(self) -> Path:
        """The folder with the snapshots and their pointer.

        ``LENS_DATA_DIR`` may name the store itself or the folder around it.
        """
        if (self.data_dir / "current").is_file():
            return self.data_dir
        return self.data_dir / "store"

    @property
    def inbox_dir(self) -> Path:
        return self.data_dir / "inbox"

    @property
    def releases_dir(self) -> Path:
        """The folder with the editions of the packages for chambers."""
        return self.data_dir / "releases"

    @property
    def is_loopback(self) -> bool:
        return self.host in LOOPBACK_HOSTS


def application_database_url(store_dir: Path, database_url: str = "") -> str:
    """The address of the application database: the one given, or SQLite beside the snapshots."""
    return database_url or f"sqlite:///{store_dir / 'application.db'}"


def _integer(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        raise SettingError(f"{name} は整数で指定してください（いまの値：{text}）。") from None


def _is_on(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from ``environ``; raises SettingError on a value that cannot be read."""
    geojson = environ.get("LENS_GEOJSON", "").strip()
    return Settings(
        host=environ.get("LENS_HOST", "").strip() or "127.0.0.1",
        port=_integer(environ, "LENS_PORT", 8050),
        data_dir=Path(environ.get("LENS_DATA_DIR", "").strip() or ROOT / "data").resolve(),
        secret_key=environ.get("LENS_SECRET_KEY", ""),
        pseudonym_key=environ.get("LENS_PSEUDONYM_KEY", ""),
        demo_password=environ.get("LENS_DEMO_PASSWORD", ""),
        database_url=environ.get("LENS_DATABASE_URL", "").strip(),
        geojson_path=Path(geojson) if geojson else None,
        memory_limit=environ.get("LENS_MEMORY_LIMIT", "").strip() or "4GB",
        threads=_integer(environ, "LENS_THREADS", 2),
        workers=_integer(environ, "LENS_WORKERS", 1),
        is_behind_tls=_is_on(environ, "LENS_TLS"),
        max_delivery=_integer(environ, "LENS_MAX_DELIVERY", 2 << 30),
        max_age_hours=_integer(environ, "LENS_MAX_AGE", 0),
        is_open_data=_is_on(environ, "LENS_OPEN_DATA"),
    )
