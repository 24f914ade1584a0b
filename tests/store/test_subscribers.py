"""Subscribers: entered, found, brought up to date, forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notifier.model import MailState, Means, Occasion, Profile
from notifier.store import ImportResult, NewSubscriber, Store
from notifier.store.standing import REMOVED
from tests.store.samples import DAY, NOW, People

ANNA = NewSubscriber(
    "Anna.Nowak@Example.ORG",
    ("patient", "doctor"),
    "pl",
    ("mojeid:bank.mbank", "mobywatel"),
    ("pz",),
    ("started", "ended"),
)
JAN = NewSubscriber("jan@example.org", ("patient",), "en")


def test_everything_entered_comes_back(store: Store) -> None:
    store.subscribers.import_([ANNA], "file", NOW)
    [row] = store.subscribers.list()
    assert (row.active, row.created_at, row.origin) == (True, NOW, "file")
    person = row.subscriber
    assert person.email == "Anna.Nowak@example.org"
    assert (person.language, person.audiences, person.systems) == ("pl", ("patient", "doctor"), ("pz",))
    assert person.profile == Profile(frozenset({Means("mojeid", "bank.mbank"), Means("mobywatel")}))
    assert person.occasions == frozenset({Occasion.STARTED, Occasion.ENDED})


@pytest.mark.parametrize(
    ("first", "then", "result"),
    [
        ([ANNA], [ANNA], ImportResult(unchanged=1)),  # nothing new
        (
            [ANNA],
            [replace(ANNA, email="Anna.Nowak@EXAMPLE.org ")],
            ImportResult(unchanged=1),
        ),  # the same domain
        ([ANNA], [replace(ANNA, email="anna.nowak@example.org")], ImportResult(added=1)),  # another mailbox
        ([ANNA], [replace(ANNA, language="en")], ImportResult(updated=1)),  # another language
        ([ANNA], [replace(ANNA, have=())], ImportResult(updated=1)),  # means taken away
        ([ANNA], [ANNA, JAN], ImportResult(added=1, unchanged=1)),  # one of them is new
        ([], [JAN, replace(JAN, language="pl")], ImportResult(added=1)),  # twice in one list is one person
        ([ANNA], [], ImportResult()),  # nobody at all, and nobody leaves
    ],
)
def test_import_counts_addresses(
    store: Store, first: list[NewSubscriber], then: list[NewSubscriber], result: ImportResult
) -> None:
    store.subscribers.import_(first, "operator", NOW)
    assert store.subscribers.import_(then, "operator", NOW + DAY) == result


def test_an_update_keeps_number_origin_and_date(store: Store) -> None:
    store.subscribers.import_([JAN], "operator", NOW)
    [before] = store.subscribers.list()
    store.subscribers.import_([replace(JAN, audiences=("nurse",))], "file", NOW + DAY)
    [after] = store.subscribers.list()
    assert after.subscriber.audiences == ("nurse",)
    assert replace(after, subscriber=before.subscriber) == before


def test_of_one_address_given_twice_the_last_counts(store: Store) -> None:
    store.subscribers.import_([JAN, replace(JAN, language="pl")], "operator", NOW)
    assert [row.subscriber.language for row in store.subscribers.list()] == ["pl"]


def test_find_takes_an_address_or_a_number(store: Store) -> None:
    store.subscribers.import_([ANNA, JAN], "operator", NOW)
    found = store.subscribers.find("jan@EXAMPLE.org")
    assert found is not None
    assert found.subscriber.language == "en"
    assert store.subscribers.find(found.subscriber.id) == found
    assert store.subscribers.find("nobody@example.org") is None
    assert store.subscribers.find(4711) is None


def test_by_audience_takes_whole_names_only(store: Store) -> None:
    people = [
        replace(JAN, email=f"{name}@example.org", audiences=(name,))
        for name in ("nurse", "NURSE", "nur_e", "urs")
    ]
    store.subscribers.import_([*people, ANNA], "operator", NOW)
    assert [one.email for one in store.subscribers.by_audience("nurse")] == ["nurse@example.org"]
    assert [one.email for one in store.subscribers.by_audience("nur_e")] == ["nur_e@example.org"]
    assert [one.email for one in store.subscribers.by_audience("doctor")] == ["Anna.Nowak@example.org"]
    assert list(store.subscribers.by_audience("pharmacist")) == []


def test_by_audience_reads_past_the_first_page(store: Store) -> None:
    count = 5001
    store.subscribers.import_(
        [NewSubscriber(f"p{n}@example.org", ("patient",), "pl") for n in range(count)], "operator", NOW
    )
    ids = [one.id for one in store.subscribers.by_audience("patient")]
    assert ids == sorted(set(ids))
    assert len(ids) == count


class TestRemove:
    def test_nothing_personal_is_left_but_the_bare_row(self, store: Store) -> None:
        store.subscribers.import_([ANNA], "operator", NOW)
        [row] = store.subscribers.list()
        assert store.subscribers.remove("anna.nowak@example.org", NOW) is False
        assert store.subscribers.remove("Anna.Nowak@example.org", NOW) is True
        assert store.subscribers.list() == []
        [gone] = store.subscribers.list(active_only=False)
        assert gone.subscriber.id == row.subscriber.id
        assert gone.subscriber.email == ""
        assert gone.subscriber.profile == Profile()
        assert (gone.subscriber.audiences, gone.subscriber.systems) == ((), ())
        assert gone.subscriber.occasions == frozenset()
        assert list(store.subscribers.by_audience("patient")) == []

    def test_a_second_time_there_is_nobody(self, store: Store) -> None:
        store.subscribers.import_([ANNA, JAN], "operator", NOW)
        ids = [row.subscriber.id for row in store.subscribers.list()]
        assert [store.subscribers.remove(id_, NOW) for id_ in [*ids, *ids, 99]] == [
            True,
            True,
            False,
            False,
            False,
        ]

    def test_an_old_list_brings_nobody_back_unless_it_is_meant(self, store: Store) -> None:
        store.subscribers.import_([JAN], "operator", NOW)
        store.subscribers.remove("jan@example.org", NOW)
        spelt = replace(JAN, email="Jan@Example.org")
        assert store.subscribers.import_([ANNA, spelt], "operator", NOW) == ImportResult(
            added=1, kept_out=(1,)
        )
        assert store.subscribers.import_([JAN], "operator", NOW, again=True) == ImportResult(added=1)
        assert store.subscribers.import_([JAN], "operator", NOW) == ImportResult(unchanged=1)

    def test_waiting_and_held_mails_are_cancelled_and_a_claimed_one_is_not_claimed_again(
        self, people: People
    ) -> None:
        people.send(
            people.mail(0), people.mail(0, send_at=NOW + DAY / 2), people.mail(0, held=True), people.mail(1)
        )
        claimed = people.claim(limit=1)
        people.store.subscribers.remove(people.ids[0], NOW)
        expired, claimed_state = MailState.EXPIRED, MailState.CLAIMED
        assert people.states() == {1: claimed_state, 2: expired, 3: expired, 4: MailState.WAITING}
        assert {mail.last_reply for mail in people.outbox.list(expired)} == {REMOVED}
        later = NOW + DAY / 2
        assert people.claim("two", later) == [4]
        assert people.states()[claimed[0]] is expired

    def test_the_answer_for_the_mail_in_flight_is_still_recorded(self, people: People) -> None:
        people.send(people.mail(0))
        claimed = people.claim()
        people.store.subscribers.remove(people.ids[0], NOW)
        assert people.settle(claimed) == 1
        assert people.states() == {1: MailState.SENT}


def test_no_repr_shows_an_address(people: People) -> None:
    people.send(people.mail(0))
    [mail] = people.outbox.claim("one", NOW, DAY, 1)
    assert mail.email == "person0@example.org"
    shown = repr([ANNA, mail, people.store.subscribers.list()])
    assert "@example.org" not in shown.replace(mail.message_id, "").lower()
