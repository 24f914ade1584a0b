"""The way from an empty database to today's tables, and what is refused on it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, Table, inspect, text

from notifier import store as package
from notifier.model import Standing
from notifier.store import Reason, Store, StoreError, migrate
from notifier.store.engine import connect, writing
from notifier.store.errors import address
from notifier.store.tables import AGAIN, FRESH, metadata
from tests.store.conftest import Open
from tests.store.samples import edition


def test_an_empty_database_gets_exactly_the_tables_of_the_code(store: Store) -> None:
    with store._connections.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_constraints_that_alembic_does_not_compare_are_there_too(store: Store) -> None:
    with store._connections.read() as connection:
        inspector = inspect(connection)
        for table in metadata.sorted_tables:
            found = {check["name"] for check in inspector.get_check_constraints(table.name)}
            assert found == _checks(table)


def test_the_queues_are_partial_indexes_with_the_conditions_of_the_claim(store: Store) -> None:
    with store._connections.read() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            query = "SELECT name, sql FROM sqlite_master"
        else:
            query = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
        found = {name: sql or "" for name, sql in connection.execute(text(query))}
    for name, condition in (("ix_mails_fresh", FRESH), ("ix_mails_again", AGAIN)):
        _, where, rest = found[name].partition(" WHERE ")
        assert where
        # PostgreSQL keeps the condition in its own spelling; the last comparison is the same in both.
        assert rest == condition if sqlite else rest.endswith(f"({condition.rpartition('AND ')[2]}))")


def _checks(table: Table) -> set[str]:
    named = {check.name for check in table.constraints if isinstance(check, CheckConstraint)}
    return {str(name) for name in named if name}


def test_the_code_knows_all_its_revisions_and_no_other() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(package.__file__).parent / "migrations"))
    script = ScriptDirectory.from_config(config)
    oldest_first = [revision.revision for revision in script.walk_revisions()][::-1]
    assert tuple(oldest_first) == migrate.REVISIONS
    assert script.get_current_head() == migrate.REVISIONS[-1]


def test_a_database_is_opened_again_with_all_it_held(shared_url: str, open_store: Open) -> None:
    first = open_store(shared_url)
    first.editions.append([edition()])
    first.close()
    assert open_store(shared_url).editions.all() == [edition()]
    second = Store.open(shared_url, migrate=False)
    assert second.editions.all() == [edition()]
    second.close()


def test_people_of_the_first_revision_keep_what_they_had(shared_url: str, open_store: Open) -> None:
    engine = connect(address(shared_url), make=True)
    with writing(engine) as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(package.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for number, (email, active) in enumerate([("a@example.pl", True), (None, False)], 1):
            connection.execute(
                text(
                    "INSERT INTO subscribers (id, email, language, audiences, have, systems, occasions, active,"
                    " created_at, origin) VALUES (:id, :email, 'pl', '[]', '[]', '[]', '[]', :active, 0, 'file')"
                ),
                {"id": number, "email": email, "active": active},
            )
    engine.dispose()
    rows = open_store(shared_url).subscribers.list(active_only=False)
    assert [(row.subscriber.email, row.standing) for row in rows] == [
        ("a@example.pl", Standing.ACTIVE),
        ("", Standing.GONE),
    ]


def test_a_newer_database_is_refused_and_left_alone(shared_url: str, open_store: Open) -> None:
    store = open_store(shared_url)
    with store._connections.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    for migrate_ in (True, False):
        with pytest.raises(StoreError) as caught:
            Store.open(shared_url, migrate=migrate_)
        assert caught.value.reason is Reason.NEWER
        assert "9999" in caught.value.detail


def test_a_database_without_tables_is_older_and_stays_so_when_only_looked_at(
    shared_url: str, open_store: Open, tmp_path: Path
) -> None:
    (tmp_path / "notifier.db").touch()
    with pytest.raises(StoreError) as caught:
        Store.open(shared_url, migrate=False)
    assert caught.value.reason is Reason.OLDER
    assert open_store(shared_url).editions.all() == []


def test_a_migration_that_fails_half_way_leaves_nothing(
    shared_url: str, open_store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = migrate._upgrade

    def upgrade_and_fail(connection: Connection) -> None:
        real(connection)
        raise RuntimeError("the power went")

    monkeypatch.setattr(migrate, "_upgrade", upgrade_and_fail)
    with pytest.raises(RuntimeError, match="power"):
        Store.open(shared_url)
    monkeypatch.undo()
    with pytest.raises(StoreError, match="revision none"):
        Store.open(shared_url, migrate=False)
    assert open_store(shared_url).editions.all() == []


OPEN = """
import sys
from notifier.store import Store
Store.open(sys.argv[1]).close()
print("alembic" in sys.modules, "sqlalchemy.dialects.postgresql" in sys.modules)
"""


def _open_elsewhere(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OPEN, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_alembic_is_loaded_for_work_only(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'notifier.db'}"
    answers = []
    for _ in range(2):
        out, err = _open_elsewhere(url).communicate(timeout=60)
        answers.append(out.splitlines()[-1] if out else err)
    assert answers[0].startswith("True")
    assert answers[1] == "False False"


def test_three_processes_that_open_an_empty_database_at_once_all_get_it(shared_url: str) -> None:
    opening = [_open_elsewhere(shared_url) for _ in range(3)]
    results = [process.communicate(timeout=60) for process in opening]
    assert [process.returncode for process in opening] == [0, 0, 0], results
