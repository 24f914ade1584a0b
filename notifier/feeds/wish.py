"""What a reader narrows a feed to: read from the query of an address, and checked against the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from notifier.model import Catalogue, Means, NotifierError, Profile, ancestors

MOST_FIELDS = 64
"""Nobody has more means."""

_LONGEST_SHOWN = 80
_PREPARE = "prepare"


class WishError(NotifierError):
    """A wish that cannot be granted: ``field`` of the query holds ``value``, which there is not.

    ``field`` is ``query`` for one that has too many fields.
    """

    def __init__(self, field: str, value: str) -> None:
        self.field = field
        self.value = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…"
        super().__init__(f"unknown {field}: {self.value!r}")


@dataclass(frozen=True, slots=True)
class Wish:
    """The means a person has, the systems they name, the one task they ask for; sorted, without doubles.

    ``events`` is ``("prepare",)`` where preparations shall be events of their own in a calendar.
    """

    have: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    @classmethod
    def of(cls, query: bytes) -> Wish:
        """Read ``have=mojeid:bank.mbank&have=…&system=…&task=…``; other fields are not ours and are passed over.

        Raises :class:`WishError` for a query with more fields than anybody has banks.
        """
        try:
            fields = parse_qsl(query.decode("latin-1"), max_num_fields=MOST_FIELDS)
        except ValueError as error:
            raise WishError("query", "") from error

        def of(name: str) -> tuple[str, ...]:
            return tuple(sorted({value for field, value in fields if field == name}))

        return cls(of("have"), of("system"), of("task"), of("events"))

    def __bool__(self) -> bool:
        return bool(self.have or self.systems or self.tasks or self.events)

    @property
    def query(self) -> str:
        """The wish as a query: the same for all who wish the same."""
        fields = [
            *(("have", value) for value in self.have),
            *(("system", value) for value in self.systems),
            *(("task", value) for value in self.tasks),
            *(("events", value) for value in self.events),
        ]
        return urlencode(fields, safe=":")

    @property
    def profile(self) -> Profile:
        """What the person has."""
        return Profile.of(self.have)

    @property
    def narrows(self) -> bool:
        """True when it leaves something out."""
        return bool(self.have or self.systems or self.tasks)

    def check(self, catalogue: Catalogue, audience: str, kind: str) -> None:
        """Raise :class:`WishError` for the first thing in it that does not exist (for this audience, in this kind)."""
        for have in self.have:
            if not _is_means(Means.parse(have), catalogue):
                raise WishError("have", have)
        for system in self.systems:
            if not _is_system(system, catalogue):
                raise WishError("system", system)
        own = {task.id for task in catalogue.tasks_of(audience)}
        for task in self.tasks:
            if task not in own:
                raise WishError("task", task)
        for events in self.events:
            if events != _PREPARE or kind != "ics":
                raise WishError("events", events)


def _is_means(means: Means, catalogue: Catalogue) -> bool:
    method = catalogue.methods.get(means.method)
    if method is None:
        return False
    if means.bank is None:
        return True
    offering = (bank.id for bank in catalogue.banks.values() if means.method in bank.services)
    return method.per_bank and any(means.bank in ancestors(bank) for bank in offering)


def _is_system(system: str, catalogue: Catalogue) -> bool:
    """True for a system, a bank, and whatever stands above one."""
    return any(system in ancestors(known) for known in (*catalogue.systems, *catalogue.banks))
