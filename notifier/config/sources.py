"""Where else windows come from, in ``config/sources.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, WithJsonSchema

from notifier.config.durations import parse_short
from notifier.config.entryfile import Entries, Entry, read_entries
from notifier.config.inputfile import InputFile, read_file
from notifier.config.report import Report, one_of
from notifier.config.secrets import DIRECTORY
from notifier.config.shapes import PlainId, Shape, Text, fault
from notifier.config.sheets import Sheets
from notifier.model import WARSAW

FILE = "sources.yaml"
DAY = timedelta(days=1)

RESERVED = frozenset({"files", "operator"})
"""Origins of editions that are no source."""


class SourceKind(StrEnum):
    """The kinds of source; each is a module in ``notifier/sources/kinds``."""

    CALENDAR = "calendar"  #: iCalendar
    FEED = "feed"  #: RSS or Atom
    PAGE = "page"  #: HTML
    STATUSPAGE = "statuspage"  #: JSON as Statuspage has it
    LATARNIA = "latarnia"  #: JSON as KSeF's Latarnia has it
    IMAP = "imap"  #: mails in a folder
    PIPE = "pipe"  #: mails given to `notifier sources take`


class Trust(StrEnum):
    """What becomes of what a source says."""

    TRUSTED = "trusted"  #: windows, where the reading is sure
    REVIEW = "review"  #: drafts, which a person approves


@dataclass(frozen=True, slots=True)
class KindKeys:
    """The keys that a kind takes on top of those that all have. ``anywhere``: it has a ``url`` or a ``path``."""

    takes: frozenset[str] = frozenset()
    anywhere: bool = True
    mail: bool = False


_READ = frozenset({"url", "path", "robots"})
KINDS: Mapping[SourceKind, KindKeys] = {
    SourceKind.CALENDAR: KindKeys(_READ | {"horizon", "zone"}),
    SourceKind.FEED: KindKeys(_READ),
    SourceKind.PAGE: KindKeys(_READ | {"selector", "items", "published"}),
    SourceKind.STATUSPAGE: KindKeys(_READ),
    SourceKind.LATARNIA: KindKeys(_READ | {"zone"}),
    SourceKind.IMAP: KindKeys(frozenset({"url", "senders", "horizon", "zone"}), anywhere=False, mail=True),
    SourceKind.PIPE: KindKeys(frozenset({"senders", "horizon", "zone"}), anywhere=False, mail=True),
}
"""What each kind takes; a key that a kind makes no use of is a slip, and told."""

_SOME_TAKE = frozenset[str]().union(*(keys.takes for keys in KINDS.values()))


def _length(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    try:
        return parse_short(value if isinstance(value, str) else "")
    except ValueError as error:
        raise fault(f"`{value}` is not a length of time", "write it like 15m, 24h or 7d") from error


def _at_least_a_minute(length: timedelta) -> timedelta:
    if not timedelta(minutes=1) <= length <= 400 * DAY:
        raise fault("must be a minute at least and 400 days at most", "write it like 15m")
    return length


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise fault(f"`{value}` is no time zone", "write it like Europe/Warsaw") from error


def _address(url: str) -> str:
    """``http(s)://…`` or ``imaps://host/FOLDER``; which of them the kind takes is checked with the kind."""
    example = "write it like https://status.example.org/feed.xml"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise fault("is no address", example) from error
    if parts.scheme not in {"http", "https", "imap", "imaps"} or not parts.hostname or not url.isprintable():
        raise fault("is no address", example)
    if parts.username is not None or parts.password is not None:
        raise fault("holds a user or password", "this file is not the place for secrets")
    return url


def _public(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise fault("is no web address", "write it like https://example.org/przerwy")
    return url


Length = Annotated[
    timedelta,
    BeforeValidator(_length),
    AfterValidator(_at_least_a_minute),
    WithJsonSchema({"type": "string", "pattern": "^(\\d+[dhms])+$", "examples": ["15m", "24h", "7d"]}),
]
Zone = Annotated[
    ZoneInfo, BeforeValidator(_zone), WithJsonSchema({"type": "string", "examples": ["Europe/Warsaw"]})
]


class SourceShape(Shape):
    """Somebody who announces windows, and how to read them."""

    id: PlainId = Field(description="Stays the same for ever: what it said is kept under this name.")
    kind: SourceKind = Field(description="How it is read.")
    name: Text = Field(description="Who speaks, as people are told.")
    url: Annotated[str, AfterValidator(_address)] | None = Field(
        None, description="Where it is read; may hold a secret, and is shown to nobody."
    )
    path: Text | None = Field(None, description="A file in place of an address; seen from this folder.")
    page: Annotated[str, AfterValidator(_public)] = Field(
        "", description="Address that people are shown where what is read has none of its own."
    )
    systems: list[str] = Field(
        [], description="Ids of systems or banks it is about where it does not say itself."
    )
    names: dict[str, list[str]] = Field(
        {}, description="What it calls things: ids of our systems; an empty list for what is of no concern."
    )
    trust: Trust = Field(
        Trust.REVIEW, description="trusted: sure readings are published; review: a person approves each."
    )
    every: Length = Field(timedelta(hours=1), description="How often it is read.")
    stale_after: Length = Field(DAY, description="Not read for so long, what it said counts as uncertain.")
    horizon: Length = Field(90 * DAY, description="How far ahead repeating events are written out.")
    zone: Zone = Field(WARSAW, description="Zone of times that come without one.")
    selector: str = Field("", description="CSS: the part of a page that holds notices and is always there.")
    items: str = Field("", description="CSS, within that part: each notice; there may be none.")
    published: str = Field("", description="CSS, within a notice or the page: its day of publication.")
    senders: list[str] = Field([], description="Addresses or @domain whose mail is taken at its word.")
    robots: StrictBool = Field(True, description="false only with the permission of those who run the site.")
    enabled: StrictBool = Field(True, description="false: it is checked and not read.")


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source as the file says. The address may hold a secret and is not in its repr."""

    id: str
    kind: SourceKind
    name: str
    trust: Trust
    url: str = field(default="", repr=False)
    path: Path | None = None
    page: str = ""
    systems: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    every: timedelta = timedelta(hours=1)
    stale_after: timedelta = DAY
    horizon: timedelta = 90 * DAY
    zone: ZoneInfo = WARSAW
    selector: str = ""
    items: str = ""
    published: str = ""
    senders: tuple[str, ...] = ()
    obey_robots: bool = True
    enabled: bool = True


def read_sources(
    root: Path, sheets: Sheets, report: Report
) -> tuple[tuple[SourceSpec, ...], list[InputFile]]:
    """All sources of the file, also those that are not enabled; a missing file has none."""
    path = root / FILE
    file = read_file(path, report) if path.exists() else None
    if file is None:
        return (), []
    entries: Entries[SourceShape] = Entries()
    read_entries(file, SourceShape, (), entries, report)
    for entry, shape in entries.readable:
        _check_kind(entry, shape, report)
        _check_systems(entry, shape, sheets, report)
    return tuple(_spec(shape, root) for _, shape in entries.readable), [file]


def source_logins(environ: Mapping[str, str], sources: Iterable[SourceSpec]) -> dict[str, tuple[str, str]]:
    """User and password of mailboxes by source, from ``source-ID-user`` and ``-password`` among the credentials.

    A source without both has none. Raises ``OSError`` for a file that cannot be read.
    """
    folder = environ.get(DIRECTORY, "")
    found = {}
    for source in sources if folder else ():
        user, password = (Path(folder) / f"source-{source.id}-{what}" for what in ("user", "password"))
        if source.kind is SourceKind.IMAP and user.is_file() and password.is_file():
            found[source.id] = (
                user.read_text("utf-8").strip("\r\n"),
                password.read_text("utf-8").strip("\r\n"),
            )
    return found


def _check_kind(entry: Entry[SourceShape], shape: SourceShape, report: Report) -> None:
    """What a kind cannot do without, and what it makes no use of."""
    if shape.id in RESERVED:
        entry.add(report, ("id",), f"the id `{shape.id}` is taken", "it stands for windows written by hand")
    if not entry.sure_of("kind"):
        return
    keys = KINDS[shape.kind]
    for key in sorted(shape.model_fields_set & _SOME_TAKE - keys.takes):
        entry.add(
            report, (key,), f"`{key}` means nothing to the kind `{shape.kind}`", "take it out", key=True
        )
    places = [shape.url, shape.path]
    if keys.anywhere and places.count(None) != 1 and entry.sure_of("url", "path"):
        entry.add(report, (), "needs a `url` or a `path`, and not both", "say where it is read")
    if shape.kind is SourceKind.IMAP and not shape.url and entry.sure_of("url"):
        entry.add(report, (), "needs a `url`", "write it like imaps://mail.example.org/Announcements")
    _check_scheme(entry, shape, report)
    if keys.mail and shape.trust is Trust.TRUSTED and not shape.senders and entry.sure_of("senders", "trust"):
        what = "anybody can write a mail: without `senders` it cannot be trusted"
        entry.add(report, ("trust",), what, "name the `senders`, or write review")
    if shape.items and not shape.selector:
        entry.add(
            report, ("items",), "`items` stand within `selector`", "say which part of the page holds them"
        )


def _check_scheme(entry: Entry[SourceShape], shape: SourceShape, report: Report) -> None:
    if not shape.url or not entry.sure_of("url"):
        return
    scheme, host = urlsplit(shape.url).scheme, urlsplit(shape.url).hostname
    if shape.kind is SourceKind.IMAP:
        if scheme not in {"imap", "imaps"}:
            entry.add(
                report, ("url",), "is no mailbox", "write it like imaps://mail.example.org/Announcements"
            )
        elif scheme == "imap" and host not in {"localhost", "127.0.0.1", "::1"}:
            entry.add(report, ("url",), "would give away the password on its way", "use imaps://")
    elif scheme not in {"http", "https"}:
        entry.add(report, ("url",), "is no web address", "write it like https://status.example.org/feed.xml")


def _check_systems(entry: Entry[SourceShape], shape: SourceShape, sheets: Sheets, report: Report) -> None:
    places: list[tuple[tuple[str | int, ...], str]]
    places = [(("systems", index), system) for index, system in enumerate(shape.systems)]
    places += [
        (("names", name, index), system)
        for name, systems in shape.names.items()
        for index, system in enumerate(systems)
    ]
    for place, system in places:
        if not sheets.knows_system(system):
            remedy = one_of(system, sheets.system_ids) or "add it to the catalogue first"
            entry.add(report, place, f"unknown system `{system}`", remedy)


def _spec(shape: SourceShape, root: Path) -> SourceSpec:
    return SourceSpec(
        id=shape.id,
        kind=shape.kind,
        name=shape.name,
        trust=shape.trust,
        url=shape.url or "",
        path=root / shape.path if shape.path else None,
        page=shape.page,
        systems=tuple(shape.systems),
        names={name: tuple(systems) for name, systems in shape.names.items()},
        every=shape.every,
        stale_after=shape.stale_after,
        horizon=shape.horizon,
        zone=shape.zone,
        selector=shape.selector,
        items=shape.items,
        published=shape.published,
        senders=tuple(shape.senders),
        obey_robots=shape.robots,
        enabled=shape.enabled,
    )
