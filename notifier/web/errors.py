"""What can go wrong at the web edge."""

from __future__ import annotations

from notifier.model import NotifierError


class WebError(NotifierError):
    """The site could not be built, written or served.

    ``what`` was being attempted, ``where`` is the path, address or window concerned, and ``reason``
    is the cause in words fit for an operator.
    """

    def __init__(self, what: str, where: str, reason: str) -> None:
        self.what = what
        self.where = where
        self.reason = reason
        super().__init__(f"{what} {where}: {reason}")
