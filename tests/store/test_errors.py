"""What can go wrong with a database, brought about by real means, and the error each one gives."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from notifier.model import NotifierError
from notifier.store import Reason, Store, StoreConflict, StoreError
from notifier.store.tables import subscribers
from tests.store.conftest import Open
from tests.store.samples import NOW, People, edition


def failing(url: str, *, migrate: bool = True) -> StoreError:
    """The error of opening that address."""
    with pytest.raises(StoreError) as caught:
        Store.open(url, migrate=migrate)
    return caught.value


def failing_somewhere(path: Path) -> StoreError:
    """The error of opening that file and reading all of it."""

    def open_and_read() -> None:
        store = Store.open(f"sqlite:///{path}")
        try:
            store.editions.all()
        finally:
            store.close()

    with pytest.raises(StoreError) as caught:
        open_and_read()
    return caught.value


@pytest.fixture
def file(tmp_path: Path, open_store: Open) -> Path:
    """A database with some pages of facts in it, closed."""
    path = tmp_path / "notifier.db"
    store = open_store(f"sqlite:///{path}")
    store.editions.append([edition(f"w{n}") for n in range(500)])
    store.close()
    return path


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder in which this process may not write, also when the tests are run by root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        root = os.geteuid() == 0
        yield folder
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


def drop_rights(folder: Path) -> None:
    """Make the folder unwritable for this process, until the fixture ends."""
    folder.chmod(0o555)
    if os.geteuid() == 0:
        os.seteuid(65534)


class TestOpening:
    @pytest.mark.parametrize(
        ("url", "shown"),
        [
            ("mysql://user:secret@host/db", "mysql://user:***@host/db"),  # another kind of database
            ("sqlite+aiosqlite:///x.db", ""),  # another driver is set aside
            ("not an address", "(unreadable address)"),
            ("", "(unreadable address)"),
            ("postgresql://host:port/db", "(unreadable address)"),
        ],
    )
    def test_only_sqlite_and_postgresql_addresses_are_taken(
        self, url: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        if not shown:
            Store.open(url).close()
            return
        error = failing(url)
        assert (error.reason, error.url) == (Reason.BAD_URL, shown)
        assert "secret" not in str(error)

    def test_a_folder_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        error = failing(f"sqlite:///{tmp_path / 'nowhere' / 'notifier.db'}")
        assert error.reason is Reason.UNOPENABLE
        assert "No such file" in error.detail

    def test_a_folder_is_no_database(self, tmp_path: Path) -> None:
        assert failing(f"sqlite:///{tmp_path}").reason is Reason.UNOPENABLE

    def test_looking_only_makes_no_file(self, tmp_path: Path) -> None:
        path = tmp_path / "notifier.db"
        assert failing(f"sqlite:///{path}", migrate=False).reason is Reason.MISSING
        assert not path.exists()

    def test_the_file_is_for_its_owner_only(self, file: Path) -> None:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_a_side_file_is_for_its_owner_only(self, file: Path, open_store: Open) -> None:
        open_store(f"sqlite:///{file}").marks.put("a", "b")
        assert stat.S_IMODE(Path(f"{file}-wal").stat().st_mode) == 0o600

    def test_the_settings_are_those_that_survive_a_power_cut(self, file: Path, open_store: Open) -> None:
        store = open_store(f"sqlite:///{file}")
        with store._connections.read() as connection:
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
            }
        assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000, "foreign_keys": 1}

    def test_a_server_that_is_not_there_is_told_without_the_password(self) -> None:
        error = failing("postgresql://user:secret@127.0.0.1:1/notifier?sslpassword=hidden")
        # Without the driver that is what it says; with it, that nobody answers.
        assert error.reason in {Reason.DRIVER, Reason.UNREACHABLE}
        assert "secret" not in f"{error}{error.url}{error.detail}"
        assert "hidden" not in f"{error}{error.url}{error.detail}"


class TestDamage:
    def test_a_text_file_is_no_database(self, tmp_path: Path) -> None:
        path = tmp_path / "notes.txt"
        path.write_text("Tuesday: water the plants.\n" * 100)
        assert failing(f"sqlite:///{path}").reason is Reason.CORRUPT

    def test_half_a_file_is_damaged(self, file: Path) -> None:
        with file.open("r+b") as opened:
            opened.truncate(file.stat().st_size // 2)
        assert failing_somewhere(file).reason is Reason.CORRUPT

    def test_a_file_cut_to_its_first_bytes_is_damaged(self, file: Path) -> None:
        with file.open("r+b") as opened:
            opened.truncate(60)
        assert failing(f"sqlite:///{file}").reason is Reason.CORRUPT

    def test_overwritten_pages_are_damaged(self, file: Path) -> None:
        size = file.stat().st_size
        with file.open("r+b") as opened:
            opened.seek(size // 2)
            opened.write(b"\xff" * (size // 4))
        assert failing_somewhere(file).reason is Reason.CORRUPT


class TestReadOnly:
    def test_no_file_can_be_made_in_a_read_only_folder(self, as_nobody: Path) -> None:
        drop_rights(as_nobody)
        error = failing(f"sqlite:///{as_nobody / 'notifier.db'}")
        assert error.reason is Reason.UNOPENABLE
        assert "Permission denied" in error.detail

    def test_a_read_only_file_cannot_be_written_to(self, as_nobody: Path) -> None:
        path = as_nobody / "notifier.db"
        Store.open(f"sqlite:///{path}").close()
        path.chmod(0o444)
        drop_rights(as_nobody)
        error = failing(f"sqlite:///{path}")
        assert error.reason is Reason.READ_ONLY

    def test_a_file_of_somebody_else_cannot_be_opened(self, as_nobody: Path) -> None:
        path = as_nobody / "notifier.db"
        Store.open(f"sqlite:///{path}").close()
        path.chmod(0o000)
        drop_rights(as_nobody)
        assert failing(f"sqlite:///{path}").reason is Reason.UNOPENABLE


class TestFull:
    def test_a_full_disk_keeps_nothing_of_the_transaction_and_reads_go_on(
        self, file: Path, open_store: Open
    ) -> None:
        store = open_store(f"sqlite:///{file}")
        people = People(store)
        with store._connections.read() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

        def one_pass() -> None:
            with store.transaction():
                store.marks.put("last-pass", "never")
                people.outbox.put_body("big", b"x" * 1_000_000, NOW)

        with pytest.raises(StoreError) as caught:
            one_pass()
        assert caught.value.reason is Reason.FULL
        assert store.marks.get("last-pass") is None
        assert len(store.editions.latest()) == 500
        with store._connections.read() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        people.outbox.put_body("big", b"x" * 1_000_000, NOW)
        assert len(people.outbox.body("big")) == 1_000_000

    def test_after_a_full_disk_nothing_else_slips_into_the_file(self, file: Path, open_store: Open) -> None:
        store = open_store(f"sqlite:///{file}")
        with store._connections.read() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

        def careless_pass() -> None:
            with store.transaction():
                with contextlib.suppress(StoreError):
                    store.outbox.put_body("big", b"x" * 1_000_000, NOW)
                store.marks.put("last-pass", "wrongly")

        with pytest.raises(StoreError) as caught:
            careless_pass()
        assert caught.value.reason is Reason.SPOILED
        assert store.marks.get("last-pass") is None


def test_a_database_locked_by_somebody_else_is_told(file: Path, open_store: Open) -> None:
    store = open_store(f"sqlite:///{file}")
    with store._connections.read() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=10")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError) as caught:
        store.marks.put("last-pass", "now")
    assert caught.value.reason is Reason.LOCKED
    assert len(store.editions.latest()) == 500, "reading goes on"
    other.rollback()
    other.close()
    store.marks.put("last-pass", "now")


class TestWords:
    def test_an_error_says_where_what_and_why(self) -> None:
        error = StoreError("sqlite:///x.db", Reason.FULL, "database or disk is full")
        assert isinstance(error, NotifierError)
        assert str(error) == "sqlite:///x.db: no space is left for the database (database or disk is full)"
        assert str(StoreError("sqlite://", Reason.LOCKED)).endswith("keeps the database locked")

    def test_no_stored_address_gets_into_an_error_or_its_traceback(self, people: People) -> None:
        row = {
            "email": "person0@example.org",
            "language": "pl",
            "audiences": (),
            "have": (),
            "systems": (),
            "occasions": (),
            "active": True,
            "created_at": NOW,
            "origin": "operator",
        }
        with pytest.raises(StoreConflict) as caught, people.store._connections.write() as connection:
            connection.execute(insert(subscribers), [row])
        assert "subscribers" in caught.value.detail
        assert "person0" not in "".join(traceback.format_exception(caught.value))

    def test_what_no_reason_is_known_for_is_still_a_store_error(self, store: Store) -> None:
        with pytest.raises(StoreError) as caught, store._connections.read() as connection:
            connection.execute(text("SELECT * FROM no_such_table"))
        assert caught.value.reason is Reason.OTHER
        assert "no_such_table" in caught.value.detail
