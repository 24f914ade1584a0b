"""What each recipient's mail has of its own, and the form that it is filled into.

A link that is one person's (to change or end the subscription) stands in the common body as a placeholder.
The body is cut at those places once; after that a mail costs a few joins.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from notifier.mail.address import wire_address
from notifier.mail.dkim import Canonical, Signer
from notifier.mail.errors import MailProblem
from notifier.mail.message import Body

_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,200}@[A-Za-z0-9.-]{1,253}>")


class Personal(NamedTuple):
    """One mail's own parts. They let their bearer act for the recipient, so none of them is shown.

    ``headers`` are whole lines (see ``message.unsubscribe_headers``), ``token`` goes in place of the
    placeholder and is as long, ``sender`` is the address for returned mail (empty: the transport's).
    """

    headers: bytes
    token: bytes = b""
    sender: str = ""

    def __repr__(self) -> str:
        """Without any of them."""
        return "Personal()"


class Form:
    """A body cut at its placeholders, ready to be filled in for one person after the other."""

    __slots__ = ("_begins", "_canonical", "_dotless", "_headers", "_length", "_pieces", "_signer")

    def __init__(self, body: Body, placeholder: str = "", signer: Signer | None = None) -> None:
        """``placeholder`` is what ``build_body`` was given; empty where nothing is personal."""
        mark = placeholder.encode("ascii")
        pieces = body.content.split(mark) if mark else [body.content]
        self._headers = body.headers
        self._length = len(mark)
        self._dotless = b"\n." not in body.headers + b"\r\n" + body.content
        self._begins = any(piece.endswith(b"\n") for piece in pieces[:-1])  # a line with the token
        self._signer = signer
        self._canonical = Canonical.of(pieces) if signer else None
        self._pieces = (body.headers + b"\r\n" + pieces[0], *pieces[1:])

    def filled(self, *, to: str, message_id: str, personal: Personal) -> tuple[bytes, ...]:
        """The whole mail for one person, in pieces, of which all but the first are short or others' as well.

        Raises :class:`MailProblem` where ``to`` or ``message_id`` could break out of their lines, and
        ``ValueError`` for a token that does not fit: no mail may go out with a gap in it.
        """
        headers, token, _ = personal
        if not _MESSAGE_ID.fullmatch(message_id):
            raise MailProblem("message_id", "is not a Message-ID")
        common, *others = self._pieces
        if others and len(token) != self._length:
            raise ValueError(f"a token of {len(token)} where one of {self._length} belongs")
        own = f"To: {wire_address(to, 'to')}\r\nMessage-ID: {message_id}\r\n".encode("ascii") + headers
        if self._signer and self._canonical:
            own = self._signer.signatures(own + self._headers, self._canonical.digest(token)) + own
        pieces = [own, common]
        for piece in others:
            pieces += (token, piece)
        return tuple(pieces)

    def dotless(self, personal: Personal) -> bool:
        """Whether it is known that no line of a mail with these parts begins with a dot."""
        if self._begins and personal.token.startswith(b"."):
            return False
        return self._dotless and b"." not in [line[:1] for line in personal.headers.split(b"\n")]


def for_recipient(
    body: Body, *, to: str, message_id: str, personal: Personal, placeholder: str = ""
) -> bytes:
    """The whole mail for one person; see :meth:`Form.filled`. For one mail; many take one :class:`Form`."""
    return b"".join(Form(body, placeholder).filled(to=to, message_id=message_id, personal=personal))
