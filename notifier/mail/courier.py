"""Before and after a mail is sent: whether its letter may go, and what became of it is written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from notifier.mail.answer import Answer, Reply, Step
from notifier.mail.clock import Clock
from notifier.mail.forms import InStore
from notifier.mail.hand import Claim
from notifier.mail.outbox import Outbox
from notifier.mail.outcome import outcome_of, sent
from notifier.mail.settings import DeliverySettings
from notifier.mail.settle import Settler
from notifier.mail.transport import Letter
from notifier.model import MailState
from notifier.store import ClaimedMail, Outcome

log = structlog.get_logger()

_BAD_ADDRESS = 553  # "mailbox name not allowed" (RFC 5321, 4.2.3): what a relay would have said
_LETTERLESS = Reply(Answer.DEFERRED, Step.DATA, text="its letter could not be written")


class Courier:
    """Sees claimed mails off, and settles them."""

    def __init__(
        self,
        outbox: Outbox,
        settings: DeliverySettings,
        clock: Clock,
        db: InStore,
    ) -> None:
        """``outbox`` is where it is settled, by way of ``db``."""
        self._outbox = outbox
        self._owner = settings.owner
        self.now = clock.now
        self._db = db
        self._retry = settings.retry
        self._unwritten = settings.unwritten
        self._most = settings.unwritten + settings.connections
        self.on_the_way: set[int] = set()  # ids of mails
        self.settler = Settler(self._record, clock.sleep, self._enough)
        self._let_go = 0  # contents that may be with the relay already

    def may_begin(self) -> bool:
        """Whether one more mail may be begun, whose content is then held back; else too many would be in doubt."""
        return len(self.settler.unwritten) < self._most

    def may_begin_alone(self) -> bool:
        """The same for a mail that is sent at once."""
        return len(self.settler.unwritten) + len(self.on_the_way) < self._most

    def may_send(self) -> bool:
        """Whether one more content that was held back may be sent, which counts as let go then."""
        if len(self.settler.unwritten) + self._let_go >= self._most:
            return False
        self._let_go += 1
        return True

    def over(self, mail: ClaimedMail, *, let_go: bool = False) -> None:
        """Take note that a mail is no longer on its way: judged or lost, after its content was ``let_go`` or before."""
        self.on_the_way.discard(mail.id)
        self._let_go -= let_go

    def _enough(self, answers: int) -> bool:
        # Fewer than may be unwritten, for until the store's thread gets to it some more come in.
        return 4 * answers >= 3 * self._unwritten or not self.on_the_way

    def letter(self, claim: Claim, now: datetime) -> Letter | None:
        """The letter, if it may be sent; ``None``, and settled, if that is not to be or cannot be."""
        mail, letter = claim.mail, claim.letter
        if now >= mail.expires_at:
            self._settle(mail, Outcome(mail.id, MailState.EXPIRED, None, "too late to be of use"))
        elif isinstance(letter, Letter):
            return letter
        elif letter is None:
            self.settle(mail, _LETTERLESS)
        else:
            self._settle(mail, Outcome(mail.id, MailState.REFUSED, _BAD_ADDRESS, str(letter)))
        return None

    def settle(self, mail: ClaimedMail, reply: Reply) -> None:
        """Have it written down what that reply means for the mail."""
        if reply.answer is Answer.ACCEPTED:
            self.settler.hand_in(sent(mail, reply))
            return
        outcome = outcome_of(mail, reply, self.now(), self._retry)
        self._settle(mail, outcome, answer=reply.answer.value, step=reply.step.value)

    def _settle(self, mail: ClaimedMail, outcome: Outcome, **known: str) -> None:
        """Record an outcome that the operator may want to know of."""
        log.warning(
            _WORDS[outcome.state],
            mail=mail.id,
            subscriber=mail.subscriber_id,
            code=outcome.code,
            reply=outcome.reply,
            retry_at=outcome.retry_at,
            **known,
        )
        self.settler.hand_in(outcome)

    async def _record(self, taken: Callable[[], Sequence[Outcome]]) -> None:
        await self._db(self._write, taken)

    def _write(self, taken: Callable[[], Sequence[Outcome]]) -> None:
        self._outbox.settle(taken(), self._owner, self.now())


_WORDS = {
    MailState.WAITING: "mail not delivered, will be tried again",
    MailState.REFUSED: "mail refused for good",
    MailState.EXPIRED: "mail lost its use before it could be delivered",
}
