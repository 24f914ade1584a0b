"""What a brake holds: counted by what it tells, let go, or dropped; and questions about single mails and people."""

from __future__ import annotations

import pytest

from notifier.model import Farewell, MailState, NoticeKey, Occasion, Standing
from notifier.store import Store, Which
from tests.store.samples import DAY, HOUR, NOW, People, edition, notice

HELD, WAITING = MailState.HELD, MailState.WAITING


@pytest.fixture
def people(store: Store) -> People:
    """Three people: mails 1-3 held about one window, 4 about two, 5 too late to be of use, 6 not held."""
    people = People(store, 3)
    (one,) = people.notice(notice("pz-1"))
    (two,) = people.notice(notice("pz-2", occasion=Occasion.CHANGED, detail="edition 2"))
    (late,) = people.notice(notice("pz-3"))
    (free,) = people.notice(notice("pz-4"))
    people.send(
        people.mail(0, (one,), held=True),
        people.mail(1, (one,), held=True, send_at=NOW + HOUR),
        people.mail(2, (one,), held=True),
        people.mail(0, (two,), held=True),
        people.mail(1, (late,), held=True, expires_at=NOW),
        people.mail(2, (free,)),
    )
    return people


WHICH = [
    ("All that are held.", Which(), 4, 3, {1, 2, 3, 4}),
    ("Those with these numbers, once each.", Which(ids=(1, 2, 2)), 2, 2, {1, 2}),
    ("Those that tell of a window.", Which(window="pz-1"), 3, 3, {1, 2, 3}),
    ("Those with these numbers that tell of it.", Which(ids=(3, 4), window="pz-1"), 1, 1, {3}),
    ("One that has lost its use is none.", Which(ids=(5,)), 0, 0, set()),
    ("One that is not held is none.", Which(ids=(6,)), 0, 0, set()),
    ("Nothing tells of a window nobody knows.", Which(window="pz-9"), 0, 0, set()),
]


@pytest.mark.parametrize(
    ("sentence", "which", "mails", "persons", "ids"), WHICH, ids=[row[0] for row in WHICH]
)
def test_which_are_meant(
    people: People, sentence: str, which: Which, mails: int, persons: int, ids: set[int]
) -> None:
    holding = people.store.holding
    assert holding.count(NOW, which) == (mails, persons), sentence
    assert sum(group.mails for group in holding.list(NOW, which)) == mails
    assert holding.release(NOW, which) == mails
    states = people.states()
    assert {id_ for id_ in range(1, 6) if states[id_] is WAITING} == ids


def test_what_they_tell_the_gravest_first(people: People) -> None:
    found = people.store.holding.list(NOW)
    assert [(g.window, g.occasion, g.mails, g.people) for g in found] == [
        ("pz-1", Occasion.ANNOUNCED, 3, 3),
        ("pz-2", Occasion.CHANGED, 1, 1),
    ]
    assert {g.useful_until for g in found} == {NOW + DAY}


def test_each_goes_at_its_time_and_what_is_too_late_never(people: People) -> None:
    people.store.holding.release(NOW)
    assert people.claim() == [1, 3, 4, 6]
    assert people.states()[5] is MailState.EXPIRED
    people.settle([1, 3, 4, 6])
    assert people.claim(now=NOW + HOUR) == [2]
    assert people.store.holding.release(NOW) == 0


def test_dropped_mails_never_go(people: People) -> None:
    assert people.store.holding.drop(NOW, Which(window="pz-1")) == 3
    assert people.store.holding.drop(NOW) == 2, "also what has lost its use"
    assert people.store.holding.count(NOW) == (0, 0)
    assert people.claim() == [6]
    found = people.store.overview.mail(1)
    assert found is not None
    assert (found.row.state, found.row.last_reply) == (MailState.SUPERSEDED, "dropped by the operator")


def test_a_retry_without_numbers_leaves_held_what_is_held(people: People) -> None:
    assert people.outbox.retry(None, NOW, held=False) == 0
    assert people.outbox.retry([1], NOW) == 1
    assert people.states()[1] is WAITING


def test_one_mail(people: People) -> None:
    found = people.store.overview.mail(4)
    assert found is not None
    assert (found.row.id, found.row.state, found.standing, found.text_kept) == (
        4,
        HELD,
        Standing.ACTIVE,
        True,
    )
    assert found.tells == (NoticeKey("pz-2", "patient", Occasion.CHANGED, "edition 2"),)
    assert "@example.org" not in repr(found).replace(found.row.message_id, "")
    assert people.store.overview.mail(99) is None


def test_how_people_stand(people: People) -> None:
    overview = people.store.overview
    assert overview.standings() == {s: 3 if s is Standing.ACTIVE else 0 for s in Standing}
    people.store.subscribers.remove(people.ids[0], NOW)
    assert overview.standings()[Standing.GONE] == 1
    assert overview.suppressed_since(NOW - DAY) == 0, "who was taken out did not bounce"
    suppressed(people, people.ids[1], Farewell.BOUNCED)
    suppressed(people, people.ids[2], Farewell.COMPLAINED)
    assert overview.suppressed_since(NOW) == 2
    assert overview.suppressed_since(NOW + HOUR) == 0


def suppressed(people: People, who: int, why: Farewell) -> None:
    """As the handling of bounces leaves it."""
    with people.store._connections.write() as connection:
        connection.exec_driver_sql(
            f"UPDATE subscribers SET standing = 'suppressed', left_why = '{why}', "
            f"left_at = {int(NOW.timestamp() * 1_000_000)} WHERE id = {who}"
        )


def test_when_a_source_last_had_news(store: Store) -> None:
    store.editions.append([edition("a"), edition("b", recorded_at=NOW + HOUR)])
    assert store.overview.last_news() == {"files": NOW + HOUR}
