"""DKIM signatures (RFC 6376), by RSA and Ed25519 (RFC 8463), at a price that mass mail can bear.

A verifier that knows no Ed25519 passes over that signature, so with both keys each mail carries two. What is
common to a body is hashed once, up to its first personal part; for a mail only the rest and its headers are.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from notifier.mail.address import domain_of
from notifier.mail.errors import MailProblem

# RFC 6376, 5.4.1, with what RFC 8058, 4, wants covered. From and Subject stand once more than they occur, so
# that a second one, which a mail program might show, breaks the signature (RFC 6376, 8.15).
_SIGNED = (
    *("from", "reply-to", "subject", "date", "to", "message-id", "references", "list-id"),
    *("list-unsubscribe", "list-unsubscribe-post", "auto-submitted"),
    *("content-language", "mime-version", "content-type"),
)
_OVERSIGNED = ("from", "subject")
_SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_FOLD = re.compile(r"\r\n(?=[ \t])")
_BLANKS = re.compile(rb"[ \t]+")
_TRAILING = re.compile(rb"[ \t]+(?=\r\n)")
_WHITE = re.compile(r"[ \t]+")
_COLUMNS = 72


class Key(Protocol):
    """A private key and how it signs."""

    @property
    def algorithm(self) -> str:
        """The value of the tag ``a``."""

    @property
    def suffix(self) -> str:
        """Told apart from the other key's by this at the end of the selector."""

    def sign(self, data: bytes, /) -> bytes:
        """The signature over the hash of the data, as the algorithm has it."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """A body as it is hashed: cut at its personal parts, what stands before the first one hashed already."""

    begun: hashlib._Hash
    rest: tuple[bytes, ...]

    @classmethod
    def of(cls, pieces: Sequence[bytes]) -> Canonical:
        """Bring the pieces of a body into the form ``relaxed`` (RFC 6376, 3.4.4).

        Personal parts hold no blanks and no line ends, so each piece can be treated by itself.
        """
        relaxed = [_BLANKS.sub(b" ", _TRAILING.sub(b"", piece)) for piece in pieces]
        last = relaxed[-1].rstrip(b"\r\n")
        relaxed[-1] = last + b"\r\n" if last or len(relaxed) > 1 else b""
        return cls(hashlib.sha256(relaxed[0]), tuple(relaxed[1:]))

    def digest(self, token: bytes) -> str:
        """The hash of the body with that token in it, in base64."""
        state = self.begun.copy()
        for piece in self.rest:
            state.update(token)
            state.update(piece)
        return base64.b64encode(state.digest()).decode("ascii")


class Signer:
    """Signs mails of one domain."""

    def __init__(self, domain: str, selector: str, keys: Iterable[Key]) -> None:
        """Public keys are looked up as ``SELECTOR-ed25519`` and ``SELECTOR-rsa`` below ``_domainkey.DOMAIN``.

        Raises :class:`MailProblem`.
        """
        if not _SELECTOR.fullmatch(selector):
            raise MailProblem("dkim_selector", "is not a name that could stand in the DNS")
        self._domain = domain_of(domain)
        self._selector = selector
        self._keys = tuple(keys)

    def signatures(self, headers: bytes, body_digest: str) -> bytes:
        """The header lines to put in front of a mail with those header lines and that body."""
        fields = _fields(headers)
        names = [name for name in _SIGNED for _ in range(len(fields.get(name, ())) + (name in _OVERSIGNED))]
        signed = "".join(
            f"{name}:{value}\r\n" for name in _SIGNED for value in reversed(fields.get(name, ()))
        )
        return b"".join(self._signature(key, names, signed, body_digest) for key in self._keys)

    def _signature(self, key: Key, names: Sequence[str], signed: str, body_digest: str) -> bytes:
        tags = (
            f"v=1; a={key.algorithm}; c=relaxed/relaxed; d={self._domain}; s={self._selector}-{key.suffix};",
            *_folded(f"h={':'.join(names)};", ":"),
            f"bh={body_digest};",
            "b=",
        )
        unsigned = "\r\n ".join(tags)
        data = f"{signed}dkim-signature:{_relaxed(unsigned)}".encode("ascii")
        value = base64.b64encode(key.sign(data)).decode("ascii")
        lines = "\r\n ".join(value[at : at + _COLUMNS] for at in range(0, len(value), _COLUMNS))
        return f"DKIM-Signature: {unsigned}{lines}\r\n".encode("ascii")


def _fields(headers: bytes) -> dict[str, list[str]]:
    """The values of header lines by name, ``relaxed`` (RFC 6376, 3.4.2), in their order."""
    fields: dict[str, list[str]] = {}
    for line in _FOLD.sub("", headers.decode("ascii")).split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), []).append(_relaxed(value))
    return fields


def _relaxed(value: str) -> str:
    return _WHITE.sub(" ", _FOLD.sub("", value)).strip(" ")


def _folded(tag: str, at: str) -> list[str]:
    """A long tag on several lines, none of them over the usual length."""
    lines, line = [], ""
    for part in re.findall(f"[^{at}]*{at}?", tag):
        if line and len(line) + len(part) > _COLUMNS:
            lines.append(line)
            line = ""
        line += part
    return [*lines, line]
