"""What subscribers may name: taken from the catalogue, or from its files while they are being checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notifier.config.sheets import Sheets
from notifier.model import Catalogue


@dataclass(frozen=True, slots=True)
class Known:
    """Ids, and which bank offers what.

    ``methods`` says whether a method is per bank, ``offers`` which methods a bank has; ``None`` where
    the entry has mistakes of its own. ``blind``: a whole file could not be read, so that nothing can be
    called unknown.
    """

    languages: tuple[str, ...]
    audiences: frozenset[str]
    systems: frozenset[str]
    methods: Mapping[str, bool | None]
    offers: Mapping[str, frozenset[str] | None]
    blind: bool = False

    @classmethod
    def in_catalogue(cls, catalogue: Catalogue) -> Known:
        """Everything in a catalogue that was read without a problem."""
        return cls(
            catalogue.languages,
            frozenset(catalogue.audiences),
            frozenset(catalogue.systems),
            {name: method.per_bank for name, method in catalogue.methods.items()},
            {name: frozenset(bank.services) for name, bank in catalogue.banks.items()},
        )

    @classmethod
    def in_sheets(cls, sheets: Sheets, languages: Sequence[str]) -> Known:
        """Everything in the files, with what may be in their unreadable parts."""
        methods: dict[str, bool | None] = dict.fromkeys(sheets.methods.lost_ids)
        for name, entry in sheets.methods.first.items():
            methods[name] = entry.shape.per_bank if entry.shape and entry.sure_of("per_bank") else None
        offers: dict[str, frozenset[str] | None] = dict.fromkeys(sheets.banks.lost_ids)
        for name, bank in sheets.banks.first.items():
            offers[name] = frozenset(bank.shape.services) if bank.shape and bank.sure_of("services") else None
        return cls(
            tuple(languages),
            frozenset({*sheets.audiences.first, *sheets.audiences.lost_ids}),
            frozenset({*sheets.system_ids, *sheets.systems.lost_ids, *sheets.banks.lost_ids}),
            methods,
            offers,
            blind=sheets.blind,
        )

    def offered(self, method: str, bank: str) -> bool:
        """True when the bank, or one below it, has the method; also when that cannot be told."""
        return any(
            methods is None or method in methods
            for name, methods in self.offers.items()
            if name == bank or name.startswith(f"{bank}.")
        )
