"""Claimed mails, written out as letters before their turn comes: many in a row cost each less than one by one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import structlog

from notifier.mail.errors import MailProblem
from notifier.mail.forms import Forms
from notifier.mail.personal import Form, Personal
from notifier.mail.transport import Letter
from notifier.store import ClaimedMail

log = structlog.get_logger()

Written = Letter | MailProblem | None
"""A letter, or what is wrong with the mail itself; ``None`` where a fault of ours kept it from being written."""

_IN_A_ROW = 20
"""So many are written without a break. Where each is signed, that takes a few milliseconds."""


class Letters:
    """Writes letters."""

    def __init__(self, forms: Forms, personal: Callable[[ClaimedMail], Personal]) -> None:
        """``personal`` gives a mail its own parts."""
        self._forms = forms
        self._personal = personal

    async def of(self, mails: Sequence[ClaimedMail]) -> AsyncIterator[list[tuple[ClaimedMail, Written]]]:
        """These mails with their letters, in their order, some at a time; others have their turn in between."""
        forms = await self._forms.of(mail.body_digest for mail in mails)
        for start in range(0, len(mails), _IN_A_ROW):
            row = mails[start : start + _IN_A_ROW]
            yield [(mail, self._written(mail, forms.get(mail.body_digest))) for mail in row]
            await asyncio.sleep(0)

    def _written(self, mail: ClaimedMail, form: Form | None) -> Written:
        if form is None:
            return None
        try:
            personal = self._personal(mail)
            pieces = form.filled(to=mail.email, message_id=mail.message_id, personal=personal)
            dotless = form.dotless(personal)
        except MailProblem as problem:
            return problem
        except Exception:
            # A mistake with one mail must not hold up the others.
            log.exception("letter cannot be written", mail=mail.id)
            return None
        return Letter(mail.email, mail.message_id, pieces[0], personal.sender, dotless, pieces[1:])
