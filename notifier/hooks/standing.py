"""How receivers are doing, and telling the log when that changes: one line for a trouble, not one a call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

import structlog

from notifier.hooks.answer import Answer, Meaning
from notifier.model import CallState, iso
from notifier.store import CallOutcome

log = structlog.get_logger()

OUTCOMES = {
    CallState.SENT: "sent",
    CallState.REFUSED: "refused",
    CallState.WAITING: "deferred",
    CallState.EXPIRED: "expired",
}
"""What a call was settled as -> the word for it in metrics; a call may be deferred several times."""


class Standing:
    """What is known of each receiver since the start, by its name."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter(dict.fromkeys(OUTCOMES.values(), 0))
        self.troubles: dict[str, str] = {}
        """What is wrong with those that did not take the last call."""
        self.gone: set[str] = set()
        self._pauses: dict[str, datetime] = {}

    def forget(self, hooks: Collection[str]) -> None:
        """Begin anew with these, as after a change of the settings: who wanted no more may want it again."""
        self.gone.clear()
        self._pauses.clear()
        self.troubles = {hook: text for hook, text in self.troubles.items() if hook in hooks}

    def ready(self, hook: str, now: datetime) -> bool:
        """False for one that wants no more, and for one that is left in peace for a while."""
        return hook not in self.gone and self._pauses.get(hook, now) <= now

    def note(self, hook: str, answer: Answer, outcome: CallOutcome, now: datetime) -> None:
        """Take in what a receiver answered and what became of the call.

        One that fails is asked by one call at a time: the others wait with it, and their tries are not used up.
        """
        self.outcomes[OUTCOMES[outcome.state]] += 1
        if outcome.state is CallState.EXPIRED:
            log.warning("call lost its use before it could be made", hook=hook, call=outcome.call_id)
        if answer.meaning is Meaning.TAKEN:
            self._pauses.pop(hook, None)
            if self.troubles.pop(hook, None) is not None:
                log.info("receiver works again", hook=hook)
            return
        if answer.meaning is Meaning.ENOUGH:
            self.gone.add(hook)
            log.warning("receiver wants no more: nothing is sent until the next reload", hook=hook)
        elif self.troubles.get(hook) != answer.text:
            log.warning(
                "receiver fails",
                hook=hook,
                code=answer.code,
                reason=answer.text,
                again_at=iso(outcome.retry_at),
            )
        self.troubles[hook] = answer.text
        self._pauses[hook] = outcome.retry_at or now + answer.after
