"""Everything from one database into another: the same values, and the numbering goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from notifier.model import MailState
from notifier.store import NewSubscriber, Store, StoreConflict
from notifier.store.tables import metadata
from tests.store.samples import HOUR, NOW, People, edition, notice


def fill(store: Store) -> None:
    """A little of everything."""
    people = People(store, 3)
    store.editions.append([edition("pz-1"), edition("pz-1", 2)])
    first = people.notice(notice("pz-1"))
    people.send(
        people.mail(0, first), people.mail(1, first, held=True), people.mail(2, first, send_at=NOW + HOUR)
    )
    people.settle(people.claim())
    store.subscribers.remove(people.ids[2], NOW)
    store.marks.put("last-pass", "now")


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store._connections.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


@pytest.fixture
def old(tmp_path: Path) -> Store:
    store = Store.open(f"sqlite:///{tmp_path / 'old.db'}")
    fill(store)
    return store


def test_everything_arrives_as_it_was(old: Store, store: Store) -> None:
    copied = old.move_to(store)
    assert everything(store) == everything(old)
    assert copied == {name: len(rows) for name, rows in everything(old).items()}
    assert copied["mails"] == 3
    old.close()


def test_the_numbering_goes_on(old: Store, store: Store) -> None:
    old.move_to(store)
    store.editions.append([edition("pz-9")])
    people = People.__new__(People)
    store.subscribers.import_([NewSubscriber("new@example.org", ("patient",), "pl")], "x", NOW)
    people.store, people.outbox, people._sent = store, store.outbox, 50
    people.ids = [row.subscriber.id for row in store.subscribers.list()]
    people.send(people.mail(2, people.notice(notice("pz-9"))))
    assert max(people.states()) == 4
    assert people.states()[4] is MailState.WAITING
    old.close()


def test_back_again(old: Store, store: Store, tmp_path: Path) -> None:
    old.move_to(store)
    back = Store.open(f"sqlite:///{tmp_path / 'back.db'}")
    store.move_to(back)
    assert everything(back) == everything(old)
    back.close()
    old.close()


def test_a_database_in_use_is_left_alone(old: Store, store: Store) -> None:
    fill(store)
    before = everything(store)
    with pytest.raises(StoreConflict, match="there are"):
        old.move_to(store)
    assert everything(store) == before
    old.close()
