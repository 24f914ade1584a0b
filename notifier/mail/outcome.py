"""From the relay's answer to what the outbox shall remember. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from notifier.mail.answer import Answer, Reply
from notifier.model import MailState
from notifier.store import ClaimedMail, Outcome


@dataclass(frozen=True, slots=True)
class Retry:
    """When a mail is tried again.

    The wait is as long as the mail has been failing, kept between ``least`` and ``most``: it doubles
    by itself and needs no counter. ``unsure`` is the least where the mail may have arrived.
    """

    least: timedelta = timedelta(minutes=5)
    most: timedelta = timedelta(seconds=4000)
    unsure: timedelta = timedelta(minutes=1)


_SENT = MailState.SENT


def sent(mail: ClaimedMail, reply: Reply) -> Outcome:
    """What becomes of a mail that the relay has taken."""
    # What makes an outcome sound need not be looked at, and this is for nearly every mail.
    return tuple.__new__(Outcome, (mail.id, _SENT, reply.code, reply.text, None))


def outcome_of(mail: ClaimedMail, reply: Reply, now: datetime, retry: Retry) -> Outcome:
    """What becomes of the mail after that reply.

    A mail that would be tried again only after it has lost its use gets one more chance halfway to
    that moment, as long as this is at least 30 seconds away; then it has expired.
    """
    if reply.answer is Answer.ACCEPTED:
        return sent(mail, reply)
    text = reply.text
    if reply.answer is Answer.REFUSED:
        return Outcome(mail.id, MailState.REFUSED, reply.code, text)
    least = retry.unsure if reply.answer is Answer.UNKNOWN else retry.least
    failing = now - (mail.first_failed_at or now)
    left = mail.expires_at - now
    wait = min(max(failing, least), retry.most)
    if wait >= left:
        wait = max(left / 2, timedelta(seconds=30))
    if wait >= left:
        return Outcome(mail.id, MailState.EXPIRED, reply.code, text)
    return Outcome(mail.id, MailState.WAITING, reply.code, text, now + wait)
