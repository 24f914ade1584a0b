"""The forms that mails at hand are filled into, each read from the outbox once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import ParamSpec, Protocol, TypeVar

import structlog

from notifier.mail.dkim import Signer
from notifier.mail.message import Body
from notifier.mail.outbox import Outbox
from notifier.mail.personal import Form

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)

log = structlog.get_logger()

_KEPT = 256


class InStore(Protocol):
    """Runs a call in the thread that the store lives in."""

    async def __call__(self, call: Callable[P, R_co], /, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """What the call returns or raises."""


class Forms:
    """Reads bodies, and keeps those used last."""

    def __init__(self, outbox: Outbox, db: InStore, placeholder: str, signer: Signer | None) -> None:
        """``placeholder`` is where a mail's token goes in the body."""
        self._outbox = outbox
        self._db = db
        self._placeholder = placeholder
        self._signer = signer
        self._forms: OrderedDict[str, Form] = OrderedDict()

    async def of(self, digests: Iterable[str]) -> dict[str, Form]:
        """The forms of these bodies, without those that cannot be read; why not is in the log."""
        wanted = dict.fromkeys(digests)
        missing = [digest for digest in wanted if digest not in self._forms]
        if missing:
            self._forms.update(await self._db(self._read, missing))
        found = {digest: self._forms[digest] for digest in wanted if digest in self._forms}
        for digest in found:
            self._forms.move_to_end(digest)
        while len(self._forms) > _KEPT:
            self._forms.popitem(last=False)
        return found

    def _read(self, digests: Sequence[str]) -> dict[str, Form]:
        read: dict[str, Form] = {}
        for digest in digests:
            try:
                body = Body(digest, self._outbox.headers(digest), self._outbox.body(digest))
                read[digest] = Form(body, self._placeholder, self._signer)
            except Exception:
                # One body must not hold up the mails that have others.
                log.exception("body of mails cannot be read", digest=digest)
        return read
