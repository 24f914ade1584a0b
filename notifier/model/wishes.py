"""How a subscriber wants to hear from us: how early, how often, and when not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from notifier.model.times import WARSAW

DAY = timedelta(days=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAILY = "daily"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A daily stretch of Warsaw time, such as 22:00-07:00, in which nobody wants a mail."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> QuietHours:
        """Read ``22:00-07:00``. Raises ``ValueError``, also for a stretch without length."""
        begin, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
        if begin == end:
            raise ValueError("begins and ends at the same time")
        return cls(begin, end)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def around(self, moment: datetime) -> tuple[datetime, datetime] | None:
        """The quiet stretch (UTC) that holds an instant, or ``None`` outside quiet hours."""
        local = moment.astimezone(WARSAW)
        for day in (local.date() - DAY, local.date()):
            begin = datetime.combine(day, self.start, WARSAW)
            over = day if self.start < self.end else day + DAY
            finish = datetime.combine(over, self.end, WARSAW)
            if begin.astimezone(UTC) <= moment < finish.astimezone(UTC):
                return begin.astimezone(UTC), finish.astimezone(UTC)
        return None

    def shift(self, moment: datetime, use_ends: datetime) -> datetime:
        """The moment moved out of the quiet stretch: later if it is still of use then, else earlier."""
        stretch = self.around(moment)
        if stretch is None:
            return moment
        begin, finish = stretch
        return finish if finish < use_ends else begin


@dataclass(frozen=True, slots=True)
class Digest:
    """News gathered into one mail at a time of the Warsaw day, daily or on one weekday (Monday is 0)."""

    at: time
    weekday: int | None = None

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Read ``daily 07:00`` or ``monday 07:00``. Raises ``ValueError``."""
        day, _, at = text.partition(" ")
        if day != DAILY and day not in WEEKDAYS:
            raise ValueError(f"neither {DAILY} nor a weekday")
        return cls(time.fromisoformat(at), None if day == DAILY else WEEKDAYS.index(day))

    def __str__(self) -> str:
        day = DAILY if self.weekday is None else WEEKDAYS[self.weekday]
        return f"{day} {self.at:%H:%M}"

    def next(self, moment: datetime) -> datetime:
        """The first moment (UTC) after an instant at which the digest is sent."""
        day = moment.astimezone(WARSAW).date()
        while True:
            at = datetime.combine(day, self.at, WARSAW).astimezone(UTC)
            if at > moment and self.weekday in (None, day.weekday()):
                return at
            day += DAY


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a subscriber chose about times; nothing chosen is what the operator chose for everybody.

    ``leads`` are lead times of reminders before the start, longest first: ``None`` for those of the
    audience, empty for no reminders at all.
    """

    leads: tuple[timedelta, ...] | None = None
    digest: Digest | None = None
    quiet: QuietHours | None = None
