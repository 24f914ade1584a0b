"""The form of an address that may be written into a header or an SMTP command."""

from __future__ import annotations

import re
from email.utils import parseaddr
from functools import lru_cache
from urllib.parse import urlsplit

from notifier.mail.errors import MailProblem

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
# RFC 5321, 4.5.3.1: 64 octets before the @ and 255 after it; 254 for the whole path follow from its 256.
_LONGEST_LOCAL = 64
_LONGEST = 254


@lru_cache(maxsize=1024)
def wire_address(address: str, field: str = "address") -> str:
    """The address in plain ASCII, with a domain in national letters turned into its ``xn--`` form.

    Quoted local parts, address literals and local parts outside ASCII are refused: the first two do not
    occur with real people, the last would need every relay on the way to speak SMTPUTF8 (RFC 6531).
    Since only harmless characters are left, the result cannot end a header line or an SMTP command.
    Raises :class:`MailProblem`, which does not show the address.
    """
    local, _, domain = address.rpartition("@")
    wired_domain = _wire_domain(domain)
    wired = address if wired_domain == domain else f"{local}@{wired_domain}"
    if (
        not wired_domain
        or len(local) > _LONGEST_LOCAL
        or len(wired) > _LONGEST
        or not _LOCAL.fullmatch(local)
    ):
        raise MailProblem(field, "is not an address that mail can be sent to")
    return wired


@lru_cache(maxsize=1024)
def _wire_domain(domain: str) -> str:
    """In ASCII; empty for what is none. Many addresses share one, and a pattern costs more than a look-up."""
    wired = _ascii_domain(domain)
    return wired if _DOMAIN.fullmatch(wired) else ""


def sender_address(sender: str) -> tuple[str, str]:
    """``Name <address>`` or a bare address -> (name, address for the wire). Raises :class:`MailProblem`."""
    if not sender.isprintable():
        raise MailProblem("sender", "holds a character that cannot stand in a header")
    name, address = parseaddr(sender)
    return name, wire_address(address, "sender")


@lru_cache(maxsize=64)
def domain_of(site: str) -> str:
    """The domain in an address, in a URL, or given bare; ASCII, lower case. Raises :class:`MailProblem`."""
    host = urlsplit(site).hostname if "://" in site else site.rpartition("@")[2]
    domain = _ascii_domain(host or "").lower()
    if not _DOMAIN.fullmatch(domain):
        raise MailProblem("site", "has no domain name that could stand in a Message-ID")
    return domain


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
