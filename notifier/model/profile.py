"""What a person has: methods, each with a bank where it is per bank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from notifier.model.catalogue import ancestors


@dataclass(frozen=True, slots=True, order=True)
class Means:
    """One thing a person has: a method, with the bank where they have it (``None``: not per bank, or any)."""

    method: str
    bank: str | None = None

    def __str__(self) -> str:
        return self.method if self.bank is None else f"{self.method}:{self.bank}"

    @classmethod
    def parse(cls, text: str) -> Means:
        """Read ``METHOD`` or ``METHOD:BANK``."""
        method, _, bank = text.partition(":")
        return cls(method, bank or None)

    def covers(self, method: str, bank: str | None) -> bool:
        """True when having this means having that method at that bank (``bank.pko`` covers ``bank.pko.ipko``)."""
        if self.method != method:
            return False
        return self.bank is None or (bank is not None and self.bank in ancestors(bank))


@dataclass(frozen=True, slots=True)
class Profile:
    """The means of one person. An empty profile is nobody in particular: everything is shown."""

    means: frozenset[Means] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Profile:
        """Read a list of ``METHOD[:BANK]``."""
        return cls(frozenset(Means.parse(text) for text in texts))

    def __bool__(self) -> bool:
        return bool(self.means)

    def has(self, method: str, bank: str | None) -> bool:
        """True when the person has that method at that bank, or when the profile is empty."""
        return not self.means or any(means.covers(method, bank) for means in self.means)
