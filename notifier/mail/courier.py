"""One claimed mail over one connection: made whole, sent, and its outcome written down."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import ParamSpec, Protocol, TypeVar

import structlog

from notifier.mail.answer import Answer, Reply
from notifier.mail.clock import Clock
from notifier.mail.errors import MailProblem
from notifier.mail.message import Body, for_recipient
from notifier.mail.outbox import Outbox
from notifier.mail.outcome import Retry, outcome_of
from notifier.mail.settle import Settler
from notifier.mail.transport import Connection, Letter
from notifier.model import MailState
from notifier.store import ClaimedMail, Outcome

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)

log = structlog.get_logger()

_BODIES_KEPT = 64
_BAD_ADDRESS = 553  # "mailbox name not allowed" (RFC 5321, 4.2.3): what a relay would have said


class InStore(Protocol):
    """Runs a call in the thread that the store lives in."""

    async def __call__(self, call: Callable[P, R_co], /, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """What the call returns or raises."""


class Courier:
    """Carries single mails and settles them."""

    def __init__(
        self,
        outbox: Outbox,
        owner: str,
        clock: Clock,
        db: InStore,
        unsubscribe: Callable[[ClaimedMail], bytes],
        retry: Retry,
    ) -> None:
        """``unsubscribe`` gives a mail its own header lines, see ``message.unsubscribe_headers``."""
        self._outbox = outbox
        self._owner = owner
        self._clock = clock
        self._db = db
        self._unsubscribe = unsubscribe
        self._retry = retry
        self._settler = Settler(self._record, clock.sleep)
        self._bodies: OrderedDict[str, Body] = OrderedDict()

    async def carry(self, mail: ClaimedMail, connection: Connection) -> Reply | None:
        """Send the mail and settle what became of it; ``None`` if the relay had no part in that.

        After :attr:`Answer.SERVER_TROUBLE` the mail is not settled: it was surely not sent, and whether
        it is to blame is for the caller to say.
        """
        if self._clock.now() >= mail.expires_at:
            await self._settle(mail, Outcome(mail.id, MailState.EXPIRED, None, "too late to be of use"))
            return None
        try:
            letter = await self._letter(mail)
        except MailProblem as problem:
            await self._settle(mail, Outcome(mail.id, MailState.REFUSED, _BAD_ADDRESS, str(problem)))
            return None
        reply = await connection.send(letter)
        if reply.answer is not Answer.SERVER_TROUBLE:
            await self.settle(mail, reply)
        return reply

    async def settle(self, mail: ClaimedMail, reply: Reply) -> None:
        """Write down what that reply means for the mail, and return once it is written."""
        outcome = outcome_of(mail, reply, self._clock.now(), self._retry)
        await self._settle(mail, outcome, answer=reply.answer.value, step=reply.step.value)

    async def finish(self) -> None:
        """Wait until every outcome is written."""
        await self._settler.finish()

    def abandon(self) -> None:
        """Give up on outcomes that could not be written so far."""
        self._settler.abandon()

    async def _letter(self, mail: ClaimedMail) -> Letter:
        body = self._bodies.get(mail.body_digest)
        if body is None:
            body = self._bodies[mail.body_digest] = await self._db(self._body, mail.body_digest)
            if len(self._bodies) > _BODIES_KEPT:
                self._bodies.popitem(last=False)
        else:
            self._bodies.move_to_end(mail.body_digest)
        data = for_recipient(
            body, to=mail.email, message_id=mail.message_id, unsubscribe=self._unsubscribe(mail)
        )
        return Letter(mail.email, mail.message_id, data)

    def _body(self, digest: str) -> Body:
        return Body(digest, self._outbox.headers(digest), self._outbox.body(digest))

    async def _settle(self, mail: ClaimedMail, outcome: Outcome, **known: str) -> None:
        if outcome.state is not MailState.SENT:
            log.warning(
                _WORDS[outcome.state],
                mail=mail.id,
                subscriber=mail.subscriber_id,
                code=outcome.code,
                reply=outcome.reply,
                retry_at=outcome.retry_at,
                **known,
            )
        await self._settler.settle(outcome)

    async def _record(self, outcomes: Sequence[Outcome]) -> None:
        await self._db(self._outbox.settle, outcomes, self._owner, self._clock.now())


_WORDS = {
    MailState.WAITING: "mail not delivered, will be tried again",
    MailState.REFUSED: "mail refused for good",
    MailState.EXPIRED: "mail lost its use before it could be delivered",
}
