"""From messages to who gets no more mail, on a real store: nothing counts twice, and nothing in a crowd."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.typing import EventDict

from notifier.mail.bounces import ReturnPaths, Swept, Taken, return_paths, sweep, take
from notifier.mail.bounces.sweep import COLLECT_EVERY, DOUBT_LEAST
from notifier.model import Farewell, MailState, Standing
from notifier.store import Consent, NewMail, NewSubscriber, Outcome, Store
from tests.mail.bounces.post import complaint, failed, message, recipient, report

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NOTHING = Swept()


class Desk:
    """A store with people in it, to whom mails can be sent and come back."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.paths = return_paths(store, "bounces@example.org")
        self.store.outbox.put_body("body", b"x", NOW)
        self._sent = 0

    def people(self, count: int) -> list[int]:
        new = [NewSubscriber(f"osoba{n}@example.pl", ("patient",), "pl") for n in range(count)]
        self.store.subscribers.import_(new, "test", NOW - 40 * DAY)
        return [row.subscriber.id for row in self.store.subscribers.list()]

    def sent(self, *people: int, at: datetime = NOW, refused: str = "") -> list[int]:
        """Numbers of mails, one to each of these people, accepted (or refused so) at that moment."""
        self._sent += 1
        mails = [
            NewMail(person, (), "body", f"<{self._sent}.{person}@x>", at, at + 9 * DAY) for person in people
        ]
        self.store.outbox.enqueue(mails, at)
        state = MailState.REFUSED if refused else MailState.SENT
        claimed = [mail.id for mail in self.store.outbox.claim("one", at, HOUR, 10_000)]
        outcomes = [Outcome(mail, state, 550 if refused else 250, refused or "ok") for mail in claimed]
        self.store.outbox.settle(outcomes, "one", at)
        return claimed

    def back(self, mail: int, raw: bytes = failed()) -> Taken:
        """Have a message come back for that mail."""
        return take(self.store, self.paths, raw, self.paths.of(mail))

    def standing(self, person: int) -> tuple[Standing, Farewell | None]:
        row = self.store.subscribers.find(person)
        assert row is not None
        return row.standing, row.left_why


@pytest.fixture
def desk(tmp_path: Path, empty_store: Path) -> Iterator[Desk]:
    shutil.copy(empty_store, tmp_path)
    store = Store.open(f"sqlite:///{tmp_path / 'notifier.db'}")
    yield Desk(store)
    store.close()


ACTIVE = (Standing.ACTIVE, None)
BOUNCED = (Standing.SUPPRESSED, Farewell.BOUNCED)
LATE = report(recipient("delayed", "4.4.1"))
VAGUE = failed("5.0.0", "550 no")


def test_no_such_mailbox_ends_it_at_once_and_once(desk: Desk, logs: list[EventDict]) -> None:
    person, other = desk.people(2)
    (mail, _) = desk.sent(person, other)
    assert desk.back(mail) is Taken.COUNTED
    assert sweep(desk.store, NOW) == Swept(suppressed=(person,))
    assert desk.standing(person) == BOUNCED
    assert desk.standing(other) == ACTIVE
    assert desk.back(mail) is Taken.KNOWN
    assert sweep(desk.store, NOW + MINUTE) == NOTHING
    assert [e["subscriber"] for e in logs if e["event"] == "no more mail to subscriber"] == [person]


def test_the_same_report_again_and_again_is_one_day(desk: Desk) -> None:
    (person,) = desk.people(1)
    (mail,) = desk.sent(person)
    for day in range(5):
        desk.back(mail, VAGUE)
        assert sweep(desk.store, NOW + day * DAY) == NOTHING
    for day in (1, 2):
        (mail,) = desk.sent(person, at=NOW + day * DAY)
        desk.back(mail, VAGUE)
    assert sweep(desk.store, NOW + 5 * DAY) == Swept(suppressed=(person,))


def test_late_reports_count_for_the_day_of_their_mail(desk: Desk) -> None:
    (person,) = desk.people(1)
    mails = [desk.sent(person, at=NOW + day * DAY)[0] for day in range(5)]
    for mail in mails[:4]:
        desk.back(mail, LATE)
    assert sweep(desk.store, NOW + 6 * DAY) == NOTHING
    desk.back(mails[4], LATE)
    assert sweep(desk.store, NOW + 6 * DAY + MINUTE) == Swept(suppressed=(person,))


def test_one_that_arrived_in_between_saves(desk: Desk) -> None:
    (person,) = desk.people(1)
    mails = [desk.sent(person, at=NOW + day * DAY)[0] for day in range(6)]
    for mail in (*mails[:3], *mails[4:]):
        desk.back(mail, LATE)
    assert sweep(desk.store, NOW + 7 * DAY) == NOTHING
    assert desk.standing(person) == ACTIVE


def test_a_refusal_at_the_door_counts_as_a_report(desk: Desk) -> None:
    gone, vague = desk.people(2)
    desk.sent(gone, refused="5.1.1 <(address)>: User unknown")
    desk.sent(vague, refused="no such user")
    assert sweep(desk.store, NOW + MINUTE) == Swept(suppressed=(gone,))
    for day in (1, 2):
        assert desk.standing(vague) == ACTIVE
        desk.sent(vague, at=NOW + day * DAY, refused="no such user")
        sweep(desk.store, NOW + day * DAY + MINUTE)
    assert desk.standing(vague) == BOUNCED


def test_a_refused_mail_and_a_report_about_it_are_one(desk: Desk) -> None:
    (person,) = desk.people(1)
    (mail,) = desk.sent(person, refused="no")
    sweep(desk.store, NOW + MINUTE)
    assert desk.back(mail, VAGUE) is Taken.KNOWN


def test_refusals_are_looked_for_now_and_then_and_none_is_missed(desk: Desk) -> None:
    first, second = desk.people(2)
    sweep(desk.store, NOW)
    desk.sent(first, at=NOW, refused="5.1.1 no")
    assert sweep(desk.store, NOW + COLLECT_EVERY / 2) == NOTHING
    desk.sent(second, at=NOW + COLLECT_EVERY, refused="5.1.1 no")
    assert sweep(desk.store, NOW + COLLECT_EVERY) == Swept(suppressed=(first, second))


def test_being_unwanted_is_told_to_the_operator_and_held_against_nobody(
    desk: Desk, logs: list[EventDict]
) -> None:
    (person,) = desk.people(1)
    for day in range(10):
        desk.sent(person, at=NOW + day * DAY, refused="5.7.1 rejected by (address) as spam")
    assert sweep(desk.store, NOW + 10 * DAY) == Swept(blocked=10)
    assert desk.standing(person) == ACTIVE
    (event,) = [e for e in logs if e["event"] == "mail was refused as unwanted"]
    assert (event["log_level"], event["mails"], event["status"]) == ("error", 10, "5.7.1")


def test_a_complaint_ends_it_and_brings_no_letter(desk: Desk) -> None:
    (person,) = desk.people(1)
    (mail,) = desk.sent(person)
    returned = f"{desk.paths.header(mail).decode()}Subject: Przerwa\n\nx"
    assert take(desk.store, desk.paths, complaint(returned=returned)) is Taken.COUNTED
    assert sweep(desk.store, NOW) == Swept(complained=(person,))
    assert desk.standing(person) == (Standing.SUPPRESSED, Farewell.COMPLAINED)


def test_who_comes_back_begins_anew(desk: Desk) -> None:
    (person,) = desk.people(1)
    (mail,) = desk.sent(person)
    desk.back(mail)
    sweep(desk.store, NOW)
    asking = NewSubscriber("osoba0@example.pl", ("patient",), "pl")
    desk.store.subscribers.ask(asking, Consent(NOW + DAY), NOW + DAY)
    assert desk.store.subscribers.confirm(person, "", NOW + DAY)
    (mail,) = desk.sent(person, at=NOW + 2 * DAY)
    desk.back(mail, LATE)
    assert sweep(desk.store, NOW + 2 * DAY) == NOTHING
    assert desk.standing(person) == ACTIVE


def test_a_relay_that_refuses_everybody_says_nothing_about_anybody(desk: Desk, logs: list[EventDict]) -> None:
    people = desk.people(3 * DOUBT_LEAST)
    desk.sent(*people, refused="5.1.1 User unknown")
    assert sweep(desk.store, NOW + MINUTE) == Swept(doubted=len(people))
    assert all(desk.standing(person) == ACTIVE for person in people)
    assert [e["log_level"] for e in logs if e["event"].startswith("too much mail came back")] == ["error"]
    # Nor later, when all is well again and one of them has a mailbox that is full.
    (mail, *_) = desk.sent(*people, at=NOW + 2 * DAY)
    desk.back(mail, LATE)
    assert sweep(desk.store, NOW + 2 * DAY) == NOTHING


def test_a_straggler_of_a_crowd_belongs_to_it(desk: Desk) -> None:
    *crowd, straggler = desk.sent(*desk.people(2 * DOUBT_LEAST))
    for mail in crowd:
        desk.back(mail)
    assert sweep(desk.store, NOW).doubted == len(crowd)
    desk.back(straggler)
    assert sweep(desk.store, NOW + MINUTE) == Swept(doubted=1)


def test_what_comes_in_one_by_one_is_a_crowd_as_well(desk: Desk) -> None:
    people = desk.people(3 * DOUBT_LEAST)
    mails = desk.sent(*people)
    lost = 0
    for number, mail in enumerate(mails):
        desk.back(mail)
        lost += len(sweep(desk.store, NOW + number * timedelta(seconds=1)).suppressed)
    assert lost == DOUBT_LEAST - 1


@pytest.mark.parametrize(
    ("sentence", "bad", "of", "doubt", "believed"),
    [
        ("few of many", DOUBT_LEAST, 200, 25, True),
        ("too few to be a crowd", DOUBT_LEAST - 1, DOUBT_LEAST, 25, True),
        ("a third", DOUBT_LEAST, 60, 25, False),
        ("a third, and the operator says that is how it is", DOUBT_LEAST, 60, 100, True),
    ],
)
def test_how_many_are_too_many(
    desk: Desk, sentence: str, bad: int, of: int, doubt: int, believed: bool
) -> None:
    mails = desk.sent(*desk.people(of))
    for mail in mails[:bad]:
        desk.back(mail)
    swept = sweep(desk.store, NOW, doubt)
    assert (len(swept.suppressed), swept.doubted) == ((bad, 0) if believed else (0, bad)), sentence


STRANGE = [
    ("an answer by a program", message("From: jan@example.pl\nAuto-Submitted: auto-replied"), Taken.NOTHING),
    ("a letter by a person", message("From: jan@example.pl", "Dziękuję"), Taken.UNCLEAR),
    ("nothing", b"", Taken.UNCLEAR),
]


@pytest.mark.parametrize(("sentence", "raw", "taken"), STRANGE, ids=[row[0] for row in STRANGE])
def test_what_is_no_report_leaves_no_trace(desk: Desk, sentence: str, raw: bytes, taken: Taken) -> None:
    (person,) = desk.people(1)
    (mail,) = desk.sent(person)
    assert desk.back(mail, raw) is taken, sentence
    assert desk.store.bounces.after(0) == []


def test_a_report_with_a_made_up_return_path_leaves_no_trace(desk: Desk) -> None:
    (person,) = desk.people(1)
    (mail,) = desk.sent(person)
    forged = ReturnPaths("bounces@example.org", b"guess").of(mail)
    assert take(desk.store, desk.paths, failed(to=forged), forged) is Taken.UNCLEAR
    assert desk.store.bounces.after(0) == []


def test_a_report_that_comes_before_the_answer_is_written_down_is_to_come_again(desk: Desk) -> None:
    (person,) = desk.people(1)
    desk.store.outbox.enqueue([NewMail(person, (), "body", "<1@x>", NOW, NOW + DAY)], NOW)
    (mail,) = desk.store.outbox.claim("one", NOW, HOUR, 1)
    assert desk.back(mail.id) is Taken.EARLY


def test_the_recipients_name_alone_is_not_kept_either(desk: Desk) -> None:
    (person,) = desk.people(1)
    (mail,) = desk.sent(person)
    desk.back(mail, failed(words="550 5.1.1 osoba0: no such user (Osoba0@Example.PL)"))
    (row,) = desk.store.bounces.after(0)
    assert "osoba0" not in row.said.lower()
    assert "no such user" in row.said


def test_the_key_is_made_once_and_kept(desk: Desk) -> None:
    again = return_paths(desk.store, "bounces@example.org")
    assert again.read(desk.paths.of(7)) == 7
