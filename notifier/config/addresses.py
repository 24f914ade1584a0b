"""The form of the addresses in the settings. Whether anybody answers there is not asked."""

from __future__ import annotations

import re
from email.utils import parseaddr
from urllib.parse import SplitResult, urlsplit

from notifier.config.shapes import fault

RELAYS = ("smtp", "smtps", "smtp+starttls")
STORES = ("sqlite", "postgresql")

_MAIL = re.compile(
    r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@(?!-)[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*"
)


def is_mail_address(text: str) -> bool:
    """True for ``local@domain`` without quotes, comments or blanks; domains in national letters are fine."""
    return len(text) <= 254 and _MAIL.fullmatch(text) is not None


def check_site(url: str) -> str:
    """``http(s)://host[:port][/path]``, given back without a slash at its end."""
    example = 'write it like "https://przerwy.example.org"'
    parts = _split(url, example)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise fault(f"`{url}` is no web address", example)
    if parts.query or parts.fragment or parts.username is not None:
        raise fault("has more than host, port and path", example)
    return url.rstrip("/")


def check_relay(url: str) -> str:
    """``smtp://``, ``smtps://`` or ``smtp+starttls://`` with host and port; empty for a Maildir."""
    example = 'write it like "smtp+starttls://mail.example.org:587", or "" for a Maildir'
    if not url:
        return url
    parts = _split(url, example)
    if parts.username is not None or parts.password is not None:
        raise fault("holds a user or password", "put them into the credentials relay-user and relay-password")
    if parts.scheme not in RELAYS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise fault(f"`{url}` is no relay", example)
    return url


def check_sender(text: str) -> str:
    """``address`` or ``Name <address>``."""
    _, address = parseaddr(text)
    if not is_mail_address(address) or "\n" in text or "\r" in text:
        raise fault("is no mail address", 'write it like "powiadomienia@example.org"')
    return text


def check_contact(text: str) -> str:
    """A bare address, to which people and mail programs write; empty for that of the sender."""
    if text and not is_mail_address(text):
        raise fault("is no mail address", 'write it like "kontakt@example.org"')
    return text


def check_listen(text: str) -> str:
    """``host:port``, ``[IPv6]:port``; empty for not serving."""
    example = 'write it like "127.0.0.1:8080", or "" for not serving'
    if not text:
        return text
    parts = _split(f"//{text}", example)
    if not parts.hostname or parts.port is None or parts.netloc != text or parts.username is not None:
        raise fault(f"`{text}` is no host and port", example)
    return text


def check_store(url: str) -> str:
    """``sqlite:///file`` or ``postgresql://host/name``; empty for SQLite under the state directory."""
    example = 'write it like "postgresql://host/notifier", or "" for a file under the state directory'
    if not url:
        return url
    scheme = _split(url, example).scheme.partition("+")[0]
    if scheme not in STORES or "://" not in url:
        raise fault("is no store", example)
    return url


def _split(url: str, example: str) -> SplitResult:
    """The parts of an address; a port that is no number is found out here."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise fault("is no address", example) from error
    return parts
