"""Reading a request from somebody nobody trusts: who asks, how much they send, and what their form says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import parse_qsl

from notifier.web.asgi import Receive, Scope

Fields = Mapping[str, Sequence[str]]
Network = IPv4Network | IPv6Network

MOST_BYTES = 64 * 1024
MOST_FIELDS = 400
PATIENCE = 30.0
"""Seconds in which the whole body must have arrived."""

_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Unreadable(Exception):
    """What was sent is no form of ours; ``status`` is the HTTP status that says why."""

    status: int


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """The networks that a setting lists."""
    return tuple(ip_network(text) for text in texts)


def client(scope: Scope, proxies: Sequence[Network]) -> str:
    """The address that asks. A trusted proxy is asked on whose behalf; nobody else is believed.

    Each proxy appends the address it was asked from, so the chain is read from its end up to the first
    address that is no proxy of ours: everything before that could be made up.
    """
    peer = scope.get("client")
    source = str(peer[0]) if peer else ""
    chain = ",".join(
        value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"
    )
    for step in reversed(chain.split(",")):
        if not _within(source, proxies) or not _is_address(step.strip()):
            break
        source = step.strip()
    return source


def header(scope: Scope, wanted: bytes) -> str:
    """The value of a header, empty where it is not there."""
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), "")


async def body(scope: Scope, receive: Receive) -> bytes:
    """The body of a request. Raises :class:`Unreadable` for one that is too long, too slow or breaks off."""
    length = header(scope, b"content-length")
    if length.isdecimal() and int(length[:20]) > MOST_BYTES:
        raise Unreadable(413)
    parts, total = [], 0
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                message: Any = await receive()
                if message["type"] != "http.request":
                    raise Unreadable(400)
                parts.append(message.get("body", b""))
                total += len(parts[-1])
                if total > MOST_BYTES:
                    raise Unreadable(413)
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        raise Unreadable(408) from None


def form(content_type: str, data: bytes) -> Fields:
    """The fields of a form, urlencoded or multipart. Raises :class:`Unreadable`.

    Multipart is what RFC 8058 (section 3.2) lets mailbox providers use for one-click unsubscribing.
    """
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == _MULTIPART:
            pairs = _multipart(content_type, data)
        elif kind in (_FORM, ""):
            pairs = parse_qsl(
                data.rstrip(b"\r\n").decode("utf-8"),
                keep_blank_values=True,
                encoding="utf-8",
                errors="strict",
                max_num_fields=MOST_FIELDS,
            )
        else:
            raise Unreadable(415)
    except ValueError:
        raise Unreadable(400) from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        if not name.isprintable() or not value.isprintable():
            raise Unreadable(400)
        fields.setdefault(name, []).append(value)
    return fields


def _multipart(content_type: str, data: bytes) -> list[tuple[str, str]]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=HTTP).parsebytes(head + data)
    if not message.is_multipart():
        raise Unreadable(400)
    pairs: list[tuple[str, str]] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes) or len(pairs) >= MOST_FIELDS:
            raise Unreadable(400)
        pairs.append((name, content.decode("utf-8").removesuffix("\r\n")))
    return pairs


def _within(source: str, among: Sequence[Network]) -> bool:
    return _is_address(source) and any(ip_address(source) in network for network in among)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
