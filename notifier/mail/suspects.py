"""Mails on which connections broke, and when to stop giving them the benefit of the doubt.

A connection that breaks in the middle of a mail is mostly the relay's doing, and then no mail shall pay
for it. But a mail can break every connection it is sent over (too long for some scanner on the way, say),
and without a memory it would be tried first for ever, with everybody else waiting behind it.
"""

from __future__ import annotations

from collections.abc import Iterable

from notifier.store import ClaimedMail

_MOST = 1000


class Suspects:
    """Remembers, for the life of the process, which mails connections broke on."""

    def __init__(self) -> None:
        self._judged = 0
        self._broke_at: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._broke_at)

    def broke(self, mail_id: int) -> bool:
        """Note that a connection broke on this mail.

        True when it had done so before and the relay has judged other mails in between: then it is the mail.
        """
        before = self._broke_at.pop(mail_id, None)
        guilty = before is not None and self._judged > before
        if not guilty and len(self._broke_at) < _MOST:
            self._broke_at[mail_id] = self._judged
        return guilty

    def judged(self, mail_id: int) -> None:
        """Note that the relay gave its answer on this mail."""
        self._judged += 1
        self._broke_at.pop(mail_id, None)

    def last(self, mails: Iterable[ClaimedMail]) -> list[ClaimedMail]:
        """The same mails in the same order, but those under suspicion behind the others."""
        if not self._broke_at:
            return list(mails)
        return sorted(mails, key=lambda mail: mail.id in self._broke_at)
