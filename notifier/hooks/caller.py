"""The way of waiting calls to their receivers: claim, send, settle, one at a time for each receiver.

A crash leaves behind calls that were claimed and whose answer is not written yet, one a receiver at most. Whoever
comes next takes them over and makes them again under the same id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import ParamSpec, Protocol, TypeVar

import structlog

from notifier.hooks.answer import Answer, Line, Meaning
from notifier.hooks.outcome import Retry, outcome_of
from notifier.hooks.standing import Standing
from notifier.model import CallState, NotifierError
from notifier.store import CallOutcome, Calls, ClaimedCall

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)

log = structlog.get_logger()

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """The present moment in UTC."""

    def sleep(self, seconds: float) -> Awaitable[None]:
        """Wait that long on this clock, or less."""


class InStore(Protocol):
    """Runs a call in the thread that the store lives in."""

    async def __call__(self, call: Callable[P, R_co], /, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """What the call returns or raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSettings:
    """How calling is done. ``owner`` stays the same over restarts; ``lease`` must exceed any line's patience."""

    owner: str
    lease: timedelta = timedelta(minutes=5)
    look_again: timedelta = timedelta(seconds=15)
    grace: float = 20.0
    retry: Retry = field(default_factory=Retry)


class Caller:
    """Makes the calls that the store holds, over the lines there are. Nothing in here ends the program."""

    def __init__(
        self, calls: Calls, clock: Clock, settings: CallSettings, db: InStore, standing: Standing
    ) -> None:
        self._calls = calls
        self._clock = clock
        self._settings = settings
        self._db = db
        self._standing = standing
        self._lines: dict[str, Line] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._stirred = asyncio.Event()
        self._released = False

    def take_up(self, lines: Iterable[Line]) -> None:
        """Use these lines from now on. What is under way on others is brought to its end."""
        self._lines = {line.id: line for line in lines}
        self._standing.forget(self._lines)
        self._stirred.set()

    def wake(self) -> None:
        """Say, from within the loop, that there may be something to do."""
        self._stirred.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Call until ``stop`` is set, then end what is under way and give the rest back."""
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self._stirred.set())
        try:
            while not stop.is_set():
                self._stirred.clear()
                await self._look()
                await self._rest()
            if self._under_way:
                await asyncio.wait(self._under_way.values(), timeout=self._settings.grace)
        finally:
            for task in (stopping, *self._under_way.values()):
                task.cancel()
            await asyncio.gather(stopping, *self._under_way.values(), return_exceptions=True)
        await self._give_back()

    async def _give_back(self) -> None:
        try:
            await self._db(self._calls.release, self._settings.owner)
        except NotifierError as error:
            log.warning("calls cannot be given back before their lease is over", reason=str(error))

    async def _rest(self) -> None:
        """Until something stirs us or it is time to look again; without lines, until there are some."""
        waiting: list[asyncio.Future[object]] = [asyncio.ensure_future(self._stirred.wait())]
        if self._lines:
            waiting.append(
                asyncio.ensure_future(self._clock.sleep(self._settings.look_again.total_seconds()))
            )
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def _look(self) -> None:
        now, settings, lines = self._clock.now(), self._settings, self._lines
        free = [hook for hook in lines if hook not in self._under_way and self._standing.ready(hook, now)]
        if not free:
            return
        try:
            if not self._released:
                await self._db(self._calls.release, settings.owner)
                self._released = True
            claimed = await self._db(self._calls.claim, settings.owner, now, settings.lease, free)
        except Exception:
            log.exception("calls cannot be read", again_in=settings.look_again.total_seconds())
            return
        for call in claimed:
            task = asyncio.create_task(self._make(lines[call.hook], call), name=f"call {call.id}")
            self._under_way[call.hook] = task
            task.add_done_callback(partial(self._made, call.hook))

    def _made(self, hook: str, _: asyncio.Task[None]) -> None:
        del self._under_way[hook]
        self._stirred.set()

    async def _make(self, line: Line, call: ClaimedCall) -> None:
        """Send and settle one call."""
        try:
            answer = await line.send(call, self._clock.now())
        except Exception as error:
            # A mistake of ours: not the end of this call nor of the others.
            log.exception("calling failed unexpectedly", hook=line.id, call=call.id)
            answer = Answer(Meaning.LATER, None, type(error).__name__)
        now = self._clock.now()
        outcome = outcome_of(call, answer, now, self._settings.retry)
        self._standing.note(line.id, answer, outcome, now)
        await self._settle(outcome)

    async def _settle(self, outcome: CallOutcome) -> None:
        """Until it is recorded: the receiver has answered, and forgetting that would call again."""
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._db(self._calls.settle, outcome, self._settings.owner, self._clock.now())
            except Exception:
                log.exception("answer cannot be recorded", call=outcome.call_id, again_in=pause)
            else:
                if outcome.state is CallState.SENT:
                    log.debug("called", call=outcome.call_id, code=outcome.code)
                return
            await self._clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
