"""A window as plain JSON values and back, so that editions read the same for as long as they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from notifier.model import Impact, Source, Status, Window, utc


def to_json(window: Window) -> dict[str, Any]:
    """The facts of a window as JSON values, instants as ISO 8601 in UTC."""
    facts: dict[str, Any] = {
        "id": window.id,
        "systems": list(window.systems),
        "start": _write(window.start),
        "end": _write(window.end),
        "status": window.status.value,
        "impact": window.impact.value,
        "source": {
            "name": window.source.name,
            "url": window.source.url,
            "published": _write(window.source.published),
        },
        "note": window.note,
    }
    # Only where it is so: facts without it read the same for versions that do not know the word.
    return facts | ({"disputed": True} if window.disputed else {})


def from_json(facts: Mapping[str, Any]) -> Window:
    """The window whose facts these are. Keys it does not know are passed over."""
    source = facts["source"]
    return Window(
        id=facts["id"],
        systems=tuple(facts["systems"]),
        start=datetime.fromisoformat(facts["start"]),
        end=_read(facts["end"]),
        status=Status(facts["status"]),
        impact=Impact(facts["impact"]),
        source=Source(source["name"], source["url"], _read(source["published"])),
        note=facts["note"],
        disputed=facts.get("disputed", False),
    )


def _write(moment: datetime | None) -> str | None:
    return None if moment is None else utc(moment).isoformat()


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
