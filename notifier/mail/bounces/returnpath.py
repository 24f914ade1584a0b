"""Return paths that say which mail came back: variable envelope return paths (VERP), signed.

Reports about a mail go to the address that it was sent from on the envelope. Each mail has one of its
own, ``bounces+<number>-<signature>@example.org``, so that a report needs not to be believed about whom it
is: the address it arrived at says so, and only who was sent that mail can know it.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode

from notifier.mail.address import wire_address
from notifier.mail.errors import MailProblem

HEADER = "X-Notifier-Mail"
"""Holds the same number and signature inside the mail, where complaints leave out the return path."""

_MOST = 2**63 - 1  # as large as a number of a mail can be in any database
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SIGNED_OCTETS = 10  # 80 bits: what RFC 2104, 5, asks for at least, and as much as fits
_TOKEN = re.compile(r"(0|[1-9a-z][0-9a-z]{0,12})-([a-z2-7]{16})")
_LONGEST_LOCAL = 64  # RFC 5321, 4.5.3.1.1
_LONGEST_TOKEN = 13 + 1 + 16


class ReturnPaths:
    """Makes and reads the return paths of one site."""

    def __init__(self, base: str, key: bytes) -> None:
        """``base`` is the address that reports go to; ``key`` is secret, and whoever has it can sign.

        Raises :class:`MailProblem` for an address that mail cannot be sent to, and for one whose part
        before the @ is longer than 33 octets: with number and signature it would exceed 64.
        """
        local, _, domain = wire_address(base, "bounces").lower().rpartition("@")
        if len(local) + 1 + _LONGEST_TOKEN > _LONGEST_LOCAL:
            raise MailProblem("bounces", "is too long in front of the @; at most 33 characters fit")
        self._before, self._after = f"{local}+", f"@{domain}"
        self._key = hmac.digest(key, b"notifier.return-path", "sha256")

    def of(self, mail_id: int) -> str:
        """The return path of a mail, by number (0 to 2**63 - 1). Raises ``ValueError`` for another number."""
        return f"{self._before}{self.token(mail_id)}{self._after}"

    def read(self, address: str) -> int | None:
        """The number of the mail with that return path, or ``None`` for an address that is not one of ours.

        Mail servers may write letters large or small on the way (most do in domains, some everywhere).
        """
        found = address.strip().removeprefix("<").removesuffix(">")
        # Beyond ASCII there are letters that become ours when they are made small.
        if not found.isascii():
            return None
        found = found.lower()
        if not found.startswith(self._before) or not found.endswith(self._after):
            return None
        return self.verify(found[len(self._before) : -len(self._after)])

    def token(self, mail_id: int) -> str:
        """Number and signature of a mail, as they stand in its return path and in :data:`HEADER`."""
        if not 0 <= mail_id <= _MOST:
            raise ValueError(f"no mail has the number {mail_id}")
        number = _base36(mail_id)
        return f"{number}-{self._signature(number)}"

    def verify(self, token: str) -> int | None:
        """The number in a token, or ``None`` for a token that we did not sign."""
        parts = _TOKEN.fullmatch(token.strip().lower()) if token.isascii() else None
        if parts is None or not hmac.compare_digest(parts[2], self._signature(parts[1])):
            return None
        return int(parts[1], 36)

    def header(self, mail_id: int) -> bytes:
        """The header line that brings a complaint back to its mail."""
        return f"{HEADER}: {self.token(mail_id)}\r\n".encode("ascii")

    def _signature(self, number: str) -> str:
        digest = hmac.digest(self._key, number.encode("ascii"), "sha256")
        return b32encode(digest[:_SIGNED_OCTETS]).decode("ascii").lower()


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
