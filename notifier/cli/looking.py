"""What a relay shows to anybody who comes by: its greeting, its certificate, what it says it can.

A look of its own, without login and mail, beside the trial through the real transport: what goes wrong there
is explained by what can be seen here.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import Any

from notifier.mail import Privacy, Relay

_LONGEST = 2000
_MOST = 100


@dataclass(slots=True)
class Look:
    """What was seen; empty where it did not come so far, and then ``trouble`` says why.

    ``names`` are those that the certificate is for, whether the relay's own is among them or not.
    """

    address: str = ""
    greeting: str = ""
    tls: str = ""
    names: tuple[str, ...] = ()
    issuer: str = ""
    until: str = ""
    features: tuple[str, ...] = ()
    trouble: str = ""


def look_at(relay: Relay, hello: str, seconds: float) -> Look:
    """Come by, look, and go; blocks, ``seconds`` at most for each answer. Raises nothing."""
    look = Look()
    try:
        with socket.create_connection((relay.host, relay.port), seconds) as line:
            look.address = str(line.getpeername()[0])
            if relay.privacy is Privacy.IMPLICIT:
                with _private(line, relay.host, look) as private:
                    _talk(private, hello, look)
            else:
                _talk(line, hello, look)
                if relay.privacy is Privacy.STARTTLS:
                    _ask(line, "STARTTLS", 220)
                    with _private(line, relay.host, look) as private:
                        look.features = _features(private, hello)
    except (OSError, ValueError) as error:
        look.trouble = _words(error)
    return look


def _talk(line: socket.socket, hello: str, look: Look) -> None:
    code, lines = _reply(line)
    look.greeting = f"{code} {lines[0]}"
    if code == 220:
        look.features = _features(line, hello)


def _features(line: socket.socket, hello: str) -> tuple[str, ...]:
    return tuple(_ask(line, f"EHLO {hello}", 250)[1:])


def _private(line: socket.socket, host: str, look: Look) -> ssl.SSLSocket:
    """The line made private. A certificate for another name is looked at all the same: nothing is said here."""
    context = ssl.create_default_context()
    context.check_hostname = False
    private = context.wrap_socket(line, server_hostname=host)
    cipher = private.cipher()
    look.tls = f"{private.version()}, {cipher[0]}" if cipher else str(private.version())
    # Its shape is documented and not typed: names are pairs, the issuer a row of rows of pairs.
    certificate: dict[str, Any] = dict(private.getpeercert() or {})
    look.names = tuple(name for _, name in certificate.get("subjectAltName", ()))
    look.until = certificate.get("notAfter", "")
    issuer = dict(pair for row in certificate.get("issuer", ()) for pair in row)
    look.issuer = issuer.get("organizationName") or issuer.get("commonName", "")
    return private


def _ask(line: socket.socket, command: str, wanted: int) -> list[str]:
    line.sendall(f"{command}\r\n".encode("ascii"))
    code, lines = _reply(line)
    if code != wanted:
        raise ValueError(f"{command.partition(' ')[0]}: {code} {lines[0]}")
    return lines


def _reply(line: socket.socket) -> tuple[int, list[str]]:
    """One reply, byte by byte, so that nothing is taken that comes after it. Raises ``ValueError`` for no SMTP."""
    lines: list[str] = []
    while len(lines) < _MOST:
        text = bytearray()
        while not text.endswith(b"\n") and len(text) < _LONGEST:
            byte = line.recv(1)
            if not byte:
                raise ValueError("the relay closed the line")
            text += byte
        told = text.decode("utf-8", "replace").rstrip()
        if not told[:3].isdigit():
            raise ValueError("what answers there does not speak SMTP")
        lines.append(told[4:])
        if told[3:4] != "-":
            return int(told[:3]), lines
    raise ValueError("the relay does not stop talking")


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate not trusted: {error.verify_message}"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
