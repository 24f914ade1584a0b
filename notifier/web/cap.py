"""One window as a message of the Common Alerting Protocol (OASIS CAP 1.2), with a block of words per language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from lxml import etree

from notifier.feeds.clean import clean
from notifier.model import Edition, Severity, Status, utc
from notifier.web.facts import WindowFacts, WindowState

_NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_NAMES: Any = {None: _NAMESPACE}
_ROOT = UUID("6f0b2c7e-31a4-4d1b-9a07-0c5ad2f1f3d4")
"""Root of the identifiers of messages. Changing it would make every old message a new one."""

_SEVERITY = {
    Severity.CRITICAL: "Severe",
    Severity.MAJOR: "Moderate",
    Severity.MINOR: "Minor",
    Severity.NONE: "Unknown",
}
_URGENCY = {
    WindowState.NEXT: "Future",
    WindowState.NOW: "Immediate",
    WindowState.PAST: "Past",
    WindowState.CANCELLED: "Past",
}
_CERTAINTY = {Status.TENTATIVE: "Possible", Status.IN_PROCESS: "Observed", Status.COMPLETED: "Observed"}
_UNFIT = str.maketrans("&< ,", "----")


@dataclass(frozen=True, slots=True)
class CapWords:
    """What a message says in one language."""

    language: str
    event: str
    headline: str
    description: str
    instruction: str
    area: str
    web: str


def message(
    facts: WindowFacts, sender: str, name: str, contact: str, words: Sequence[CapWords], *, drill: bool
) -> bytes:
    """The message on the edition that holds; it names those that it replaces.

    ``sender`` identifies who sends, ``name`` is for people. What a machine cannot be told in the words of the
    protocol stands in parameters: status and impact in those of the MAINTNOTE draft, the systems by id.
    """
    window, edition = facts.window, facts.edition
    sender = sender.translate(_UNFIT) or "notifier"
    alert = etree.Element(f"{{{_NAMESPACE}}}alert", nsmap=_NAMES)
    earlier = facts.editions[:-1]
    cancelled = window.status is Status.CANCELLED
    _put(alert, "identifier", _identifier(edition))
    _put(alert, "sender", sender)
    _put(alert, "sent", _instant(edition.known_at))
    _put(alert, "status", "Exercise" if drill else "Actual")
    _put(alert, "msgType", "Cancel" if cancelled and earlier else "Update" if earlier else "Alert")
    _put(alert, "source", window.source.name)
    _put(alert, "scope", "Public")
    if earlier:
        named = (f"{sender},{_identifier(each)},{_instant(each.known_at)}" for each in earlier)
        _put(alert, "references", " ".join(named))
    worst = max((each.severity for each in facts.advice.values()), key=lambda item: item.rank, default=None)
    for each in words:
        info = _child(alert, "info")
        _put(info, "language", each.language)
        _put(info, "category", "Infra")
        _put(info, "category", "Health")
        _put(info, "event", each.event)
        _put(info, "responseType", _response(facts))
        _put(info, "urgency", _URGENCY[facts.state])
        _put(info, "severity", _SEVERITY[worst] if worst is not None else "Unknown")
        _put(info, "certainty", _CERTAINTY.get(window.status, "Likely"))
        _put(info, "effective", _instant(edition.known_at))
        _put(info, "onset", _instant(window.start))
        if window.end is not None:
            _put(info, "expires", _instant(window.end))
        _put(info, "senderName", name)
        _put(info, "headline", each.headline)
        _put(info, "description", each.description)
        _put(info, "instruction", each.instruction)
        _put(info, "web", each.web)
        _put(info, "contact", contact)
        _parameters(info, facts)
        area = _child(info, "area")
        _put(area, "areaDesc", each.area)
        code = _child(area, "geocode")
        _put(code, "valueName", "ISO 3166-1")
        _put(code, "value", "PL")
    made: bytes = etree.tostring(alert, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return made


def _parameters(info: etree._Element, facts: WindowFacts) -> None:
    window = facts.window
    values: list[tuple[str, str]] = [
        ("X-MAINTNOTE-MAINTENANCE-ID", window.id),
        ("X-MAINTNOTE-STATUS", window.status.value.upper()),
        ("X-MAINTNOTE-IMPACT", "NO-IMPACT" if window.impact == "none" else window.impact.value.upper()),
        *(("system", system) for system in window.systems),
        *((f"severity-{audience}", str(each.severity)) for audience, each in facts.advice.items()),
    ]
    for name, value in values:
        parameter = _child(info, "parameter")
        _put(parameter, "valueName", name)
        _put(parameter, "value", value)


def _response(facts: WindowFacts) -> str:
    if facts.window.status in (Status.CANCELLED, Status.COMPLETED):
        return "AllClear"
    return "Prepare" if facts.state is WindowState.NEXT else "Assess"


def _identifier(edition: Edition) -> str:
    return str(uuid5(_ROOT, f"{edition.window.id}\x1f{edition.number}"))


def _instant(moment: datetime) -> str:
    """As the protocol wants it: whole seconds and an offset; UTC is written ``-00:00`` (3.3.2)."""
    return f"{utc(moment):%Y-%m-%dT%H:%M:%S}-00:00"


def _put(parent: etree._Element, name: str, text: str) -> None:
    if text:
        _child(parent, name).text = clean(text)


def _child(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_NAMESPACE}}}{name}")
