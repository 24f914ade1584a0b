"""What stands around the items of a feed for one person: made once, with places for its address and its date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import chain
from xml.sax.saxutils import escape

from notifier.feeds import ical, jsonfeed, rss
from notifier.feeds.entries import feed_id
from notifier.feeds.molds import folded
from notifier.feeds.rss import NOTHING_YET, Head
from notifier.model import utc

_MARK = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
_QUERY = "notifier-wish"
_SOURCE = b"SOURCE;VALUE=URI:"
_MODIFIED = b"LAST-MODIFIED:"


class Frame:
    """The frame of one kind of feed. ``head`` is that of the feed for everybody."""

    def __init__(self, kind: str, head: Head, audience: str) -> None:
        self.kind = kind
        self._head = head
        self._audience = audience
        marked = head.until(_MARK).at(f"{head.address}?{_QUERY}")
        self._lines: list[bytes] = []
        self._empty: list[bytes] = []
        if kind == "rss":
            self._before, self._after = rss.rss_frame(marked)
        elif kind == "atom":
            self._before, self._after = rss.atom_frame(marked)
        elif kind == "json":
            self._before, self._after = jsonfeed.json_frame(marked)
        else:
            self._before, self._after = ical.calendar_frame(marked)
            self._lines = _unfolded(self._before)
            self._empty = _unfolded(ical.calendar_frame(marked, empty=True)[0])

    def around(self, items: Sequence[Sequence[bytes]], query: str, newest: datetime | None) -> bytes:
        """The whole feed; items come in pieces."""
        moment = utc(newest or NOTHING_YET)
        if self.kind == "ics":
            before = _calendar(self._lines if items else self._empty, query, moment)
            return b"".join((before, *chain.from_iterable(items), self._after))
        if self.kind == "json":
            before = self._before.replace(_QUERY.encode(), query.encode())
            return b"".join((before, jsonfeed.BETWEEN.join(map(b"".join, items)), self._after))
        before = self._before.replace(_QUERY.encode(), escape(query).encode())
        if self.kind == "rss":
            before = before.replace(format_datetime(_MARK).encode(), format_datetime(moment).encode())
        else:
            before = before.replace(_MARK.isoformat().encode(), moment.isoformat().encode())
            public = feed_id(self._audience, self._head.language)
            mine = feed_id(self._audience, self._head.language, query)
            before = before.replace(public.encode(), mine.encode())
        return b"".join((before, *chain.from_iterable(items), self._after))


def _unfolded(frame: bytes) -> list[bytes]:
    return re.sub(rb"\r\n[ \t]", b"", frame).split(b"\r\n")


def _calendar(lines: Sequence[bytes], query: str, moment: datetime) -> bytes:
    made = []
    for line in lines:
        now = line
        if line.startswith(_SOURCE):
            now = line.replace(_QUERY.encode(), query.encode())
        elif line.startswith(_MODIFIED):
            now = _MODIFIED + f"{moment:%Y%m%dT%H%M%SZ}".encode()
        made.append(now[:1] + folded(now[1:])[3:] if len(now) > 75 else now)
    return b"\r\n".join(made)
