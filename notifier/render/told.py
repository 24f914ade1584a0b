"""What the renderer hands out: a notice in words, a whole mail, a few lines for a chat, and who speaks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class SiteWords:
    """Who speaks: the name of the service, its address, and where people reach those who run it.

    A slash at the end of ``base_url`` is dropped. ``manages`` is True where subscribers can see, change and
    end their subscription below it; a link to one's own pages is a secret and must not travel in the clear.
    """

    name: str
    base_url: str
    contact: str
    manages: bool = False

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


@dataclass(frozen=True, slots=True)
class ChatWords:
    """A notice for a channel in a chat: a plain line, and a short plain text that ends with the page to go on to."""

    title: str
    text: str


class LetterKind(StrEnum):
    """What a mail about the subscription itself says."""

    CONFIRM = "confirm"  #: somebody gave this address: is it yours?
    KNOWN = "known"  #: somebody gave this address once more; here is where to change things
    FAREWELL = "farewell"  #: this address gets no more mail; here is how to undo that
