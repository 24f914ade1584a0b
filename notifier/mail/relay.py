"""The relay's address as people write it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from notifier.mail.errors import MailProblem


class Privacy(StrEnum):
    """How the line to the relay is made private. What is asked for is insisted on, never dropped quietly."""

    NONE = "smtp"  #: not at all
    STARTTLS = "smtp+starttls"  #: after the greeting
    IMPLICIT = "smtps"  #: from the first byte


_PORTS = {Privacy.NONE: 25, Privacy.STARTTLS: 587, Privacy.IMPLICIT: 465}


@dataclass(frozen=True, slots=True)
class Relay:
    """The mail server that takes our mail. ``user`` is empty where no login is needed."""

    host: str
    port: int
    privacy: Privacy = Privacy.NONE
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str, user: str = "", password: str = "") -> Relay:
        """Read ``smtp://``, ``smtp+starttls://`` or ``smtps://`` with a host and perhaps a port.

        User and password come apart from the address, because addresses end up in logs and process
        lists. A login over an open line is refused unless the relay is this machine. Raises
        :class:`MailProblem`, which never shows the address.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise MailProblem("relay", "is not an address of the form smtp://host:port") from None
        if parts.scheme not in set(Privacy):
            raise MailProblem("relay", f"must begin with {', '.join(f'{p}://' for p in Privacy)}")
        if "@" in parts.netloc:
            raise MailProblem("relay", "must not hold user or password; they have settings of their own")
        if not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment:
            raise MailProblem("relay", "must be a host and perhaps a port, and nothing after them")
        try:
            parts.hostname.encode("idna")
        except UnicodeError:
            raise MailProblem("relay", "names a host that no name server can be asked for") from None
        privacy = Privacy(parts.scheme)
        if bool(user) != bool(password):
            raise MailProblem("relay", "needs both a user and a password, or neither")
        if user and privacy is Privacy.NONE and not _is_here(parts.hostname):
            raise MailProblem("relay", "would get the password over an open line; use smtp+starttls or smtps")
        return cls(parts.hostname, port or _PORTS[privacy], privacy, user, password)

    def __str__(self) -> str:
        """The address again, without user and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.privacy}://{host}:{self.port}"


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
