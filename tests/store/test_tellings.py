"""Who was told what, and who has yet to be told, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from sqlalchemy import event

from notifier.model import Change, Digest, MailState, Occasion, Wishes
from notifier.store import Heard, NewSubscriber, Rhythms, Store
from tests.store.samples import DAY, HOUR, MINUTE, NOW, People, notice

DAILY = Wishes(digest=Digest(time(7)))


@pytest.fixture
def people(store: Store) -> People:
    return People(store, 4)


def longer(edition: int) -> Any:
    return replace(
        notice(occasion=Occasion.CHANGED, detail=f"edition {edition}"),
        edition=edition,
        changes=(Change.EXTENDED,),
    )


def test_what_people_were_told_last_is_what_went_out_or_will(people: People) -> None:
    first, second = people.notice(notice(), longer(2))
    people.send(people.mail(0, (first,)), people.mail(0, (second,)), people.mail(1, (first,)))
    people.send(people.mail(2, (first,)), people.mail(3, (first,)))
    refused, expired = people.ids[2], people.ids[3]
    rows = {row.subscriber_id: row.id for row in people.outbox.list()}
    people.claim()
    people.settle([rows[refused]], MailState.REFUSED)
    people.settle([rows[expired]], MailState.EXPIRED)
    heard = people.store.tellings.heard({"pz-march", "absent"})
    assert heard == {
        ("pz-march", "patient"): {
            people.ids[0]: Heard(2, extended=True),
            people.ids[1]: Heard(1, extended=False),
        }
    }
    assert people.store.tellings.heard(set()) == {}


def test_who_wants_digests_and_whose_choices_changed(people: People) -> None:
    tellings = people.store.tellings
    assert tellings.rhythms(NOW) == Rhythms()
    new = [NewSubscriber(f"{name}@example.org", ("patient",), "pl", wishes=DAILY) for name in ("a", "b")]
    people.store.subscribers.import_(new, "operator", NOW)
    assert tellings.rhythms(NOW) == Rhythms((DAILY,))
    assert people.store.subscribers.change(people.ids[1], NewSubscriber("", ("patient",), "en"), NOW + HOUR)
    assert tellings.rhythms(NOW + 2 * HOUR).changed is False
    assert tellings.rhythms(NOW + MINUTE) == Rhythms((DAILY,), changed=True)
    assert tellings.rhythms(None).changed is False


def test_who_is_behind_comes_with_what_they_had_in_one_statement(people: People) -> None:
    first, second = people.notice(notice(), longer(2))
    people.send(people.mail(0, (first, second)), people.mail(1, (first,)))
    for person in people.ids[:3]:
        entry = NewSubscriber("", ("patient",), "pl", wishes=DAILY)
        assert people.store.subscribers.change(person, entry, NOW)
    engine = people.store._connections._engine
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    found = list(people.store.tellings.behind([first, second], [DAILY], NOW + DAY))
    assert len([text for text in statements if text.lstrip().startswith("SELECT")]) == 1
    assert [(each.person.id, each.had) for each in found] == [
        (people.ids[0], {first, second}),
        (people.ids[1], {first}),
        (people.ids[2], set()),
    ]
    assert {each.since for each in found} == {NOW}
    changed = list(people.store.tellings.behind([first], [], NOW))
    assert [each.person.id for each in changed] == people.ids[:3], "those who changed their choices since"
    assert list(people.store.tellings.behind([first], [], None)) == []


def test_mails_are_counted_for_each_person(people: People) -> None:
    (first,) = people.notice(notice())
    people.send(people.mail(0, (first,)), people.mail(0), people.mail(1))
    assert people.store.tellings.mailed(people.ids, NOW - HOUR) == {people.ids[0]: 2, people.ids[1]: 1}
    assert people.store.tellings.mailed(people.ids, NOW) == {}
    assert people.store.tellings.mailed([], NOW - HOUR) == {}


def test_only_their_own_mails_on_that_window_alone_are_superseded(people: People) -> None:
    first, other = people.notice(notice(), notice("another"))
    people.send(people.mail(0, (first,)), people.mail(1, (first,)), people.mail(2, (first, other)))
    ids = [people.ids[0], people.ids[2]]
    assert people.store.tellings.supersede("pz-march", "patient", ids, NOW) == 1
    states = {row.subscriber_id: row.state for row in people.outbox.list()}
    assert states == {
        people.ids[0]: MailState.SUPERSEDED,
        people.ids[1]: MailState.WAITING,
        people.ids[2]: MailState.WAITING,
    }


def test_notices_of_use_are_those_planned_since_and_not_over(store: Store) -> None:
    store.notices.add([(notice(), NOW), (notice("unsent", sent=False), None)], NOW)
    store.notices.add([(replace(notice("over"), useful_until=NOW + HOUR), NOW)], NOW)
    store.notices.add([(notice("later"), NOW)], NOW + HOUR)
    found = store.notices.of_use(NOW + HOUR, NOW - HOUR)
    assert [row.key.window for row in found] == ["pz-march", "later"]
    assert [row.key.window for row in store.notices.of_use(NOW, NOW)] == ["later"]
    assert [row.key.window for row in store.notices.of_use(NOW, NOW - HOUR, {"over"})] == ["over"]
