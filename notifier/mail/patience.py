"""How long a relay may take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for the relay, in seconds.

    ``content`` covers the answer to the final dot: a relay may scan the message first, and giving up
    early makes a second copy. RFC 5321 (4.5.3.2.6) asks for ten minutes.
    """

    connect: float = 60.0
    command: float = 60.0
    content: float = 600.0
    quit: float = 5.0

    @property
    def longest(self) -> timedelta:
        """The most that a letter can take on an open connection, from when it is handed in.

        RSET, MAIL, RCPT, DATA, being held back and the content; and the same for the letter before it, which may
        still be under way then.
        """
        return 2 * timedelta(seconds=5 * self.command + self.content)
