"""A calendar of planned work (iCalendar), such as an operator or a vendor publishes."""

from __future__ import annotations

import re

from icalendar import Calendar

from notifier.sources.document import Document, NotText
from notifier.sources.events import claims_of_calendar
from notifier.sources.kind import Asked, Kind, SourceError, Told
from notifier.sources.statement import TroubleKind
from notifier.sources.texts import told_apart

_BEGIN = re.compile(r"\A\s*BEGIN:VCALENDAR\b", re.IGNORECASE)
_END = re.compile(r"END:VCALENDAR\s*\Z", re.IGNORECASE)


def read(document: Document, asked: Asked) -> Told:
    """One claim an event, or an occurrence of a series. A calendar tells all it has, so it is complete."""
    calendars = calendars_of(document)
    claims = [claim for calendar in calendars for claim in claims_of_calendar(calendar, asked)]
    items = sum(len(calendar.events) for calendar in calendars)
    return Told(tuple(told_apart(claims)), items, complete=True)


def calendars_of(document: Document) -> list[Calendar]:
    """The calendars in a document, as a rule one. Raises :class:`SourceError`."""
    if document.is_page:
        kind = TroubleKind.LOGIN_PAGE if document.asks_for_password else TroubleKind.BAD_DATA
        raise SourceError(kind, "a page came in place of the calendar")
    try:
        text = document.text()
    except NotText as error:
        raise SourceError(TroubleKind.NOT_TEXT, str(error)) from None
    if not _BEGIN.match(text.lstrip("\ufeff")):
        raise SourceError(TroubleKind.BAD_DATA, "is no calendar")
    if not _END.search(text):
        raise SourceError(TroubleKind.CUT_SHORT, "the calendar ends in the middle")
    try:
        found = Calendar.from_ical(text.lstrip("\ufeff"), multiple=True)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise SourceError(TroubleKind.BAD_DATA, f"is no calendar: {type(error).__name__}") from None
    # Whatever its types say, it gives other components too where the text begins with them.
    return [one for one in found if one.name == "VCALENDAR"]


KIND = Kind(read=read, accept="text/calendar, */*;q=0.5")
