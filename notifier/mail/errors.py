"""What can go wrong on the way out by mail."""

from __future__ import annotations

from notifier.model import NotifierError


class MailProblem(NotifierError):
    """A value cannot stand in a mail or in a mail command. ``field`` says where; the value is never shown."""

    def __init__(self, field: str, what: str) -> None:
        self.field = field
        self.what = what
        super().__init__(f"{field}: {what}")
