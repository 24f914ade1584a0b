"""From a receiver's answer to what the store shall remember. Pure; the waits are those of mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from notifier.hooks.answer import Answer, Meaning
from notifier.model import CallState
from notifier.store import CallOutcome, ClaimedCall


@dataclass(frozen=True, slots=True)
class Retry:
    """When a call is tried again: after as long as it has been failing, between ``least`` and ``most``."""

    least: timedelta = timedelta(seconds=30)
    most: timedelta = timedelta(seconds=4000)


def outcome_of(call: ClaimedCall, answer: Answer, now: datetime, retry: Retry) -> CallOutcome:
    """What becomes of the call after that answer.

    A call that would be tried again only after it has lost its use gets one more chance halfway to that moment,
    unless the receiver asked for the wait or it is less than 30 seconds away; then it has expired.
    """
    if answer.meaning is Meaning.TAKEN:
        return CallOutcome(call.id, CallState.SENT, answer.code, answer.text)
    if answer.meaning is Meaning.ENOUGH:
        return CallOutcome(call.id, CallState.REFUSED, answer.code, answer.text)
    failing = now - (call.first_failed_at or now)
    left = call.expires_at - now
    wait = max(min(max(failing, retry.least), retry.most), answer.after)
    if wait >= left and answer.after < left:
        wait = max(left / 2, timedelta(seconds=30), answer.after)
    if wait >= left:
        return CallOutcome(call.id, CallState.EXPIRED, answer.code, answer.text)
    return CallOutcome(call.id, CallState.WAITING, answer.code, answer.text, now + wait)


def retry_after(value: str, now: datetime, most: timedelta = timedelta(days=1)) -> timedelta:
    """The wait that a ``Retry-After`` asks for, in seconds or until a date (RFC 9110, 10.2.3).

    Nothing for what cannot be read or has passed, and never more than ``most``.
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        # A number with more digits than that is more than `most` in any case.
        return min(timedelta(seconds=int(text[:12])), most)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return timedelta(0)
    wait = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta(0)), most)
