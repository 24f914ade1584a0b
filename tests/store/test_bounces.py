"""The record of what came back: once each, by person, and beside what arrived."""

from __future__ import annotations

from datetime import datetime

import pytest

from notifier.model import Farewell, MailState
from notifier.store import Store
from notifier.store.bounces import DOUBTED, Recorded
from tests.store.samples import DAY, HOUR, MINUTE, NOW, People


def sent(people: People, person: int = 0, at: datetime = NOW, state: MailState = MailState.SENT) -> int:
    """A mail that was handed over at that moment; its number."""
    people.send(people.mail(person, send_at=NOW, expires_at=NOW + 400 * DAY))
    (mail,) = people.claim(now=at)
    people.settle([mail], state, now=at)
    return mail


def test_a_report_counts_once_however_often_it_is_read(people: People) -> None:
    mail = sent(people, at=NOW + HOUR)
    assert people.store.bounces.record(mail, "hard", "5.1.1", "unknown") is Recorded.NEW
    assert people.store.bounces.record(mail, "hard", "5.1.1", "unknown") is Recorded.KNOWN
    assert people.store.bounces.record(mail, "hard", "5.0.0", "in other words") is Recorded.KNOWN
    (row,) = people.store.bounces.of(people.ids[0], NOW)
    assert (row.at, row.kind, row.status, row.said) == (NOW + HOUR, "hard", "5.1.1", "unknown")


def test_late_first_and_given_up_later_are_two(people: People) -> None:
    mail = sent(people)
    assert people.store.bounces.record(mail, "soft", "4.4.1", "") is Recorded.NEW
    assert people.store.bounces.record(mail, "hard", "5.4.7", "") is Recorded.NEW
    assert [row.kind for row in people.store.bounces.after(0)] == ["soft", "hard"]


def test_what_is_not_believed_is_not_recorded_again(people: People) -> None:
    mail = sent(people)
    people.store.bounces.record(mail, "hard", "5.1.1", "")
    (row,) = people.store.bounces.after(0)
    people.store.bounces.doubt([row.id])
    assert people.store.bounces.record(mail, "hard", "5.1.1", "") is Recorded.KNOWN
    assert [row.kind for row in people.store.bounces.after(0)] == [DOUBTED]


def test_a_mail_that_is_on_its_way_cannot_have_come_back_yet(people: People) -> None:
    people.send(people.mail())
    (mail,) = people.claim()
    assert people.store.bounces.record(mail, "hard", "5.1.1", "") is Recorded.EARLY
    people.settle([mail])
    assert people.store.bounces.record(mail, "hard", "5.1.1", "") is Recorded.NEW


@pytest.mark.parametrize("number", [99, 2**63 - 1])
def test_a_mail_that_is_not_there_is_nobodys(people: People, number: int) -> None:
    assert people.store.bounces.record(number, "hard", "5.1.1", "") is Recorded.NOBODY


def test_nothing_is_kept_about_who_is_gone(people: People) -> None:
    first, second = sent(people), sent(people, at=NOW + MINUTE)
    people.store.bounces.record(first, "hard", "5.1.1", "")
    people.store.subscribers.erase(people.ids[0], NOW)
    assert people.store.bounces.record(second, "hard", "5.1.1", "") is Recorded.NOBODY
    assert people.store.bounces.after(0) == []


def test_who_was_suppressed_is_still_on_record(people: People) -> None:
    mail = sent(people)
    people.store.subscribers.suppress(people.ids[0], Farewell.BOUNCED, NOW)
    assert people.store.bounces.record(mail, "complaint", "", "abuse") is Recorded.NEW


def test_refused_mails_are_found_until_they_are_on_record(people: People) -> None:
    early = sent(people, 0, NOW, MailState.REFUSED)
    late = sent(people, 1, NOW + HOUR, MailState.REFUSED)
    sent(people, 2, NOW + HOUR)
    bounces = people.store.bounces
    assert bounces.refused(NOW) == [(early, "ok"), (late, "ok")]
    assert bounces.refused(NOW + MINUTE) == [(late, "ok")]
    bounces.record(late, "hard", "", "ok")
    assert bounces.refused(NOW) == [(early, "ok")]


def test_a_refused_mail_that_is_tried_again_with_success_leaves_its_trace(people: People) -> None:
    mail = sent(people, 0, NOW, MailState.REFUSED)
    people.store.bounces.record(mail, "hard", "", "ok")
    people.outbox.retry([mail], NOW + HOUR)
    people.claim(now=NOW + HOUR)
    people.settle([mail], now=NOW + HOUR)
    assert [row.at for row in people.store.bounces.of(people.ids[0], NOW)] == [NOW]
    assert people.store.bounces.arrived(people.ids[0], NOW) == [NOW + HOUR]


def test_arrived_is_what_was_sent_and_did_not_come_back(people: People) -> None:
    came_back = sent(people, 0, NOW)
    sent(people, 0, NOW + HOUR)
    sent(people, 0, NOW + 2 * HOUR, MailState.REFUSED)
    sent(people, 1, NOW + 3 * HOUR)
    people.store.bounces.record(came_back, "soft", "4.4.1", "")
    bounces = people.store.bounces
    assert bounces.arrived(people.ids[0], NOW) == [NOW + HOUR]
    assert bounces.arrived(people.ids[0], NOW + 2 * HOUR) == []
    assert bounces.handed_over(NOW) == 4
    assert bounces.handed_over(NOW + 2 * HOUR) == 2


def test_rows_are_read_in_the_order_of_recording_and_by_time(people: People) -> None:
    late, early = sent(people, 0, NOW + DAY), sent(people, 1, NOW)
    for mail in (late, early):
        people.store.bounces.record(mail, "hard", "", "")
    first, second = people.store.bounces.after(0)
    assert (first.at, second.at) == (NOW + DAY, NOW)
    assert people.store.bounces.after(first.id) == [second]
    assert people.store.bounces.since(NOW + HOUR) == [first]


def test_old_rows_are_forgotten(people: People, store: Store) -> None:
    for person, at in ((0, NOW), (1, NOW + DAY)):
        store.bounces.record(sent(people, person, at), "hard", "", "")
    assert store.bounces.forget(NOW + HOUR) == 1
    assert [row.at for row in store.bounces.after(0)] == [NOW + DAY]
