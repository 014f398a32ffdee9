"""The application database brought to its newest form, by Alembic and without a settings file."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

# Each declares its tables.
import store.consent_records
import store.intake_token
import store.link_records
import store.release_records
import store.saved_view  # noqa: F401

SCRIPTS = Path(__file__).parent / "migrations"

# Any number will do, so long as no other program uses it on the same PostgreSQL server.
_LOCK = 7_305_114


def upgrade(engine: Engine) -> None:
    """Run all revisions that the database has not seen; does nothing when there are none.

    Safe to call from several processes at once: the others wait and then find nothing to do.
    """
    with engine.connect() as connection:
        if _is_current(connection):
            return
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        if not _is_current(connection):
            config = migration_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def migration_config() -> Config:
    """Alembic's settings for this database; the connection is added by the caller."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _is_current(connection: Connection) -> bool:
    heads = set(ScriptDirectory.from_config(migration_config()).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == heads
