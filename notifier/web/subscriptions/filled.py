"""The form as somebody filled it in: read, checked, turned into a subscription, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta

from notifier.config import is_mail_address
from notifier.model import Digest, Means, Profile, QuietHours, Subscriber, Wishes
from notifier.model.wishes import DAILY, WEEKDAYS
from notifier.store import NewSubscriber
from notifier.web.subscriptions.incoming import Fields
from notifier.web.subscriptions.offer import ON_REQUEST, Offer

OFTEN = ("each", "daily", "weekly")
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the fields, as text, whether it makes sense or not."""

    email: str = field(default="", repr=False)
    language: str = ""
    audiences: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()
    banks: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    often: str = "each"
    at: str = "07:00"
    weekday: str = "monday"
    quiet_from: str = ""
    quiet_to: str = ""
    occasions: frozenset[str] = frozenset()

    @classmethod
    def blank(cls, language: str, offer: Offer) -> Filled:
        """The form before anybody touches it."""
        return cls(language=language, leads=_minutes(offer.usual_for(())))

    @classmethod
    def read(cls, fields: Fields) -> Filled:
        """What was sent. A field that was not sent is empty."""

        def one(name: str) -> str:
            return next(iter(fields.get(name, ())), "").strip()

        def all_of(name: str) -> frozenset[str]:
            return frozenset(fields.get(name, ()))

        return cls(
            one("email"),
            one("language"),
            all_of("audience"),
            all_of("method"),
            all_of("bank"),
            all_of("system"),
            all_of("lead"),
            one("often"),
            one("at"),
            one("weekday"),
            one("quiet-from"),
            one("quiet-to"),
            all_of("occasion"),
        )

    @classmethod
    def of(cls, person: Subscriber, offer: Offer) -> Filled:
        """The form as it shows what somebody chose before."""
        wishes, digest, quiet = person.wishes, person.wishes.digest, person.wishes.quiet
        leads = offer.usual_for(person.audiences) if wishes.leads is None else wishes.leads
        weekday = digest.weekday if digest else None
        return cls(
            language=person.language,
            audiences=frozenset(person.audiences),
            methods=frozenset(one.method for one in person.profile.means if one.bank is None),
            banks=frozenset(one.bank for one in person.profile.means if one.bank is not None),
            systems=frozenset(person.systems),
            leads=_minutes(leads),
            often=how_often(digest),
            at=f"{digest.at:%H:%M}" if digest else "07:00",
            weekday=WEEKDAYS[weekday or 0],
            quiet_from=f"{quiet.start:%H:%M}" if quiet else "",
            quiet_to=f"{quiet.end:%H:%M}" if quiet else "",
            occasions=frozenset(str(occasion) for occasion in person.occasions),
        )

    @property
    def lengths(self) -> tuple[timedelta, ...]:
        """The lead times chosen, longest first."""
        return tuple(sorted((_MINUTE * int(text) for text in self.leads), reverse=True))

    def faults(self, offer: Offer, *, with_email: bool) -> Iterator[str]:
        """The fields that cannot be taken as they are, in the order of the form."""
        if with_email and not _plain_address(self.email):
            yield "email"
        if not self.audiences:
            yield "audiences"
        if not self._on_offer(offer):
            yield "choice"
        if bool(self.quiet_from) != bool(self.quiet_to) or (
            self.quiet_from and self.quiet_from == self.quiet_to
        ):
            yield "quiet"

    def _on_offer(self, offer: Offer) -> bool:
        """False where somebody sent what the form does not have."""
        times = [text for text in (self.at, self.quiet_from, self.quiet_to) if text]
        return (
            self.language in offer.languages
            and self.audiences <= set(offer.audiences)
            and self.methods <= set(offer.methods)
            and self.banks <= offer.banks.keys()
            and self.systems <= set(offer.systems)
            and self.leads <= _minutes(offer.leads)
            and self.often in OFTEN
            and self.weekday in WEEKDAYS
            and bool(self.at)
            and all(map(_is_time, times))
            and self.occasions <= {str(occasion) for occasion in ON_REQUEST}
        )

    def wanted(self, offer: Offer, before: Profile = Profile()) -> NewSubscriber:
        """The subscription. ``before`` is what the person had: at banks they keep, their means stay the same.

        Raises ``ValueError`` for a form that has faults.
        """
        leads = frozenset(self.lengths)
        audiences = tuple(one for one in offer.audiences if one in self.audiences)
        return NewSubscriber(
            email=self.email,
            audiences=audiences,
            language=self.language,
            have=tuple(sorted({*self.methods, *map(str, self._at_banks(offer, before))})),
            systems=tuple(one for one in offer.systems if one in self.systems),
            occasions=tuple(sorted(self.occasions)),
            wishes=Wishes(
                None if leads == offer.usual_for(audiences) else self.lengths,
                self._digest(),
                QuietHours.parse(f"{self.quiet_from}-{self.quiet_to}") if self.quiet_from else None,
            ),
        )

    def _at_banks(self, offer: Offer, before: Profile) -> Iterator[Means]:
        for bank in self.banks:
            kept = [means for means in before.means if means.bank == bank]
            yield from kept or [Means(method, bank) for method in offer.banks[bank]]

    def _digest(self) -> Digest | None:
        if self.often == "each":
            return None
        return Digest.parse(f"{DAILY if self.often == 'daily' else self.weekday} {self.at}")


def how_often(digest: Digest | None) -> str:
    """One of :data:`OFTEN`."""
    if digest is None:
        return "each"
    return "daily" if digest.weekday is None else "weekly"


def _minutes(leads: Iterable[timedelta]) -> frozenset[str]:
    return frozenset(str(lead // _MINUTE) for lead in leads)


def _is_time(text: str) -> bool:
    try:
        return f"{time.fromisoformat(text):%H:%M}" == text
    except ValueError:
        return False


def _plain_address(email: str) -> bool:
    """An address whose part before the @ is ASCII: few mail servers take others (RFC 6531)."""
    return is_mail_address(email) and email.rpartition("@")[0].isascii()
