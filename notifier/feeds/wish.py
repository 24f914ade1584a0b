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


class Names:
    """All that wishes may name, of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        offered = {
            (service, above)
            for bank in catalogue.banks.values()
            for service in bank.services
            for above in ancestors(bank.id)
            if above in catalogue.banks
        }
        self._means = {
            str(Means(method.id, bank))
            for method in catalogue.methods.values()
            for bank in (None, *(catalogue.banks if method.per_bank else ()))
            if bank is None or (method.id, bank) in offered
        }
        self._systems = {
            above for known in (*catalogue.systems, *catalogue.banks) for above in ancestors(known)
        }
        self._tasks = {
            (audience, task.id) for task in catalogue.tasks.values() for audience in task.audiences
        }

    def check(self, wish: Wish, audience: str, kind: str) -> None:
        """Raise :class:`WishError` for the first thing in it that does not exist (for this audience, in this kind)."""
        for have in wish.have:
            if have not in self._means and str(Means.parse(have)) not in self._means:
                raise WishError("have", have)
        for system in wish.systems:
            if system not in self._systems:
                raise WishError("system", system)
        for task in wish.tasks:
            if (audience, task) not in self._tasks:
                raise WishError("task", task)
        for events in wish.events:
            if events != _PREPARE or kind != "ics":
                raise WishError("events", events)
