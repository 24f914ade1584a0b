"""The outbox: each mail goes to one worker, and every answer finds its mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from notifier.model import MailKind, MailState, Standing
from notifier.store import Consent, NewMail, NewSubscriber, Outcome, Reason, StoreConflict, StoreError
from notifier.store.tables import subscribers
from tests.store.samples import DAY, HOUR, LEASE, MINUTE, NOW, People, notice

WAITING, CLAIMED, SENT = MailState.WAITING, MailState.CLAIMED, MailState.SENT
REFUSED, EXPIRED, HELD = MailState.REFUSED, MailState.EXPIRED, MailState.HELD
SUPERSEDED = MailState.SUPERSEDED
TICK = timedelta(microseconds=1)


class TestBodies:
    def test_a_body_is_kept_as_it_was_first_put(self, people: People) -> None:
        people.outbox.put_body("d", b"first\0\xff", NOW, b"headers")
        people.outbox.put_body("d", b"second", NOW, b"other")
        assert (people.outbox.body("d"), people.outbox.headers("d")) == (b"first\0\xff", b"headers")

    def test_headers_may_be_none_at_all(self, people: People) -> None:
        assert people.outbox.headers("body") == b""

    def test_a_body_nobody_put_is_missing(self, people: People) -> None:
        with pytest.raises(StoreError) as caught:
            people.outbox.body("unknown")
        assert caught.value.reason is Reason.MISSING


class TestEnqueue:
    def test_mails_carry_what_they_were_given(self, people: People) -> None:
        new = people.mail(2, people.notice(notice()), send_at=NOW + MINUTE, expires_at=NOW + HOUR)
        people.send(new)
        [mail] = people.outbox.list()
        assert (mail.subscriber_id, mail.body_digest, mail.message_id) == (
            people.ids[2],
            "body",
            "<1@example.org>",
        )
        assert (mail.send_at, mail.expires_at, mail.created_at) == (NOW + MINUTE, NOW + HOUR, NOW)
        assert (mail.state, mail.attempts, mail.settled_at) == (WAITING, 0, None)

    def test_a_generator_longer_than_a_batch_goes_in_whole(self, people: People) -> None:
        def many() -> Iterator[NewMail]:
            for number in range(10_001):
                yield NewMail(people.ids[0], (), "body", f"<m{number}@example.org>", NOW, NOW + DAY)

        assert people.outbox.enqueue(many(), NOW) == 10_001
        assert people.outbox.stats().counts[WAITING] == 10_001

    def test_no_mails_are_no_mails(self, people: People) -> None:
        assert people.outbox.enqueue([], NOW) == 0

    @pytest.mark.parametrize(
        "fault", ["same notice", "same message id", "no body", "no subscriber", "no notice"]
    )
    def test_a_contradiction_keeps_everything_out(self, people: People, fault: str) -> None:
        notices = people.notice(notice())
        people.send(people.mail(0, notices))
        wrong = {
            "same notice": people.mail(0, notices),
            "same message id": replace(people.mail(1, notices), message_id="<1@example.org>"),
            "no body": replace(people.mail(1, notices), body_digest="unknown"),
            "no subscriber": replace(people.mail(1, notices), subscriber_id=4711),
            "no notice": people.mail(1, (4711,)),
        }[fault]
        with pytest.raises(StoreConflict):
            people.send(people.mail(2, notices), wrong)
        assert list(people.states()) == [1]
        people.send(people.mail(2, notices))

    def test_held_mail_waits_for_the_operator(self, people: People) -> None:
        people.send(people.mail(0, held=True), people.mail(1))
        assert people.claim() == [2]
        assert people.outbox.retry([1], NOW) == 1
        assert people.claim() == [1]


class TestClaim:
    def test_mail_is_claimed_once(self, people: People) -> None:
        people.send(people.mail(0), people.mail(1), people.mail(2))
        assert people.claim("one", limit=2) == [1, 2]
        assert people.claim("two", limit=2) == [3]
        assert people.claim("two", limit=2) == []

    def test_a_claim_says_all_that_sending_takes(self, people: People) -> None:
        people.send(people.mail(3))
        [mail] = people.outbox.claim("one", NOW, LEASE, 10)
        assert (mail.email, mail.body_digest, mail.message_id) == (
            "person3@example.org",
            "body",
            "<1@example.org>",
        )
        assert (mail.subscriber_id, mail.attempts, mail.first_failed_at) == (people.ids[3], 0, None)
        assert mail.expires_at == NOW + DAY

    @pytest.mark.parametrize(
        ("send_at", "due"),
        [
            (NOW - DAY, True),  # long due
            (NOW, True),  # due at this very moment
            (NOW + TICK, False),  # not yet
        ],
    )
    def test_only_due_mail_is_claimed(self, people: People, send_at: datetime, due: bool) -> None:
        people.send(people.mail(0, send_at=send_at))
        assert people.claim() == ([1] if due else [])

    def test_the_earliest_goes_first(self, people: People) -> None:
        people.send(*(people.mail(0, send_at=NOW - minutes * MINUTE) for minutes in (1, 3, 2)))
        assert [people.claim(limit=1) for _ in range(3)] == [[2], [3], [1]]

    @pytest.mark.parametrize(
        ("after", "taken"),
        [
            (LEASE - TICK, []),  # the lease still runs
            (LEASE, [1]),  # it has run out
        ],
    )
    def test_a_lease_that_ran_out_is_taken_over(
        self, people: People, after: timedelta, taken: list[int]
    ) -> None:
        people.send(people.mail(0))
        people.claim("one")
        assert people.claim("two", NOW + after) == taken

    @pytest.mark.parametrize(
        ("expires_at", "state"),
        [
            (NOW + TICK, CLAIMED),  # still of use
            (NOW, EXPIRED),  # its use ends now
        ],
    )
    def test_mail_without_use_expires(self, people: People, expires_at: datetime, state: MailState) -> None:
        people.send(people.mail(0, send_at=NOW - DAY, expires_at=expires_at))
        assert people.claim() == ([1] if state is CLAIMED else [])
        [mail] = people.outbox.list()
        assert mail.state is state
        assert mail.settled_at == (NOW if state is EXPIRED else None)

    def test_a_claimed_mail_whose_worker_died_expires_too(self, people: People) -> None:
        people.send(people.mail(0, expires_at=NOW + HOUR))
        people.claim("one")
        assert people.claim("two", NOW + HOUR) == []
        assert people.states() == {1: EXPIRED}

    def test_expired_mail_in_front_does_not_hide_what_is_behind(self, people: People) -> None:
        people.send(*(people.mail(0, send_at=NOW - HOUR, expires_at=NOW) for _ in range(7)), people.mail(1))
        assert people.claim(limit=3) == [8]
        assert people.outbox.stats().counts[EXPIRED] == 7

    def test_mail_of_somebody_inactive_expires_also_where_the_address_is_still_there(
        self, people: People
    ) -> None:
        people.send(people.mail(0), people.mail(1))
        with people.store._connections.write() as connection:
            connection.execute(
                subscribers.update().where(subscribers.c.id == people.ids[0]).values(standing=Standing.GONE)
            )
        assert people.claim() == [2]
        assert people.states() == {1: EXPIRED, 2: CLAIMED}

    @pytest.mark.parametrize(
        ("fresh", "again", "limit", "claimed"),
        [
            (10, 10, 6, (3, 3)),  # both in plenty: they take turns
            (10, 10, 5, (3, 2)),  # the odd place goes to fresh mail
            (10, 1, 6, (5, 1)),  # a place nobody wants goes to the other
            (1, 10, 6, (1, 5)),
            (0, 10, 6, (0, 6)),
            (10, 0, 6, (6, 0)),
            (10, 10, 1, (1, 0)),
        ],
    )
    def test_fresh_mail_and_retries_take_turns(
        self, people: People, fresh: int, again: int, limit: int, claimed: tuple[int, int]
    ) -> None:
        people.send(*(people.mail(0, send_at=NOW - DAY) for _ in range(again)))
        people.settle(people.claim(), WAITING, retry_at=NOW - HOUR)
        people.send(*(people.mail(1) for _ in range(fresh)))
        mails = people.outbox.claim("one", NOW, LEASE, limit)
        tries = [mail.attempts for mail in mails]
        assert (tries.count(0), tries.count(1)) == claimed
        assert tries == sorted(tries)


class TestSettle:
    @pytest.mark.parametrize("state", [SENT, REFUSED])
    def test_an_answer_ends_it(self, people: People, state: MailState) -> None:
        people.send(people.mail(0))
        people.claim()
        assert people.outbox.settle([Outcome(1, state, 250, "2.0.0 queued")], "one", NOW + MINUTE) == 1
        [mail] = people.outbox.list(state)
        assert (mail.last_code, mail.last_reply, mail.settled_at) == (250, "2.0.0 queued", NOW + MINUTE)
        assert (mail.attempts, mail.lease_owner, mail.lease_until) == (1, None, None)
        assert people.claim("two", NOW + DAY / 2) == []

    def test_a_soft_failure_waits_and_counts(self, people: People) -> None:
        people.send(people.mail(0))
        for attempt in (1, 2):
            now = NOW + attempt * HOUR
            [mail] = people.outbox.claim("one", now, LEASE, 1)
            assert mail.attempts == attempt - 1
            people.outbox.settle([Outcome(1, WAITING, 451, "later", now + MINUTE)], "one", now)
            assert people.claim("one", now + MINUTE - TICK) == []
        [row] = people.outbox.list()
        assert (row.state, row.attempts, row.send_at) == (WAITING, 2, NOW + 2 * HOUR + MINUTE)
        assert row.first_failed_at == NOW + HOUR
        [mail] = people.outbox.claim("two", NOW + 3 * HOUR, LEASE, 1)
        assert (mail.attempts, mail.first_failed_at) == (2, NOW + HOUR)

    def test_a_mail_never_tried_counts_no_attempt(self, people: People) -> None:
        people.send(people.mail(0), people.mail(1))
        people.claim()
        people.outbox.settle([Outcome(1, EXPIRED), Outcome(2, HELD)], "one", NOW)
        assert [(m.state, m.attempts, m.settled_at) for m in people.outbox.list()] == [
            (HELD, 0, None),
            (EXPIRED, 0, NOW),
        ]

    def test_only_the_owner_of_the_claim_can_settle(self, people: People) -> None:
        people.send(people.mail(0), people.mail(1))
        people.claim("one", limit=1)
        assert people.settle([1, 2, 4711], owner="two") == 0
        assert people.states() == {1: CLAIMED, 2: WAITING}
        assert people.settle([1, 2], owner="one") == 1
        assert people.settle([1], REFUSED, owner="one") == 0
        assert people.states() == {1: SENT, 2: WAITING}

    def test_who_lost_the_lease_can_no_longer_settle(self, people: People) -> None:
        people.send(people.mail(0))
        people.claim("one")
        people.claim("two", NOW + LEASE)
        assert people.settle([1], owner="one", now=NOW + LEASE) == 0
        assert people.settle([1], owner="two", now=NOW + LEASE) == 1

    def test_a_lease_that_ran_out_untaken_is_still_the_owners(self, people: People) -> None:
        people.send(people.mail(0))
        people.claim("one")
        assert people.settle([1], owner="one", now=NOW + HOUR) == 1

    def test_nothing_to_settle_is_fine(self, people: People) -> None:
        assert people.outbox.settle([], "one", NOW) == 0

    def test_a_reply_of_odd_bytes_is_kept_as_text(self, people: People) -> None:
        people.send(people.mail(0))
        people.claim()
        people.outbox.settle([Outcome(1, REFUSED, 550, "no \0such ąę \udcff box")], "one", NOW)
        assert people.outbox.list()[0].last_reply == "no such ąę ? box"

    @pytest.mark.parametrize(
        ("state", "retry_at"),
        [
            (CLAIMED, None),  # it is claimed already
            (SUPERSEDED, None),  # not for a worker to say
            (WAITING, None),  # until when?
            (SENT, NOW),  # no need to try again
        ],
    )
    def test_an_outcome_makes_sense(self, state: MailState, retry_at: datetime | None) -> None:
        with pytest.raises(ValueError, match=r"retry_at|settled as"):
            Outcome(1, state, retry_at=retry_at)


def test_release_gives_back_without_an_attempt(people: People) -> None:
    people.send(people.mail(0), people.mail(1), people.mail(2))
    people.claim("one", limit=2)
    people.claim("two", limit=1)
    people.settle([1], owner="one")
    assert people.outbox.release("one") == 1
    assert people.states() == {1: SENT, 2: WAITING, 3: CLAIMED}
    [mail] = people.outbox.claim("three", NOW, LEASE, 10)
    assert (mail.id, mail.attempts) == (2, 0)


class TestRetry:
    @pytest.mark.parametrize(
        ("state", "again"),
        [
            (REFUSED, True),
            (WAITING, True),  # was put off by the server
            (HELD, True),
            (SENT, False),  # nobody gets it twice
            (EXPIRED, False),  # no use any more
        ],
    )
    @pytest.mark.parametrize("by_id", [True, False])
    def test_what_can_be_tried_again(
        self, people: People, state: MailState, again: bool, by_id: bool
    ) -> None:
        people.send(people.mail(0))
        people.settle(people.claim(), state, retry_at=NOW + HOUR if state is WAITING else None)
        assert people.outbox.retry([1] if by_id else None, NOW + MINUTE) == int(again)
        claimed = people.outbox.claim("two", NOW + MINUTE, LEASE, 10)
        assert [(mail.attempts, mail.first_failed_at) for mail in claimed] == ([(0, None)] if again else [])

    def test_the_others_are_left_alone(self, people: People) -> None:
        people.send(people.mail(0), people.mail(1), people.mail(2, send_at=NOW + HOUR))
        people.settle(people.claim(), REFUSED)
        assert people.outbox.retry([2, 4711], NOW) == 1
        assert people.outbox.retry([], NOW) == 0
        assert people.states() == {1: REFUSED, 2: WAITING, 3: WAITING}

    def test_mail_on_its_first_way_keeps_its_time(self, people: People) -> None:
        people.send(people.mail(0, send_at=NOW + HOUR), people.mail(1, send_at=NOW + HOUR, held=True))
        assert people.outbox.retry(None, NOW) == 1
        assert people.claim(now=NOW + HOUR - TICK) == []
        assert people.claim(now=NOW + HOUR) == [1, 2]

    def test_no_use_no_reader_no_body_no_retry(self, people: People) -> None:
        people.send(
            people.mail(0, expires_at=NOW + HOUR), people.mail(1, expires_at=NOW + 100 * DAY), people.mail(2)
        )
        people.settle(people.claim(), REFUSED)
        people.store.subscribers.remove(people.ids[2], NOW)
        assert people.outbox.retry([1, 3], NOW + HOUR) == 0
        assert people.store.prune(NOW + 50 * DAY).bodies == 1
        assert people.outbox.retry([2], NOW + 50 * DAY) == 0

    def test_who_has_not_confirmed_yet_is_sent_letters_again_and_nothing_else(self, people: People) -> None:
        asking = NewSubscriber("asking@example.org", ("patient",), "pl")
        row = people.store.subscribers.ask(asking, Consent(NOW, "192.0.2.7", wording="pl-1"), NOW)
        assert row is not None
        news = replace(people.mail(0), subscriber_id=row.subscriber.id)
        people.send(news, replace(people.mail(0), subscriber_id=row.subscriber.id, kind=MailKind.LETTER))
        people.settle(people.claim(), REFUSED)
        assert people.outbox.retry(None, NOW) == 1
        assert people.states() == {1: EXPIRED, 2: WAITING}


class TestSupersede:
    def test_unsent_mail_about_the_window_goes(self, people: People) -> None:
        ids = people.notice(notice(), notice(audience="doctor"), notice("other"))
        people.send(people.mail(0, ids[:1]), people.mail(1, ids[1:2]), people.mail(2, ids[2:]))
        people.send(people.mail(3, ids[:1], held=True))
        assert people.outbox.supersede("pz-march", {"patient"}, NOW + MINUTE) == 2
        assert people.states() == {1: SUPERSEDED, 2: WAITING, 3: WAITING, 4: SUPERSEDED}
        assert {mail.settled_at for mail in people.outbox.list(SUPERSEDED)} == {NOW + MINUTE}
        assert people.claim() == [2, 3]

    def test_mail_that_also_tells_something_else_stays(self, people: People) -> None:
        mine, other, doctors = people.notice(notice(), notice("other"), notice(audience="doctor"))
        people.send(people.mail(0, (mine, other)), people.mail(1, (mine, doctors)))
        assert people.outbox.supersede("pz-march", ["patient"], NOW) == 0
        assert people.outbox.supersede("pz-march", ["patient", "doctor"], NOW) == 1
        assert people.states() == {1: WAITING, 2: SUPERSEDED}

    def test_mail_on_its_way_or_told_stays(self, people: People) -> None:
        ids = people.notice(notice())
        people.send(*(people.mail(n, ids) for n in range(3)))
        people.settle(people.claim(limit=1))
        people.claim(limit=1)
        assert people.outbox.supersede("pz-march", ["patient"], NOW) == 1
        assert people.states() == {1: SENT, 2: CLAIMED, 3: SUPERSEDED}

    def test_mail_put_off_by_the_server_goes_too(self, people: People) -> None:
        people.send(people.mail(0, people.notice(notice())))
        people.settle(people.claim(), WAITING, retry_at=NOW + HOUR)
        assert people.outbox.supersede("pz-march", ["patient"], NOW) == 1

    def test_mail_about_nothing_stays(self, people: People) -> None:
        people.send(people.mail(0))
        assert people.outbox.supersede("pz-march", ["patient"], NOW) == 0
        assert people.outbox.supersede("pz-march", [], NOW) == 0


def test_stats_name_every_state(people: People) -> None:
    empty = people.outbox.stats()
    assert (set(empty.counts), set(empty.counts.values())) == (set(MailState), {0})
    assert empty.oldest_waiting is None
    people.send(
        people.mail(0), people.mail(0, send_at=NOW + HOUR), people.mail(0, send_at=NOW + DAY, held=True)
    )
    people.settle(people.claim(limit=1))
    stats = people.outbox.stats()
    assert {state for state, count in stats.counts.items() if count} == {SENT, WAITING, HELD}
    assert stats.oldest_waiting == NOW + HOUR


def test_list_shows_the_newest_first(people: People) -> None:
    people.send(*(people.mail(0) for _ in range(5)))
    people.settle(people.claim(limit=2))
    assert [mail.id for mail in people.outbox.list(limit=3)] == [5, 4, 3]
    assert [mail.id for mail in people.outbox.list(SENT)] == [2, 1]
    assert people.outbox.list(REFUSED) == []


class TestPrune:
    def test_a_body_goes_when_all_its_mails_are_long_settled(self, people: People) -> None:
        people.send(people.mail(0), people.mail(1, send_at=NOW + 20 * DAY, expires_at=NOW + 21 * DAY))
        people.settle(people.claim())
        assert people.store.prune(NOW + 40 * DAY).bodies == 0
        people.settle(people.claim(now=NOW + 20 * DAY), now=NOW + 20 * DAY)
        assert people.store.prune(NOW + 50 * DAY).bodies == 0
        assert people.store.prune(NOW + 50 * DAY + TICK).bodies == 1
        with pytest.raises(StoreError, match="no mail body"):
            people.outbox.body("body")
        assert people.store.prune(NOW + 51 * DAY).bodies == 0

    def test_a_body_without_mails_goes_after_its_time(self, people: People) -> None:
        assert people.store.prune(NOW + 30 * DAY).bodies == 0
        assert people.store.prune(NOW + 30 * DAY + TICK).bodies == 1

    def test_a_pruned_body_can_be_put_again(self, people: People) -> None:
        people.send(people.mail(0))
        people.settle(people.claim())
        people.store.prune(NOW + 40 * DAY)
        people.outbox.put_body("body", b"again", NOW + 40 * DAY, b"h")
        assert (people.outbox.body("body"), people.outbox.headers("body")) == (b"again", b"h")
        assert people.store.prune(NOW + 60 * DAY).bodies == 0

    def test_a_body_wanted_again_starts_its_time_anew(self, people: People) -> None:
        people.outbox.put_body("body", b"content", NOW + 20 * DAY)
        assert people.store.prune(NOW + 50 * DAY).bodies == 0
        assert people.store.prune(NOW + 50 * DAY + TICK).bodies == 1

    def test_old_mails_go_with_their_deliveries_and_notices_stay(self, people: People) -> None:
        ids = people.notice(notice(), notice("other"))
        people.send(
            people.mail(0, ids), people.mail(1, ids[:1], send_at=NOW + 300 * DAY, expires_at=NOW + 301 * DAY)
        )
        people.settle(people.claim())
        pruned = people.store.prune(NOW + 401 * DAY)
        assert (pruned.mails, pruned.deliveries) == (1, 2)
        assert people.states() == {2: WAITING}
        assert len(people.store.notices.known()) == 2

    def test_new_mails_never_take_the_number_of_a_pruned_one(self, people: People) -> None:
        people.send(people.mail(0))
        people.settle(people.claim())
        people.store.prune(NOW + 401 * DAY)
        people.outbox.put_body("body", b"", NOW)
        people.send(people.mail(0))
        assert list(people.states()) == [2]
