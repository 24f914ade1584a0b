"""What people can choose from: taken from the catalogue and from what the operator set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from babel import Locale

from notifier.model import Catalogue, Occasion, Subscriber

ON_REQUEST = (Occasion.STARTED, Occasion.ENDED)
HOURS = tuple(f"{hour:02}:00" for hour in range(24))


@dataclass(frozen=True, slots=True)
class Offer:
    """Ids in the order in which they are shown.

    ``methods`` are those that take means of one's own, not those at a bank; ``banks`` has for each bank the
    methods that it offers; ``usual`` are the lead times that each audience gets unasked, ``""`` for those
    that are not named.
    """

    audiences: tuple[str, ...]
    languages: tuple[str, ...]
    methods: tuple[str, ...]
    banks: Mapping[str, tuple[str, ...]]
    systems: tuple[str, ...]
    leads: tuple[timedelta, ...]
    usual: Mapping[str, tuple[timedelta, ...]]

    @classmethod
    def of(
        cls,
        catalogue: Catalogue,
        languages: Iterable[str],
        usual: Mapping[str, tuple[timedelta, ...]],
        more: Iterable[timedelta] = (),
    ) -> Offer:
        """Everything in a catalogue; lead times are the usual ones and ``more``."""
        per_bank = {method.id for method in catalogue.methods.values() if method.per_bank}
        banks = {
            bank.id: tuple(method for method in bank.services if method in per_bank)
            for bank in catalogue.banks.values()
        }
        return cls(
            tuple(catalogue.audiences),
            tuple(languages),
            tuple(
                method.id
                for method in catalogue.methods.values()
                if not method.everyone and not method.per_bank
            ),
            {bank: methods for bank, methods in banks.items() if methods},
            tuple(system for system in catalogue.systems if "." not in system),
            tuple(sorted({*more, *(lead for leads in usual.values() for lead in leads)}, reverse=True)),
            usual,
        )

    def usual_for(self, audiences: Iterable[str]) -> frozenset[timedelta]:
        """The lead times of these audiences together; of nobody in particular, those for everybody."""
        wanted = list(audiences) or [""]
        return frozenset(
            lead for audience in wanted for lead in self.usual.get(audience, self.usual.get("", ()))
        )

    def with_own(self, person: Subscriber) -> Offer:
        """The same and what this person has already, so that looking at the form takes nothing away."""
        means = person.profile.means
        methods = (one.method for one in sorted(means, key=str) if one.bank is None)
        banks = (one.bank for one in sorted(means, key=str) if one.bank is not None)
        return Offer(
            _joined(self.audiences, person.audiences),
            self.languages,
            _joined(self.methods, methods),
            {bank: self.banks.get(bank, ()) for bank in _joined(self.banks, banks)},
            _joined(self.systems, person.systems),
            tuple(sorted({*self.leads, *(person.wishes.leads or ())}, reverse=True)),
            self.usual,
        )


def own_name(language: str) -> str:
    """What speakers of a language call it."""
    name = Locale.parse(language).get_language_name(language) or language
    return name[:1].upper() + name[1:]


def _joined(first: Iterable[str], then: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *then)))
