"""The pages of subscribing, each made when it is asked for; those that are the same for all, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from notifier.model import Interval, Means, Subscriber
from notifier.model.wishes import WEEKDAYS
from notifier.render import Renderer
from notifier.web.answers import GUARD, Headers
from notifier.web.frame import Frame
from notifier.web.subscriptions.filled import OFTEN, Filled, how_often
from notifier.web.subscriptions.offer import HOURS, ON_REQUEST, Offer, own_name

HTML = b"text/html; charset=utf-8"
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)

IN = "in"
"""The query field by which a page in the first language is asked for; without it, the person's is taken."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: kept by nobody, framed by nobody."""

    status: int
    body: bytes = field(repr=False)
    kind: bytes = HTML
    extra: Headers = field(default_factory=list)

    @property
    def headers(self) -> Headers:
        """All of them."""
        return [
            (b"content-type", self.kind),
            (b"content-length", str(len(self.body)).encode()),
            (b"cache-control", b"no-store"),
            *GUARD,
            *self.extra,
        ]


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page stands: its language, and its place among the pages of every language."""

    language: str
    place: str


@dataclass(frozen=True, slots=True)
class Said:
    """A page with one message.

    ``key`` names its phrases. ``do`` is what its button does (none: no button), ``path`` where that is sent
    (empty: to where the page stands). ``person`` is somebody whose choices are shown, ``until`` a moment
    that is named.
    """

    key: str
    do: str = ""
    path: str = ""
    person: Subscriber | None = None
    until: datetime | None = None

    @property
    def means(self) -> list[Means]:
        """What the person has, in one order for everybody."""
        return sorted(self.person.profile.means, key=str) if self.person else []

    @property
    def often(self) -> str:
        """How often the person gets mail."""
        digest = self.person.wishes.digest if self.person else None
        return how_often(digest)


@dataclass(frozen=True, slots=True)
class Form:
    """A form on its page: what can be chosen, what is filled in, and what is wrong with that.

    ``token`` is empty for a subscription that is only asked for; ``saved`` says that what is shown holds.
    """

    offer: Offer
    filled: Filled
    faults: tuple[str, ...] = ()
    token: str = ""
    saved: bool = False
    wording: str = ""

    often = OFTEN
    hours = tuple((hour, hour) for hour in HOURS)
    weekdays = WEEKDAYS
    occasions = ON_REQUEST

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The languages mail comes in, each by its own name."""
        return [(code, own_name(code)) for code in self.offer.languages]

    @property
    def leads(self) -> list[tuple[str, Interval]]:
        """The lead times on offer: value and length."""
        return [
            (str(lead // timedelta(minutes=1)), Interval(_SOME_DAY, _SOME_DAY + lead))
            for lead in self.offer.leads
        ]


class Pages:
    """Puts pages into words. ``frames`` has the frame for each language, the first one first."""

    def __init__(self, renderer: Renderer, frames: Mapping[str, Frame]) -> None:
        self._renderer = renderer
        self.frames = dict(frames)
        self.first = next(iter(self.frames))

    def said(self, page: Page, said: Said, status: int = 200, now: datetime | None = None) -> Reply:
        """A page with one message."""
        return Reply(status, self._write("said", page, now, said=said))

    def form(self, page: Page, form: Form, status: int = 200) -> Reply:
        """The form for subscribing, or for changing a subscription."""
        return Reply(status, self._write("form", page, None, form=form))

    def path(self, page: Page, place: str = "") -> str:
        """The address of a page. One with a token says the language also where that is the first."""
        place = place or page.place
        target = self.frames[page.language].here(place)
        return f"{target}?{IN}={page.language}" if "/" in place and page.language == self.first else target

    def _write(self, template: str, page: Page, now: datetime | None, **values: object) -> bytes:
        tongues = [
            (code, own_name(code), self.path(Page(code, page.place)))
            for code in self.frames
            if code != page.language
        ]
        given: dict[str, object] = {
            "frame": self.frames[page.language],
            "place": page.place,
            "tongues": tongues,
            "target": lambda place="": self.path(page, place),
            **values,
        }
        name = f"site/subscribe-{template}.html.j2"
        return self._renderer.page(name, page.language, at=now, **given).encode()
