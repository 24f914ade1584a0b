"""What can go wrong while advice becomes words."""

from __future__ import annotations

from notifier.model import NotifierError


class RenderError(NotifierError):
    """Something could not be put into words: a phrase, a word of the catalogue or a template is not as needed.

    ``language`` and ``key`` name the phrase, template or entry; ``reason`` says what is wrong with it.
    """

    def __init__(self, language: str, key: str, reason: str) -> None:
        self.language = language
        self.key = key
        self.reason = reason
        super().__init__(f"{language}: {key}: {reason}")
