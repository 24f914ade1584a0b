"""Calls to programs in the store: recorded once, claimed one a hook, settled by their owner alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notifier.model import CallState, Occasion
from notifier.store import CallOutcome, ClaimedCall, NewCall, Store
from tests.store.conftest import Open
from tests.store.samples import DAY, HOUR, LEASE, MINUTE, NOW, notice

SENT, WAITING, EXPIRED, CLAIMED = (
    CallState.SENT, CallState.WAITING, CallState.EXPIRED, CallState.CLAIMED
)  # fmt: skip


def add(store: Store, *hooks: str, window: str = "pz-march", detail: str = "") -> int:
    """A notice with a call for each of these hooks; its number."""
    ((id_, _),) = store.notices.add([(notice(window, detail=detail, occasion=Occasion.CHANGED), NOW)], NOW)
    new = [NewCall(id_, hook, f"msg-{id_}-{hook}", b"{}", NOW + DAY) for hook in hooks]
    assert store.calls.add(new, NOW) == len(hooks)
    return id_


def claim(store: Store, *hooks: str, owner: str = "us", now=NOW) -> list[ClaimedCall]:
    return store.calls.claim(owner, now, LEASE, hooks)


def states(store: Store) -> list[CallState]:
    return [row.state for row in store.calls.list()]


def test_a_notice_is_recorded_once_a_hook(store: Store) -> None:
    id_ = add(store, "a", "b")
    again = [NewCall(id_, hook, f"other-{hook}", b"other", NOW + DAY) for hook in ("a", "c")]
    assert store.calls.add(again, NOW) == 1
    assert [(row.hook, row.message_id) for row in store.calls.list()] == [
        ("a", f"msg-{id_}-a"),
        ("b", f"msg-{id_}-b"),
        ("c", "other-c"),
    ]


def test_what_is_not_kept_with_the_notice_is_not_kept_at_all(store: Store) -> None:
    def add_and_die() -> None:
        with store.transaction():
            add(store, "a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_die()
    assert store.calls.list() == []
    assert store.notices.rows() == []


def test_each_hook_gets_its_first_one_and_only_hooks_that_were_asked_for(store: Store) -> None:
    first, second = add(store, "a", "b"), add(store, "a", "c", detail="2")
    assert [(call.hook, call.message_id) for call in claim(store, "a", "b")] == [
        ("a", f"msg-{first}-a"),
        ("b", f"msg-{first}-b"),
    ]
    assert [call.message_id for call in claim(store, "a", owner="them")] == [f"msg-{second}-a"]
    assert claim(store, "a", "b") == []
    assert states(store) == [CLAIMED, CLAIMED, CLAIMED, WAITING]


def test_a_lease_that_ran_out_is_taken_over_with_the_same_id(store: Store) -> None:
    add(store, "a")
    (mine,) = claim(store, "a")
    assert claim(store, "a", owner="them", now=NOW + LEASE - MINUTE) == []
    (theirs,) = claim(store, "a", owner="them", now=NOW + LEASE)
    assert theirs == mine
    assert not store.calls.settle(CallOutcome(mine.id, SENT, 200), "us", NOW + LEASE)
    assert store.calls.settle(CallOutcome(mine.id, SENT, 200), "them", NOW + LEASE)
    assert states(store) == [SENT]


def test_who_starts_again_takes_back_what_was_claimed(store: Store) -> None:
    add(store, "a", "b")
    before = claim(store, "a")
    claim(store, "b", owner="them")
    assert store.calls.release("us") == 1
    assert claim(store, "a") == before


def test_a_try_that_failed_waits_and_remembers_since_when(store: Store) -> None:
    add(store, "a")
    (call,) = claim(store, "a")
    later = NOW + 5 * MINUTE
    assert store.calls.settle(CallOutcome(call.id, WAITING, 503, "busy\0", later), "us", NOW + MINUTE)
    assert claim(store, "a", now=later - MINUTE) == []
    (again,) = claim(store, "a", now=later)
    assert again == replace(call, attempts=1, first_failed_at=NOW + MINUTE)
    store.calls.settle(CallOutcome(call.id, WAITING, None, "away", later + HOUR), "us", later)
    (row,) = store.calls.list()
    assert (row.attempts, row.last_code, row.last_reply) == (2, None, "away")
    (third,) = claim(store, "a", now=later + HOUR)
    assert third.first_failed_at == NOW + MINUTE


def test_what_has_lost_its_use_expires_also_for_hooks_that_are_no_more(store: Store) -> None:
    add(store, "a", "gone")
    assert claim(store, "a", now=NOW + DAY) == []
    assert states(store) == [EXPIRED, EXPIRED]
    assert store.calls.stats().counts[EXPIRED] == 2


def test_a_call_under_way_is_left_to_its_owner_until_the_lease_is_over(store: Store) -> None:
    id_ = add(store, "a")
    claim(store, "a", now=NOW + DAY - MINUTE)
    assert store.calls.expire(NOW + DAY) == 0
    assert store.calls.supersede("pz-march", ["patient"], NOW) == 0
    assert store.calls.expire(NOW + DAY + LEASE) == 1
    assert store.notices.rows()[0].id == id_


def test_newer_news_replaces_what_waits(store: Store) -> None:
    add(store, "a")
    add(store, "a", window="other")
    assert store.calls.supersede("pz-march", ["doctor"], NOW) == 0
    assert store.calls.supersede("pz-march", ["doctor", "patient"], NOW) == 1
    assert states(store) == [CallState.SUPERSEDED, WAITING]


def test_numbers(store: Store) -> None:
    assert set(store.calls.stats().counts) == set(CallState)
    assert store.calls.stats().oldest_waiting is None
    add(store, "a", "b")
    (call,) = claim(store, "a")
    store.calls.settle(CallOutcome(call.id, SENT, 204), "us", NOW)
    stats = store.calls.stats()
    assert (stats.counts[SENT], stats.counts[WAITING], stats.oldest_waiting) == (1, 1, NOW)


def test_what_was_settled_long_ago_is_deleted(store: Store) -> None:
    add(store, "a", "b")
    (call,) = claim(store, "a")
    store.calls.settle(CallOutcome(call.id, SENT, 200), "us", NOW)
    store.prune(NOW + 30 * DAY)
    assert states(store) == [SENT, EXPIRED], "the other one lost its use long ago and is settled only now"
    store.prune(NOW + 31 * DAY)
    assert states(store) == [EXPIRED]


def test_two_processes_share_a_queue(shared_url: str, open_store: Open) -> None:
    one, two = open_store(shared_url), open_store(shared_url)
    for number in range(4):
        add(one, "a", detail=str(number))
    taken = [claim(store, "a", owner=str(id(store))) for store in (one, two, one, two)]
    assert len({call.id for (call,) in taken}) == 4


def test_outcomes_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be settled"):
        CallOutcome(1, CLAIMED)
    for state, at in ((WAITING, None), (SENT, NOW)):
        with pytest.raises(ValueError, match="retry_at"):
            CallOutcome(1, state, retry_at=at)
