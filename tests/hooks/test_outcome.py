"""What an answer means for the call: a table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifier.hooks.answer import Answer, Meaning
from notifier.hooks.outcome import Retry, outcome_of, retry_after
from notifier.model import CallState
from notifier.store import ClaimedCall
from tests.store.samples import DAY, HOUR, MINUTE, NOW

SECOND, NOTHING = timedelta(seconds=1), timedelta(0)
LATER = Meaning.LATER

ROWS = [
    ("Taken is sent.", Meaning.TAKEN, NOTHING, NOTHING, DAY, CallState.SENT, None),
    ("Wants no more is refused.", Meaning.ENOUGH, NOTHING, NOTHING, DAY, CallState.REFUSED, None),
    ("The first failure waits half a minute.", LATER, NOTHING, NOTHING, DAY, CallState.WAITING, 30 * SECOND),
    ("Then as long as it has been failing.", LATER, NOTHING, 7 * MINUTE, DAY, CallState.WAITING, 7 * MINUTE),
    ("At most 4000 s.", LATER, NOTHING, 10 * HOUR, DAY, CallState.WAITING, 4000 * SECOND),
    ("Longer where that was asked for.", LATER, 2 * HOUR, NOTHING, DAY, CallState.WAITING, 2 * HOUR),
    ("Not shorter because of it.", LATER, SECOND, 7 * MINUTE, DAY, CallState.WAITING, 7 * MINUTE),
    ("One more chance halfway.", LATER, NOTHING, HOUR, 40 * MINUTE, CallState.WAITING, 20 * MINUTE),
    ("Not before the wait asked for.", LATER, 30 * MINUTE, HOUR, 40 * MINUTE, CallState.WAITING, 30 * MINUTE),
    ("Not where that is too late.", LATER, 50 * MINUTE, HOUR, 40 * MINUTE, CallState.EXPIRED, None),
    ("Half a minute before the end it is over.", LATER, NOTHING, HOUR, 30 * SECOND, CallState.EXPIRED, None),
]


@pytest.mark.parametrize(
    ("sentence", "meaning", "after", "failing", "left", "state", "wait"), ROWS, ids=[row[0] for row in ROWS]
)
def test_outcomes(
    sentence: str,
    meaning: Meaning,
    after: timedelta,
    failing: timedelta,
    left: timedelta,
    state: CallState,
    wait: timedelta | None,
) -> None:
    call = ClaimedCall(7, "ward", "msg_1", b"", 1, NOW - failing if failing else None, NOW + left)
    made = outcome_of(call, Answer(meaning, 500, "said", after), NOW, Retry())
    assert (made.call_id, made.state, made.code, made.reply) == (7, state, 500, "said")
    assert made.retry_at == (None if wait is None else NOW + wait), sentence


WAITS = [
    ("120", 2 * MINUTE),
    (" 0 ", NOTHING),
    ("Mon, 02 Mar 2026 12:01:00 GMT", MINUTE),
    ("Mon, 02 Mar 2026 12:01:00 -0000", MINUTE),
    ("Sunday, 06-Nov-94 08:49:37 GMT", NOTHING),
    ("999999999999999999999999", DAY),
    ("Mon, 02 Mar 2099 12:01:00 GMT", DAY),
    ("-5", NOTHING),
    ("soon", NOTHING),
    ("٣", NOTHING),
    ("", NOTHING),
    ("Mon, 99 Mar 2026 99:01:00 GMT", NOTHING),
]


@pytest.mark.parametrize(("value", "wait"), WAITS)
def test_how_long_a_receiver_wants_to_be_left_in_peace(value: str, wait: timedelta) -> None:
    assert retry_after(value, NOW) == wait
