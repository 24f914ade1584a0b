"""Tells the operator of troubles: by mail beside the loop, and by memory in the store, so that each is told once.

The mails go through the relay of all others but not through the outbox: the store may be the trouble.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from notifier.config import Settings
from notifier.daemon.alarms import Alarm, Alarms, Facts, Kind
from notifier.daemon.note import note_on
from notifier.mail import Answer, Clock, InStore, MailProblem, Reply, Transport, send_one
from notifier.model import NotifierError
from notifier.render import Renderer, RenderError
from notifier.store import Store

log = structlog.get_logger()

MARK = "alarms"
"""Where the store keeps what is remembered."""

_LINES = {
    Kind.RELAY: "relay still away",
    Kind.PASSES: "passes still fail",
    Kind.BOUNCES: "many people can be reached no more",
}
"""Troubles that have grown from smaller ones; all others had their line when they came up."""

_NO_SECOND_TRY = {Answer.ACCEPTED, Answer.REFUSED, Answer.UNKNOWN}
"""It is there, will never be, or may be there already."""


class Alarming:
    """The operator's end of the line."""

    def __init__(self, store: Store, transport: Transport, clock: Clock, db: InStore) -> None:
        self._store = store
        self._transport = transport
        self._clock = clock
        self._db = db
        self._alarms: Alarms | None = None
        self._written = ""
        self._lined: set[str] = set()
        self._sending: asyncio.Task[None] | None = None
        self._failed = ""

    async def look(self, facts: Facts, settings: Settings, renderer: Renderer) -> None:
        """Tell what there is to tell. The mails go out beside the caller, and again at the next look if need be."""
        alarms = self._alarms or await self._recall()
        if alarms is None:
            return
        due = alarms.look(facts, self._clock.now())
        self._log(alarms)
        if not settings.operator.mail:
            for alarm in due:
                alarms.told(alarm)
        elif self._sending is None or self._sending.done():
            mailable = [alarm for alarm in due if alarm.mailable]
            if mailable:
                self._sending = asyncio.create_task(self._send(alarms, mailable, settings, renderer))
        await self._remember(alarms)

    async def close(self) -> None:
        """Give up on what is under way; the next start tells it."""
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        if self._alarms is not None:
            await self._remember(self._alarms)

    async def _recall(self) -> Alarms | None:
        try:
            text = await self._db(self._store.marks.get, MARK)
        except NotifierError:
            return None  # the pass has met the same and said so
        self._alarms, self._written = Alarms.read(text), text or ""
        return self._alarms

    async def _remember(self, alarms: Alarms) -> None:
        text = alarms.write()
        if text == (self._written or "[]"):
            return
        try:
            await self._db(self._store.marks.put, MARK, text)
        except NotifierError:
            return  # as above; at the next look it is tried again
        self._written = text

    def _log(self, alarms: Alarms) -> None:
        lasting = {alarm.key: alarm for alarm in alarms.lasting if alarm.kind in _LINES}
        for key, alarm in lasting.items():
            if key not in self._lined:
                log.error(_LINES[alarm.kind], since=alarm.since.isoformat(), said=alarm.said, number=alarm.n)
        self._lined = set(lasting)

    async def _send(
        self, alarms: Alarms, due: Sequence[Alarm], settings: Settings, renderer: Renderer
    ) -> None:
        for alarm in due:
            about = {"trouble": alarm.kind.value, "subject": alarm.subject, "over": alarm.over is not None}
            try:
                letter = note_on(alarm, renderer, settings, self._clock.now())
                reply = await send_one(self._transport, letter)
            except (MailProblem, RenderError) as problem:
                log.error("operator cannot be told", reason=str(problem), **about)
                alarms.told(alarm)
                continue
            except Exception:
                log.exception("operator cannot be told", **about)
                return
            self._note(reply, about)
            if reply.answer in _NO_SECOND_TRY:
                alarms.told(alarm)
            elif reply.answer is Answer.SERVER_TROUBLE:
                return

    def _note(self, reply: Reply, about: dict[str, str | bool]) -> None:
        """One line for what was told, and one for the first of several failures."""
        if reply.answer is Answer.ACCEPTED:
            log.info("operator told", **about)
            self._failed = ""
            return
        failed = f"{reply.step}/{reply.code}"
        if failed != self._failed:
            log.warning(
                "operator cannot be told", step=reply.step.value, code=reply.code, reply=reply.text, **about
            )
        self._failed = failed
