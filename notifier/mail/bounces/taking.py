"""A message that came back, from its bytes to the record. What follows from the record is for the sweep."""

from __future__ import annotations

import secrets
from enum import StrEnum

import structlog

from notifier.mail.answer import without_addresses
from notifier.mail.bounces.report import Kind, read
from notifier.mail.bounces.returnpath import ReturnPaths
from notifier.store import Store
from notifier.store.bounces import Recorded

log = structlog.get_logger()

KEY = "return-path-key"
"""The mark under which the store keeps the key; whoever shares the store shares the key."""


class Taken(StrEnum):
    """What became of a message; for whoever has to decide what to do with it."""

    COUNTED = "counted"  #: it is on the record
    KNOWN = "known"  #: it was on the record before
    NOTHING = "nothing"  #: it is understood, and there is nothing to record
    UNCLEAR = "unclear"  #: it is no report that we understand, or not about a mail that we can be sure of
    EARLY = "early"  #: bring it again later: its mail is not settled yet


def return_paths(store: Store, base: str) -> ReturnPaths:
    """The return paths of this store's mails; makes a key if there is none.

    Raises :class:`StoreError`, and :class:`MailProblem` for a base that no return path can be made from.
    """
    key = store.marks.get(KEY)
    if key is None:
        with store.transaction():
            key = store.marks.get(KEY) or secrets.token_hex(32)
            store.marks.put(KEY, key)
    return ReturnPaths(base, bytes.fromhex(key))


def take(store: Store, paths: ReturnPaths, raw: bytes, to: str = "") -> Taken:
    """Read a message and record what it says; harmless to repeat. Raises :class:`StoreError`.

    ``to`` is the address it arrived at, where the mail server tells.
    """
    report = read(raw, paths, to)
    if report.kind is Kind.AUTO_REPLY:
        taken = Taken.NOTHING
    elif report.kind is Kind.UNKNOWN or report.mail_id is None:
        taken = Taken.UNCLEAR
    else:
        said = _without_recipient(store, report.mail_id, report.said)
        recorded = store.bounces.record(report.mail_id, report.kind.value, report.status, said)
        taken = _TAKEN[recorded]
    log.info(
        "returned mail read",
        kind=report.kind.value,
        status=report.status,
        mail=report.mail_id,
        taken=taken.value,
    )
    return taken


_TAKEN = {
    Recorded.NEW: Taken.COUNTED,
    Recorded.KNOWN: Taken.KNOWN,
    Recorded.NOBODY: Taken.NOTHING,
    Recorded.EARLY: Taken.EARLY,
}


def _without_recipient(store: Store, mail_id: int, said: str) -> str:
    """The words without the recipient's name in the mail system either: some servers repeat that alone."""
    mail = store.overview.mail(mail_id)
    person = mail and store.subscribers.find(mail.row.subscriber_id)
    if not person:
        return said
    local = person.subscriber.email.rpartition("@")[0]
    return without_addresses(said, local) if len(local) > 3 else said
