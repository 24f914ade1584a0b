"""What the renderer hands out: a notice in words, a whole mail, and the words about the sender."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteWords:
    """Who speaks: the name of the service, its address, and where people reach those who run it.

    A slash at the end of ``base_url`` is dropped.
    """

    name: str
    base_url: str
    contact: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", self.base_url.rstrip("/"))


@dataclass(frozen=True, slots=True)
class Told:
    """One notice or advice in words.

    ``title`` has state, system and date. ``lead`` is the summary. ``text`` is complete by itself;
    ``html`` is a fragment with headings from ``<h3>`` down, safe to put into a page as it is.
    ``categories`` are words for readers: how much it matters, and the systems.
    """

    title: str
    lead: str
    text: str
    html: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MailWords:
    """One mail: a plain line, a complete plain text, and a complete HTML document with its CSS inlined."""

    subject: str
    text: str
    html: str
