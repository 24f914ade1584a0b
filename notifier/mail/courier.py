"""Before and after a mail is sent: it is made whole, and what became of it is written down."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import ParamSpec, Protocol, TypeVar

import structlog

from notifier.mail.answer import Reply
from notifier.mail.clock import Clock
from notifier.mail.dkim import Signer
from notifier.mail.errors import MailProblem
from notifier.mail.message import Body
from notifier.mail.outbox import Outbox
from notifier.mail.outcome import outcome_of
from notifier.mail.personal import Form, Personal
from notifier.mail.settings import DeliverySettings
from notifier.mail.settle import Settler
from notifier.mail.transport import Letter
from notifier.model import MailState
from notifier.store import ClaimedMail, Outcome

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)

log = structlog.get_logger()

_FORMS_KEPT = 256
_BAD_ADDRESS = 553  # "mailbox name not allowed" (RFC 5321, 4.2.3): what a relay would have said


class InStore(Protocol):
    """Runs a call in the thread that the store lives in."""

    async def __call__(self, call: Callable[P, R_co], /, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """What the call returns or raises."""


class Courier:
    """Makes letters of claimed mails, and settles them."""

    def __init__(
        self,
        outbox: Outbox,
        settings: DeliverySettings,
        clock: Clock,
        db: InStore,
        personal: Callable[[ClaimedMail], Personal],
        placeholder: str,
        signer: Signer | None,
    ) -> None:
        """``personal`` gives a mail its own parts; ``placeholder`` is where its token goes in the body."""
        self._outbox = outbox
        self._owner = settings.owner
        self._clock = clock
        self._db = db
        self._personal = personal
        self._retry = settings.retry
        self._placeholder = placeholder
        self._signer = signer
        self.unwritten: set[int] = set()  # ids of mails that have an outcome which is not in the store yet
        self._settler = Settler(self._record, clock.sleep, settings.unwritten)
        self._forms: OrderedDict[str, Form] = OrderedDict()

    async def letter(self, mail: ClaimedMail) -> Letter | None:
        """The mail, whole and ready to be sent; ``None``, and settled, if that is not to be or cannot be."""
        if self._clock.now() >= mail.expires_at:
            await self._settle(mail, Outcome(mail.id, MailState.EXPIRED, None, "too late to be of use"))
            return None
        form, personal = await self._form(mail.body_digest), self._personal(mail)
        try:
            data = form.filled(to=mail.email, message_id=mail.message_id, personal=personal)
        except MailProblem as problem:
            await self._settle(mail, Outcome(mail.id, MailState.REFUSED, _BAD_ADDRESS, str(problem)))
            return None
        return Letter(mail.email, mail.message_id, data, personal.sender, form.dotless(personal))

    async def settle(self, mail: ClaimedMail, reply: Reply, *, ahead: bool = False) -> None:
        """Write down what that reply means for the mail, and return once it is written.

        With ``ahead`` it may return before, as long as few outcomes are unwritten.
        """
        outcome = outcome_of(mail, reply, self._clock.now(), self._retry)
        if outcome.state is not MailState.SENT:
            await self._settle(mail, outcome, ahead=ahead, answer=reply.answer.value, step=reply.step.value)
            return
        self.unwritten.add(mail.id)
        written = self._settler.hand_in(outcome, ahead=ahead)
        if written is not None:
            await written

    async def finish(self) -> None:
        """Wait until every outcome is written."""
        await self._settler.finish()

    def abandon(self) -> None:
        """Give up on outcomes that could not be written so far."""
        self._settler.abandon()

    async def _form(self, digest: str) -> Form:
        form = self._forms.get(digest)
        if form is None:
            form = self._forms[digest] = await self._db(self._read, digest)
            if len(self._forms) > _FORMS_KEPT:
                self._forms.popitem(last=False)
        else:
            self._forms.move_to_end(digest)
        return form

    def _read(self, digest: str) -> Form:
        body = Body(digest, self._outbox.headers(digest), self._outbox.body(digest))
        return Form(body, self._placeholder, self._signer)

    async def _settle(
        self, mail: ClaimedMail, outcome: Outcome, *, ahead: bool = False, **known: str
    ) -> None:
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
        self.unwritten.add(mail.id)
        written = self._settler.hand_in(outcome, ahead=ahead)
        if written is not None:
            await written

    async def _record(self, outcomes: Sequence[Outcome]) -> None:
        await self._db(self._outbox.settle, outcomes, self._owner, self._clock.now())
        self.unwritten.difference_update([outcome.mail_id for outcome in outcomes])


_WORDS = {
    MailState.WAITING: "mail not delivered, will be tried again",
    MailState.REFUSED: "mail refused for good",
    MailState.EXPIRED: "mail lost its use before it could be delivered",
}
