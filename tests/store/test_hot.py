"""The lean way of the hot statements: what it keeps, what it undoes, and how long it waits for the disk."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from notifier.model import MailState
from notifier.store import Store, StoreConflict
from notifier.store.engine import Durable
from notifier.store.hot import GROUP, Hot
from tests.store.conftest import Open
from tests.store.samples import People

FULL, NORMAL = 2, 1


def synchronous(store: Store) -> int:
    """What SQLite was told last about waiting for the disk."""
    driver = store._connections._driver
    assert driver is not None
    found: int = driver.execute("PRAGMA synchronous").fetchone()[0]
    return found


@pytest.fixture
def file_people(tmp_path: Path, open_store: Open) -> People:
    """As ``people``, in a SQLite file: PostgreSQL always waits for the disk."""
    return People(open_store(f"sqlite:///{tmp_path / 'hot.db'}"))


def test_claims_do_not_wait_for_the_disk_and_everything_else_does_again(file_people: People) -> None:
    store = file_people.store
    file_people.send(file_people.mail(0))
    assert synchronous(store) == FULL
    assert file_people.claim()
    assert synchronous(store) == NORMAL
    store.marks.put("key", "value")
    assert synchronous(store) == FULL


def test_answers_wait_for_the_disk_and_claims_do_not(file_people: People) -> None:
    connections = file_people.store._connections
    waited = {}
    for durable in Durable:
        with connections.hot(durable):
            waited[durable] = synchronous(file_people.store)
    assert waited == {Durable.AT_ONCE: FULL, Durable.WHENEVER: NORMAL}


@pytest.mark.parametrize("nested", [False, True], ids=["alone", "inside a transaction"])
@pytest.mark.parametrize("many", [1, GROUP + 1], ids=["a group", "more than a group"])
def test_what_the_database_refuses_is_told_in_our_words_and_undone(
    people: People, nested: bool, many: int
) -> None:
    people.send(*(people.mail(0) for _ in range(many)))
    claimed = people.claim()
    *others, last = [(id_, 250, "ok") for id_ in claimed]

    def settle_all_but_the_last(transaction: Hot) -> None:
        if others:
            transaction.settle(("one", "sent", None, 1, None, 1), others)
        # Sent and not settled, which a CHECK refuses.
        transaction.settle(("one", "sent", None, 1, None, None), [last])

    connections = people.store._connections
    around = people.store.transaction() if nested else nullcontext()
    with (
        pytest.raises(StoreConflict),
        around,
        connections.hot(single=many == 1) as transaction,
    ):
        settle_all_but_the_last(transaction)
    assert people.outbox.stats().counts[MailState.CLAIMED] == many


def test_more_than_a_group_is_settled_at_once(people: People) -> None:
    people.send(*(people.mail(0) for _ in range(GROUP + 1)))
    assert people.settle(people.claim()) == GROUP + 1
    assert set(people.states().values()) == {MailState.SENT}
