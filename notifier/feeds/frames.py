"""What stands around the items of a feed for one person: made once, with places for its address and its date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
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
        self._public_id = feed_id(audience, head.language).encode()
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

    def edges(self, query: str, newest: datetime | None) -> tuple[bytes, bytes]:
        """What stands before and after the items, of which the ``newest`` is so old; ``None``: there are none."""
        moment = utc(newest or NOTHING_YET)
        if self.kind == "ics":
            return _calendar(self._lines if newest else self._empty, query, moment), self._after
        if self.kind == "json":
            return self._before.replace(_QUERY.encode(), query.encode()), self._after
        before = self._before.replace(_QUERY.encode(), escape(query).encode())
        if self.kind == "rss":
            before = before.replace(format_datetime(_MARK).encode(), format_datetime(moment).encode())
        else:
            before = before.replace(_MARK.isoformat().encode(), moment.isoformat().encode())
            mine = feed_id(self._audience, self._head.language, query)
            before = before.replace(self._public_id, mine.encode())
        return before, self._after


def _unfolded(frame: bytes) -> list[bytes]:
    """Its lines; those that are the same in every feed are folded again."""
    lines = re.sub(rb"\r\n[ \t]", b"", frame).split(b"\r\n")
    return [line if line.startswith((_SOURCE, _MODIFIED)) else _folded(line) for line in lines]


def _calendar(lines: Sequence[bytes], query: str, moment: datetime) -> bytes:
    made = []
    for line in lines:
        if line.startswith(_SOURCE):
            made.append(_folded(line.replace(_QUERY.encode(), query.encode())))
        elif line.startswith(_MODIFIED):
            made.append(_MODIFIED + f"{moment:%Y%m%dT%H%M%SZ}".encode())
        else:
            made.append(line)
    return b"\r\n".join(made)


def _folded(line: bytes) -> bytes:
    return line[:1] + folded(line[1:])[3:] if len(line) > 75 else line
