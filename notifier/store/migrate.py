"""Bring the tables up to date, by the migrations that travel inside the package."""

from __future__ import annotations

from pathlib import Path

import structlog
from sqlalchemy import Connection, Engine, inspect, text

from notifier.store.engine import writing
from notifier.store.errors import Reason, StoreError, translated

REVISIONS = ("0001", "0002", "0003", "0004")
"""Every schema revision this code knows, oldest first. The last one is what it works with."""

# Any number will do, as long as every machine that may migrate the same database uses the same.
_ADVISORY_LOCK = 7_205_759_403

_log = structlog.get_logger()


def prepare(engine: Engine, url: str, *, migrate: bool) -> None:
    """Make sure the tables are those of the newest revision.

    One plain query where they are already: alembic and what it draws in are loaded only for work.
    Raises :class:`StoreError`: ``NEWER`` for a database made by a later version, ``OLDER`` for one that
    needs work while ``migrate`` is False, and for what the database refuses. A migration is one
    transaction on both databases: it happened or it did not.
    """
    with translated(url):
        with engine.connect() as connection:
            before = _behind(connection, url)
        if before == REVISIONS[-1]:
            return
        if not migrate:
            raise StoreError(url, Reason.OLDER, f"revision {before or 'none'}, wanted {REVISIONS[-1]}")
        with writing(engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            # Another process may have done it while this one waited for the lock.
            before = _behind(connection, url)
            if before != REVISIONS[-1]:
                _upgrade(connection)
                log = _log.debug if before is None else _log.info
                log("store schema brought up to date", before=before, after=REVISIONS[-1])


def _behind(connection: Connection, url: str) -> str | None:
    """The revision the tables are at, ``None`` for an empty database; raises if it is a later one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found not in REVISIONS:
        raise StoreError(url, Reason.NEWER, f"revision {found}, this program knows {REVISIONS[-1]}")
    return found


def _upgrade(connection: Connection) -> None:
    # Here and not at the top: alembic and its templates weigh megabytes, and one start in a hundred needs them.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    # A percent sign would begin an interpolation in alembic's settings.
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
