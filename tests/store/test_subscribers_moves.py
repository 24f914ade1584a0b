"""Every move a subscriber can make: what it leads to, what is remembered of it, and what it does to mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import create_engine, text

from notifier.model import (
    Digest,
    Farewell,
    MailKind,
    MailState,
    NoticeKey,
    Occasion,
    QuietHours,
    Standing,
    Wishes,
)
from notifier.store import Consent, ImportResult, NewMail, NewSubscriber, Store, personal_document
from notifier.store.standing import CONFIRM_WITHIN, SUPPRESSED_FOR, UNDO_WITHIN
from tests.store.samples import DAY, HOUR, MINUTE, NOW, notice

ANNA = NewSubscriber(
    "Anna@example.org",
    ("patient",),
    "pl",
    ("mojeid:bank.mbank",),
    ("pz",),
    ("started",),
    Wishes((7 * DAY,), Digest(time(7), 0), QuietHours(time(22), time(7))),
)
EMAIL = ANNA.email
CONSENT = Consent(NOW, "192.0.2.7", wording="pl-1")
MOMENT = timedelta(microseconds=1)

pending, active, left = Standing.PENDING, Standing.ACTIVE, Standing.LEFT
suppressed, gone = Standing.SUPPRESSED, Standing.GONE

Make = Callable[[Store], int]


def _pending(store: Store) -> int:
    row = store.subscribers.ask(ANNA, CONSENT, NOW)
    assert row is not None
    return row.subscriber.id


def _active(store: Store) -> int:
    id_ = _pending(store)
    assert store.subscribers.confirm(id_, "198.51.100.1", NOW)
    return id_


def _listed(store: Store) -> int:
    store.subscribers.import_([ANNA], "operator", NOW)
    return store.subscribers.list()[0].subscriber.id


def _left(store: Store) -> int:
    id_ = _active(store)
    assert store.subscribers.leave(id_, Farewell.UNSUBSCRIBED, NOW) is left
    return id_


def _bounced(store: Store) -> int:
    id_ = _active(store)
    assert store.subscribers.suppress(id_, Farewell.BOUNCED, NOW)
    return id_


def _complained(store: Store) -> int:
    id_ = _active(store)
    assert store.subscribers.suppress(id_, Farewell.COMPLAINED, NOW)
    return id_


def _gone(store: Store) -> int:
    id_ = _active(store)
    assert store.subscribers.erase(id_, NOW)
    return id_


def standing(store: Store, id_: int) -> Standing:
    row = store.subscribers.find(id_)
    assert row is not None
    return row.standing


def confirm(store: Store, id_: int, now: datetime = NOW) -> object:
    return store.subscribers.confirm(id_, "203.0.113.9", now)


def change(store: Store, id_: int, now: datetime = NOW) -> object:
    return store.subscribers.change(id_, replace(ANNA, language="en"), now)


def leave(store: Store, id_: int, now: datetime = NOW) -> object:
    return store.subscribers.leave(id_, Farewell.UNSUBSCRIBED, now)


def undo(store: Store, id_: int, now: datetime = NOW) -> object:
    return store.subscribers.undo(id_, now)


def bounce(store: Store, id_: int, now: datetime = NOW) -> object:
    return store.subscribers.suppress(id_, Farewell.BOUNCED, now)


def complain(store: Store, id_: int, now: datetime = NOW) -> object:
    return store.subscribers.suppress(id_, Farewell.COMPLAINED, now)


def erase(store: Store, id_: int, now: datetime = NOW) -> object:
    return store.subscribers.erase(id_, now)


def ask(store: Store, _: int, now: datetime = NOW) -> object:
    return store.subscribers.ask(ANNA, replace(CONSENT, asked_at=now), now) is not None


def bring(store: Store, _: int, now: datetime = NOW) -> object:
    return store.subscribers.import_([ANNA], "import", now).kept_out == ()


def bring_again(store: Store, _: int, now: datetime = NOW) -> object:
    return store.subscribers.import_([ANNA], "import", now, again=True).kept_out == ()


@pytest.mark.parametrize(
    ("make", "move", "answer", "then"),
    [
        (_pending, ask, True, pending),  # asking once more changes nothing but the choices
        (_pending, confirm, True, active),  # what a double opt-in is about
        (_pending, change, False, pending),  # choices are changed by whoever owns the mailbox, and only then
        (_pending, leave, gone, gone),  # nothing was confirmed, so nothing needs to be undone
        (_pending, undo, False, pending),  # nothing to undo
        (_pending, bounce, True, suppressed),  # the letter came back
        (_pending, complain, True, suppressed),  # whoever got the letter did not want it
        (_pending, bring, True, active),  # the operator vouches for them
        (_pending, erase, True, gone),  # at once
        (_active, ask, True, active),  # nobody can change others' choices by giving their address
        (_active, confirm, False, active),  # done already
        (_active, change, True, active),
        (_active, leave, left, left),
        (_active, undo, False, active),
        (_active, bounce, True, suppressed),
        (_active, complain, True, suppressed),
        (_active, bring, True, active),
        (_listed, leave, left, left),  # whoever entered them
        (_left, ask, True, pending),  # asking again takes a confirmation again
        (_left, confirm, False, left),  # an old letter brings nobody back
        (_left, change, False, left),
        (_left, leave, None, left),  # once is enough
        (_left, undo, True, active),
        (_left, complain, True, suppressed),  # about the farewell letter
        (_left, bring, False, left),  # an old list brings nobody back
        (_left, bring_again, True, active),  # unless the operator says so
        (_bounced, ask, True, pending),  # the mailbox may work again: the letter will show
        (_bounced, confirm, False, suppressed),
        (_bounced, leave, None, suppressed),
        (_bounced, undo, False, suppressed),
        (_bounced, bounce, False, suppressed),
        (_bounced, complain, True, suppressed),
        (_bounced, bring, False, suppressed),
        (_bounced, erase, True, gone),
        (_complained, ask, False, suppressed),  # not even a letter goes where mail was called unwanted
        (_complained, bounce, False, suppressed),  # a complaint outweighs a bounce
        (_complained, complain, False, suppressed),
        (_complained, bring, False, suppressed),
        (_gone, confirm, False, gone),
        (_gone, change, False, gone),
        (_gone, leave, None, gone),
        (_gone, undo, False, gone),
        (_gone, bounce, False, gone),
        (_gone, erase, False, gone),
        (_gone, bring, False, gone),  # the address is known only by its digest, and that is enough
        (_gone, bring_again, True, gone),  # comes back as somebody new
        (_gone, ask, True, gone),  # so does who asks by themselves
    ],
)
def test_each_move(
    store: Store, make: Make, move: Callable[..., object], answer: object, then: Standing
) -> None:
    id_ = make(store)
    assert move(store, id_) == answer
    assert standing(store, id_) is then


def test_only_bounces_and_complaints_suppress(store: Store) -> None:
    with pytest.raises(ValueError, match="erased"):
        store.subscribers.suppress(_active(store), Farewell.ERASED, NOW)


@pytest.mark.parametrize(
    ("make", "move", "within"),
    [(_pending, confirm, CONFIRM_WITHIN), (_left, undo, UNDO_WITHIN)],
)
def test_there_is_time_until_the_last_moment_and_not_longer(
    store: Store, make: Make, move: Callable[..., object], within: timedelta
) -> None:
    id_ = make(store)
    assert move(store, id_, NOW + within) is False
    assert move(store, id_, NOW + within - MOMENT) is True


def test_two_machines_that_are_asked_at_once_enter_one_person(
    shared_url: str, open_store: Callable[[str], Store]
) -> None:
    stores = [open_store(shared_url) for _ in range(3)]
    start, ids = Barrier(len(stores)), []

    def wish(store: Store) -> None:
        start.wait()
        ids.append(_pending(store))

    threads = [Thread(target=wish, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == len(stores)
    assert len(set(ids)) == 1


class TestProof:
    def test_who_came_by_the_form_has_the_whole_proof(self, store: Store) -> None:
        row = store.subscribers.find(_pending(store))
        assert row is not None
        assert row.consent == CONSENT
        assert store.subscribers.confirm(row.subscriber.id, "198.51.100.1", NOW + HOUR)
        row = store.subscribers.find(EMAIL)
        assert row is not None
        assert row.consent == Consent(NOW, "192.0.2.7", NOW + HOUR, "198.51.100.1", "pl-1")
        assert (row.origin, row.created_at) == ("form", NOW)
        assert (row.subscriber.wishes, row.subscriber.systems) == (ANNA.wishes, ("pz",))

    def test_of_several_forms_the_last_one_is_confirmed(self, store: Store) -> None:
        id_ = _pending(store)
        later = Consent(NOW + HOUR, "192.0.2.8", wording="en-2")
        store.subscribers.ask(replace(ANNA, language="en"), later, NOW + HOUR)
        confirm(store, id_, NOW + 2 * HOUR)
        row = store.subscribers.find(id_)
        assert row is not None
        assert (row.subscriber.language, row.consent.wording) == ("en", "en-2")
        assert row.consent.asked_from == "192.0.2.8"

    def test_asking_for_somebody_who_is_subscribed_changes_neither_choices_nor_proof(
        self, store: Store
    ) -> None:
        before = store.subscribers.find(_active(store))
        later = Consent(NOW + DAY, "203.0.113.66", wording="en-1")
        assert store.subscribers.ask(replace(ANNA, audiences=("nurse",)), later, NOW + DAY) == before

    def test_who_left_and_asks_again_begins_with_a_new_proof(self, store: Store) -> None:
        id_ = _left(store)
        store.subscribers.ask(ANNA, Consent(NOW + DAY, "192.0.2.9", wording="pl-1"), NOW + DAY)
        row = store.subscribers.find(id_)
        assert row is not None
        assert row.consent == Consent(NOW + DAY, "192.0.2.9", wording="pl-1")
        assert (row.left_at, row.left_why) == (None, None)
        assert confirm(store, id_, NOW + 2 * DAY)


class TestForgetting:
    @pytest.mark.parametrize(
        ("make", "stays", "why"),
        [
            (_pending, CONFIRM_WITHIN, Farewell.UNCONFIRMED),
            (_left, UNDO_WITHIN, Farewell.UNSUBSCRIBED),
            (_bounced, SUPPRESSED_FOR, Farewell.BOUNCED),
            (_complained, SUPPRESSED_FOR, Farewell.COMPLAINED),
        ],
    )
    def test_upkeep_forgets_those_whose_time_is_over(
        self, store: Store, make: Make, stays: timedelta, why: Farewell
    ) -> None:
        id_ = make(store)
        assert store.subscribers.upkeep(NOW + stays - MOMENT) == 0
        assert store.prune(NOW + stays).people == 1
        row = store.subscribers.find(id_)
        assert row is not None
        assert (row.standing, row.left_why, row.subscriber.email) == (gone, why, "")

    def test_who_is_subscribed_stays(self, store: Store) -> None:
        _active(store)
        assert store.subscribers.upkeep(NOW + 4000 * DAY) == 0

    def test_who_never_confirmed_can_still_be_entered_by_the_operator(self, store: Store) -> None:
        _pending(store)  # anybody may have typed the address in
        store.subscribers.upkeep(NOW + CONFIRM_WITHIN)
        assert store.subscribers.import_([ANNA], "import", NOW + 8 * DAY) == ImportResult(added=1)

    def test_who_left_and_never_confirmed_anew_stays_away(self, store: Store) -> None:
        id_ = _left(store)
        ask(store, id_)
        store.subscribers.upkeep(NOW + CONFIRM_WITHIN)
        assert standing(store, id_) is gone
        assert store.subscribers.import_([ANNA], "import", NOW + 8 * DAY) == ImportResult(kept_out=(0,))

    def test_a_complaint_is_remembered_after_the_person_is_forgotten(self, store: Store) -> None:
        id_ = _complained(store)
        erase(store, id_)
        assert ask(store, id_) is False
        assert bring_again(store, id_)
        assert ask(store, id_) is True

    @pytest.mark.parametrize("back", [undo, ask])
    def test_who_comes_back_is_no_longer_remembered(self, store: Store, back: Callable[..., object]) -> None:
        id_ = _left(store)
        assert back(store, id_)
        confirm(store, id_)
        assert store.subscribers.import_([ANNA], "import", NOW) == ImportResult(unchanged=1)

    def test_nothing_of_the_person_is_left_anywhere(
        self, shared_url: str, open_store: Callable[[str], Store]
    ) -> None:
        store = open_store(shared_url)
        id_ = _active(store)
        store.subscribers.suppress(id_, Farewell.BOUNCED, NOW)
        erase(store, id_)
        store.close()
        found = " ".join(_everything(shared_url)).lower()
        for trace in ("anna", "192.0.2.7", "198.51.100.1", "mbank"):
            assert trace not in found

    def test_the_digests_of_two_stores_differ(
        self, tmp_path: object, open_store: Callable[[str], Store]
    ) -> None:
        digests = set()
        for name in ("one", "two"):
            url = f"sqlite:///{tmp_path}/{name}.db"
            store = open_store(url)
            _left(store)
            store.close()
            digests |= {
                row for row in _everything(url) if "unsubscribed" in row and row.startswith("departed")
            }
        assert len(digests) == 2


def _everything(url: str) -> list[str]:
    """Every row of every table, as text."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        names = ("subscribers", "departed", "bounces", "mails", "bodies", "marks")
        rows = [
            f"{name} {row}" for name in names for row in connection.execute(text(f"SELECT * FROM {name}"))
        ]
    engine.dispose()
    return rows


class TestMail:
    @pytest.mark.parametrize(
        ("move", "kind", "state"),
        [
            (leave, MailKind.NEWS, MailState.EXPIRED),
            (bounce, MailKind.NEWS, MailState.EXPIRED),
            (erase, MailKind.NEWS, MailState.EXPIRED),
            (change, MailKind.NEWS, MailState.WAITING),
        ],
    )
    def test_what_waits_for_somebody_who_leaves_is_not_sent(
        self, store: Store, move: Callable[..., object], kind: MailKind, state: MailState
    ) -> None:
        id_ = _active(store)
        _enqueue(store, id_, kind)
        move(store, id_)
        assert [mail.state for mail in store.outbox.list()] == [state]

    def test_a_farewell_that_was_undone_is_not_sent(self, store: Store) -> None:
        id_ = _left(store)
        _enqueue(store, id_, MailKind.LETTER)
        undo(store, id_)
        assert store.outbox.claim("one", NOW, MINUTE, 9) == []

    @pytest.mark.parametrize(
        ("make", "kind", "goes"),
        [
            (_pending, MailKind.LETTER, True),
            (_pending, MailKind.NEWS, False),
            (_left, MailKind.LETTER, True),
            (_left, MailKind.NEWS, False),
            (_bounced, MailKind.LETTER, False),
            (_bounced, MailKind.NEWS, False),
            (_gone, MailKind.LETTER, False),
            (_active, MailKind.NEWS, True),
        ],
    )
    def test_who_gets_what(self, store: Store, make: Make, kind: MailKind, goes: bool) -> None:
        _enqueue(store, make(store), kind)
        assert bool(store.outbox.claim("one", NOW, MINUTE, 9)) is goes

    def test_letters_are_counted_from_an_instant(self, store: Store) -> None:
        id_ = _pending(store)
        for at, kind in ((NOW, MailKind.LETTER), (NOW + HOUR, MailKind.LETTER), (NOW + HOUR, MailKind.NEWS)):
            _enqueue(store, id_, kind, at)
        counts = [store.subscribers.letters_since(id_, NOW + shift) for shift in (-HOUR, 0 * HOUR, HOUR)]
        assert counts == [2, 1, 0]


def _enqueue(store: Store, id_: int, kind: MailKind, now: datetime = NOW, told: tuple[int, ...] = ()) -> None:
    store.outbox.put_body("body", b"", now)
    number = len(store.outbox.list())
    new = NewMail(id_, told, "body", f"<{number}@example.org>", now, now + DAY, kind=kind)
    store.outbox.enqueue([new], now)


class TestFollowing:
    JAN = NewSubscriber("jan@example.org", ("patient",), "pl")
    EWA = NewSubscriber("ewa@example.org", ("patient",), "pl")

    def test_who_is_taken_out_is_removed_and_may_be_put_back(self, store: Store) -> None:
        follow = store.subscribers.follow
        assert follow([self.JAN, self.EWA], "file", NOW) == ImportResult(added=2)
        assert follow([self.EWA], "file", NOW) == ImportResult(unchanged=1, removed=1)
        assert [row.subscriber.email for row in store.subscribers.list()] == ["ewa@example.org"]
        assert follow([self.JAN, self.EWA], "file", NOW) == ImportResult(added=1, unchanged=1)

    def test_an_empty_list_takes_nobody_out(self, store: Store) -> None:
        store.subscribers.follow([self.JAN, self.EWA], "file", NOW)
        assert store.subscribers.follow([], "file", NOW) == ImportResult(spared=2)
        assert len(store.subscribers.list()) == 2

    def test_others_are_none_of_its_business(self, store: Store) -> None:
        _active(store)
        store.subscribers.import_([self.JAN], "import", NOW)
        store.subscribers.follow([self.JAN, self.EWA], "file", NOW)
        assert store.subscribers.follow([self.EWA], "file", NOW).removed == 0
        assert len(store.subscribers.list()) == 3

    def test_who_left_by_their_link_is_not_entered_again(self, store: Store) -> None:
        store.subscribers.follow([self.JAN, self.EWA], "file", NOW)
        store.subscribers.leave("jan@example.org", Farewell.UNSUBSCRIBED, NOW)
        assert store.subscribers.follow([self.JAN, self.EWA], "file", NOW) == ImportResult(
            unchanged=1, kept_out=(0,)
        )

    def test_what_a_person_chose_is_not_overwritten(self, store: Store) -> None:
        store.subscribers.follow([self.JAN], "file", NOW)
        [row] = store.subscribers.list()
        chosen = replace(self.JAN, language="en", wishes=ANNA.wishes)
        store.subscribers.change(row.subscriber.id, chosen, NOW)
        assert store.subscribers.follow([self.JAN], "file", NOW + DAY) == ImportResult(unchanged=1)
        [row] = store.subscribers.list()
        assert (row.subscriber.language, row.subscriber.wishes) == ("en", ANNA.wishes)
        assert row.changed_at == NOW


class TestExport:
    def test_everything_that_is_known_is_in_it(self, store: Store) -> None:
        id_ = _active(store)
        told = tuple(number for number, _ in store.notices.add([(notice(), NOW)], NOW))
        _enqueue(store, id_, MailKind.LETTER)
        _enqueue(store, id_, MailKind.NEWS, told=told)
        known = store.subscribers.export(EMAIL)
        assert known is not None
        assert [(mail.kind, mail.told) for mail in known.mails] == [
            (MailKind.LETTER, ()),
            (MailKind.NEWS, (NoticeKey("pz-march", "patient", Occasion.ANNOUNCED),)),
        ]
        document = personal_document(known)
        assert document["email"] == EMAIL
        assert document["wishes"] == {
            "reminder_minutes": [10080],
            "digest": "monday 07:00",
            "quiet_hours": "22:00-07:00",
        }
        assert document["consent"]["confirmed_from"] == "198.51.100.1"
        assert document["mails"][1]["told"][0]["window"] == "pz-march"

    def test_of_who_is_gone_there_is_nothing(self, store: Store) -> None:
        assert store.subscribers.export(_gone(store)) is None
        assert store.subscribers.export("nobody@example.org") is None
