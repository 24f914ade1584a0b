"""For each kind of source a document that says something, and what it says: the contract is tried on all of them.

Two windows each, on the nights of 14/15 and 21/22 March 2026, told on 2 March.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
FIRST = (datetime(2026, 3, 14, 21, 0, tzinfo=UTC), datetime(2026, 3, 15, 3, 0, tzinfo=UTC))
SECOND = (datetime(2026, 3, 21, 21, 0, tzinfo=UTC), datetime(2026, 3, 22, 3, 0, tzinfo=UTC))

SENTENCES = (
    "Od godz. 22:00 w dniu 14 marca 2026 r. do godz. 4:00 w dniu 15 marca 2026 r. nie będzie działać Profil Zaufany.",
    "Od godz. 22:00 w dniu 21 marca 2026 r. do godz. 4:00 w dniu 22 marca 2026 r. nie będzie działać Profil Zaufany.",
)


@dataclass(frozen=True)
class Example:
    """A document of one kind. ``config`` are the keys in its entry, ``empty`` the same telling nothing."""

    body: bytes
    empty: bytes
    content_type: str
    config: Mapping[str, Any] = field(default_factory=dict)
    sure: bool = True


def feed(*items: str, head: str = "", charset: str = "utf-8") -> bytes:
    text = f"""<?xml version="1.0" encoding="{charset}"?>
<rss version="2.0"><channel><title>Aktualności</title><link>https://example.org/</link>{head}
{"".join(items)}</channel></rss>
"""
    return text.encode(charset)


def item(number: int, sentence: str, day: str = "Mon, 02 Mar 2026 10:00:00 +0100") -> str:
    date = f"<pubDate>{day}</pubDate>" if day else ""
    return (
        f"<item><title>Przerwa techniczna</title><link>https://example.org/{number}</link>"
        f"<guid>https://example.org/{number}</guid>{date}"
        f"<description><![CDATA[<p>{sentence}</p>]]></description></item>"
    )


def page(*notices: str, date: str = "2026-03-02", extra: str = "") -> bytes:
    blocks = "".join(f"<article><p>{notice}</p></article>" for notice in notices)
    return f"""<!DOCTYPE html><html lang="pl"><head><meta charset="utf-8"><title>Komunikaty</title></head>
<body>{extra}<main><h1>Komunikaty</h1><time datetime="{date}">{date}</time>{blocks}</main></body></html>""".encode()


def calendar(*events: str, head: str = "") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//EN", *head.split("\n")]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.strip().split("\n"), "END:VEVENT"]
    return "\r\n".join([line for line in lines if line] + ["END:VCALENDAR", ""]).encode()


def event(uid: str, start: str, end: str, more: str = "") -> str:
    return f"UID:{uid}\nDTSTAMP:20260302T090000Z\nSUMMARY:Profil Zaufany\nDTSTART{start}\nDTEND{end}\n{more}"


def maintenance(key: str, start: str, end: str, /, **more: Any) -> dict[str, Any]:
    return {
        "id": key,
        "name": "Przerwa techniczna",
        "status": "scheduled",
        "impact": "maintenance",
        "scheduled_for": start,
        "scheduled_until": end,
        "created_at": "2026-03-02T09:00:00.000Z",
        "updated_at": "2026-03-02T09:00:00.000Z",
        "shortlink": f"https://stspg.example.org/{key}",
        "incident_updates": [{"body": "Wymiana bazy danych.", "status": "scheduled"}],
        "components": [{"id": "c1", "name": "Logowanie", "status": "operational"}],
        **more,
    }


def statuspage(*maintenances: dict[str, Any], updated: str = "2026-03-02T09:00:00.000Z") -> bytes:
    page = {"id": "p", "name": "Example", "updated_at": updated}
    return json.dumps({"page": page, "scheduled_maintenances": list(maintenances)}).encode()


def message(event_id: int, start: str, end: str | None, **more: Any) -> dict[str, Any]:
    return {
        "id": f"m{event_id}",
        "eventId": event_id,
        "category": "MAINTENANCE",
        "type": "MAINTENANCE_ANNOUNCEMENT",
        "title": "Przerwa techniczna",
        "text": "W czasie przerwy system nie będzie dostępny.",
        "start": start,
        "end": end,
        "version": 1,
        "published": "2026-03-02T10:00:00+01:00",
        **more,
    }


def mail(text: str, **headers: str) -> bytes:
    fields = {
        "From": "Bank <komunikaty@bank.example.org>",
        "Date": "Mon, 02 Mar 2026 10:00:00 +0100",
        "Subject": "Przerwa techniczna",
        "Message-ID": "<1@bank.example.org>",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return (
        "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n" + text.encode()
    )


_MAIL = Example(mail("\n\n".join(SENTENCES)), mail("Dziękujemy za uwagę."), "message/rfc822")

EXAMPLES: Mapping[str, Example] = {
    "calendar": Example(
        calendar(
            event("a", ":20260314T210000Z", ":20260315T030000Z"),
            event("b", ";TZID=Europe/Warsaw:20260321T220000", ";TZID=Europe/Warsaw:20260322T040000"),
        ),
        calendar(),
        "text/calendar",
        {"systems": ["pz"]},
    ),
    "feed": Example(feed(item(1, SENTENCES[0]), item(2, SENTENCES[1])), feed(), "text/plain;charset=UTF-8"),
    "page": Example(
        page(*SENTENCES),
        page(),
        "text/html; charset=utf-8",
        {"selector": "main", "items": "article", "published": "time"},
    ),
    "statuspage": Example(
        statuspage(
            maintenance("a", "2026-03-14T21:00:00Z", "2026-03-15T03:00:00Z"),
            maintenance("b", "2026-03-21T22:00:00.000+01:00", "2026-03-22T04:00:00.000+01:00"),
        ),
        statuspage(),
        "application/json",
        {"systems": ["pz"]},
    ),
    "latarnia": Example(
        json.dumps(
            [
                message(1, "2026-03-14T22:00:00+01:00", "2026-03-15T04:00:00+01:00"),
                message(2, "2026-03-21T22:00:00", "2026-03-22T04:00:00"),
            ]
        ).encode(),
        b"[]",
        "application/json",
        {"systems": ["pz"]},
    ),
    "imap": _MAIL,
    "pipe": _MAIL,
}
