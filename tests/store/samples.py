"""Small stand-ins for the facts the store keeps, each with only what the test at hand is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from notifier.model import (
    Channel,
    Edition,
    Impact,
    MailState,
    Notice,
    NoticeKey,
    Occasion,
    Severity,
    Source,
    Status,
    Window,
)
from notifier.store import NewMail, NewSubscriber, Outcome, Store

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEASE = 5 * MINUTE


class Still:
    """A clock that stands at ``NOW``."""

    def now(self) -> datetime:
        return NOW


def window(id_: str = "pz-march", *, start: datetime = NOW + DAY, hours: int | None = 20) -> Window:
    return Window(
        id=id_,
        systems=("pz", "bank.mbank"),
        start=start,
        end=None if hours is None else start + hours * HOUR,
        status=Status.CONFIRMED,
        impact=Impact.OUTAGE,
        source=Source("Operator", "https://example.org/a?b=c", NOW - DAY),
        note="Zażółć „gęślą” jaźń",
    )


def edition(id_: str = "pz-march", number: int = 1, recorded_at: datetime = NOW) -> Edition:
    return Edition(window(id_), number, recorded_at - MINUTE, recorded_at, "files", "anna", "first")


def notice(
    id_: str = "pz-march",
    audience: str = "patient",
    occasion: Occasion = Occasion.ANNOUNCED,
    detail: str = "",
    *,
    sent: bool = True,
) -> Notice:
    return Notice(
        key=NoticeKey(id_, audience, occasion, detail),
        due=NOW,
        useful_until=NOW + DAY,
        sent=sent,
        reason="a window became known",
        edition=1,
        sequence=0,
        severity=Severity.MAJOR,
        advice=None,
        channels=frozenset({Channel.MAIL, Channel.NEWS}),
    )


class People:
    """A store with subscribers, one body and notices, so that mails can be put into it."""

    def __init__(self, store: Store, count: int = 1) -> None:
        self.store = store
        self.outbox = store.outbox
        new = [NewSubscriber(f"person{n}@example.org", ("patient",), "pl") for n in range(count)]
        store.subscribers.import_(new, "operator", NOW)
        self.ids = [row.subscriber.id for row in store.subscribers.list()]
        self.outbox.put_body("body", b"content", NOW)
        self._sent = 0

    def notice(self, *about: Notice) -> tuple[int, ...]:
        """Ids of these notices, newly recorded."""
        return tuple(id_ for id_, _ in self.store.notices.add([(one, NOW) for one in about], NOW))

    def mail(
        self,
        person: int = 0,
        notices: tuple[int, ...] = (),
        *,
        send_at: datetime = NOW,
        expires_at: datetime = NOW + DAY,
        held: bool = False,
    ) -> NewMail:
        self._sent += 1
        return NewMail(
            self.ids[person], notices, "body", f"<{self._sent}@example.org>", send_at, expires_at, held
        )

    def send(self, *mails: NewMail) -> None:
        self.outbox.enqueue(mails, NOW)

    def claim(self, owner: str = "one", now: datetime = NOW, limit: int = 100) -> list[int]:
        """The ids of the mails that ``owner`` got."""
        return [mail.id for mail in self.outbox.claim(owner, now, LEASE, limit)]

    def settle(
        self,
        ids: Iterable[int],
        state: MailState = MailState.SENT,
        owner: str = "one",
        now: datetime = NOW,
        retry_at: datetime | None = None,
    ) -> int:
        return self.outbox.settle([Outcome(id_, state, 250, "ok", retry_at) for id_ in ids], owner, now)

    def states(self) -> dict[int, MailState]:
        return {mail.id: mail.state for mail in self.outbox.list(limit=1000)}
