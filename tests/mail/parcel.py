"""One letter, and the way to a relay for it."""

from __future__ import annotations

from typing import Any

from notifier.mail import Letter, Relay, SmtpTransport

TO = "alicja@example.pl"
LETTER = Letter(
    TO,
    "<1@example.pl>",
    b"To: alicja@example.pl\r\nMessage-ID: <1@example.pl>\r\n\r\n.a dot\r\n..two\r\n.\r\nend\r\n",
)
PASSWORD = "hasło-123"


def transport(port: int, relay: Relay | None = None, **more: Any) -> SmtpTransport:
    """The way to a relay at this port."""
    relay = relay or Relay("127.0.0.1", port)
    return SmtpTransport(relay, "Przerwy <przerwy@example.pl>", hello="notifier.test", **more)
