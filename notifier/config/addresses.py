"""The form of the addresses in the settings. Whether anybody answers there is not asked."""

from __future__ import annotations

import ipaddress
import re
from email.utils import parseaddr
from ipaddress import ip_network
from urllib.parse import SplitResult, urlsplit

from notifier.config.shapes import fault

RELAYS = ("smtp", "smtps", "smtp+starttls")
STORES = ("sqlite", "postgresql")
LONGEST_BOUNCES = 33
"""Octets before the @ that leave room for a number and a signature."""

_MAIL = re.compile(
    r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@(?!-)[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*"
)


_DOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,40}[A-Za-z0-9])?")
_FOLDER = re.compile(r"[A-Za-z0-9 ._/+&,-]{0,200}")


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


def check_bounces(text: str) -> str:
    """A bare address in ASCII, short enough for a number and a signature beside it (RFC 5321, 4.5.3.1.1)."""
    example = 'write it like "bounces@example.org", or "" for the sender'
    if text and not (is_mail_address(text) and text.isascii()):
        raise fault("is no mail address", example)
    if len(text.partition("@")[0]) > LONGEST_BOUNCES:
        raise fault(f"has more than {LONGEST_BOUNCES} characters in front of the @", example)
    return text


def check_mailbox(url: str) -> str:
    """``imaps://host[:port]/FOLDER``, or ``imap://`` on this machine; empty for none."""
    example = 'write it like "imaps://mail.example.org/INBOX", or "" for none'
    if not url:
        return url
    parts = _split(url, example)
    if parts.username is not None or parts.password is not None:
        raise fault(
            "holds a user or password", "put them into the credentials bounces-user and bounces-password"
        )
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or parts.query or parts.fragment:
        raise fault(f"`{url}` is no mailbox", example)
    if parts.scheme == "imap" and not _is_here(parts.hostname):
        raise fault("would give away the password on its way", "use imaps://")
    check_folder(parts.path.removeprefix("/"))
    return url


def check_folder(name: str) -> str:
    """The name of a folder in a mailbox, without what IMAP would have to quote or expand."""
    if not _FOLDER.fullmatch(name):
        raise fault("is no name of a folder", "use letters of ASCII, digits, blanks and . - _ / + &")
    return name


def check_listen(text: str) -> str:
    """``host:port``, ``[IPv6]:port``; empty for not serving."""
    example = 'write it like "127.0.0.1:8080", or "" for not serving'
    if not text:
        return text
    parts = _split(f"//{text}", example)
    if not parts.hostname or parts.port is None or parts.netloc != text or parts.username is not None:
        raise fault(f"`{text}` is no host and port", example)
    return text


def check_network(text: str) -> str:
    """An IP address, or a network such as ``10.0.0.0/8``, given back as a network."""
    try:
        return str(ip_network(text, strict=False))
    except ValueError as error:
        raise fault(
            f"`{text}` is no address or network", 'write it like "127.0.0.1" or "10.0.0.0/8"'
        ) from error


def check_ping(url: str) -> str:
    """``http(s)://…``, which may hold a secret and is never shown; empty for none."""
    example = 'write it like "https://watch.example.org/ping/ID", or "" for none'
    return _secretive(url, example) if url else url


def _secretive(url: str, example: str) -> str:
    """A web address that may hold a secret: no fault shows it."""
    parts = _split(url, example)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment or not url.isprintable():
        raise fault("is no web address", example)
    if parts.username is not None:
        raise fault("holds a user or password", example)
    return url


def check_hook(url: str) -> str:
    """``http(s)://…`` of a receiver, which may hold a secret and is never shown."""
    return _secretive(url, 'write it like "https://ward.example.org/hooks/notifier"')


def check_store(url: str) -> str:
    """``sqlite:///file`` or ``postgresql://host/name``; empty for SQLite under the state directory."""
    example = 'write it like "postgresql://host/notifier", or "" for a file under the state directory'
    if not url:
        return url
    scheme = _split(url, example).scheme.partition("+")[0]
    if scheme not in STORES or "://" not in url:
        raise fault("is no store", example)
    return url


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _split(url: str, example: str) -> SplitResult:
    """The parts of an address; a port that is no number is found out here."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise fault("is no address", example) from error
    return parts


def check_dkim_domain(domain: str) -> str:
    """The domain that signs mail, or nothing."""
    if domain and not _DOMAIN.fullmatch(domain):
        raise fault(f"`{domain}` is no domain", 'write it like "example.org"')
    return domain


def check_dkim_selector(selector: str) -> str:
    """A name in front of ``._domainkey``, or nothing."""
    if selector and not _SELECTOR.fullmatch(selector):
        raise fault(f"`{selector}` cannot stand in the DNS", 'write it like "notifier-2024"')
    return selector
