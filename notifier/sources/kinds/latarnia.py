"""The "Latarnia" of KSeF: ``/status`` (an object) or ``/messages`` (a list), public JSON without authorisation.

Messages about one event share ``eventId``, and ``version`` rises; the last one holds. An event is a failure that
began or ended, or maintenance that is announced.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from notifier.model import Impact, Status
from notifier.sources.document import Document
from notifier.sources.jsontext import fitted, parse_json
from notifier.sources.kind import Asked, Kind, SourceError, Told, end_after
from notifier.sources.naming import systems_of
from notifier.sources.statement import MOST_EVIDENCE, Claim, TroubleKind

_STATUS = {
    "MAINTENANCE_ANNOUNCEMENT": Status.CONFIRMED,
    "FAILURE_START": Status.IN_PROCESS,
    "FAILURE_END": Status.COMPLETED,
}
_STATES = frozenset({"AVAILABLE", "MAINTENANCE", "FAILURE", "TOTAL_FAILURE"})


class _Message(BaseModel):
    event: int = Field(alias="eventId")
    type: str
    title: str = ""
    text: str = ""
    start: datetime
    end: datetime | None = None
    version: int = 0
    published: datetime | None = None


class _Messages(BaseModel):
    status: str = "AVAILABLE"
    messages: list[_Message] | None = None


def read(document: Document, asked: Asked) -> Told:
    """One claim an event. ``/status`` tells what concerns the present alone, so only ``/messages`` is complete."""
    value = parse_json(document)
    complete = isinstance(value, list)
    if complete:
        value = {"messages": value}
    elif isinstance(value, dict) and value.get("status") not in _STATES:
        raise SourceError(TroubleKind.ODD_LAYOUT, "no status that is known")
    said = fitted(_Messages, value)
    messages = said.messages or []
    if said.status != "AVAILABLE" and not messages:
        raise SourceError(TroubleKind.ODD_LAYOUT, f"{said.status} without a message")
    return Told(tuple(_claim(message, asked) for message in _last(messages)), len(messages), complete)


def _last(messages: Iterable[_Message]) -> Iterable[_Message]:
    by_event: dict[int, _Message] = {}
    for message in sorted(messages, key=lambda message: message.version):
        by_event[message.event] = message
    return by_event.values()


def _claim(message: _Message, asked: Asked) -> Claim:
    zone = asked.source.zone
    meant = systems_of(asked.source, (), f"{message.title} {message.text}")
    start = _utc(message.start, zone)
    end, wrong = end_after(start, _utc(message.end, zone) if message.end else None)
    status = _STATUS.get(message.type)
    strange = () if status else (f"unknown type {message.type!r}",)
    # Of a failure nobody knows the end while it lasts.
    lasts = status is Status.IN_PROCESS and message.end is None
    problems = (*meant.problems, *strange, *(() if lasts else wrong))
    return Claim(
        key=str(message.event),
        systems=meant.systems,
        start=start,
        end=end,
        impact=Impact.OUTAGE,
        status=status or Status.TENTATIVE,
        published=_utc(message.published, zone) if message.published else None,
        url=asked.source.page,
        evidence="\n".join(text for text in (message.title, message.text) if text)[:MOST_EVIDENCE],
        sure=bool(meant.systems) and not problems,
        problems=problems,
    )


def _utc(moment: datetime, zone: ZoneInfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


KIND = Kind(read=read, accept="application/json")
