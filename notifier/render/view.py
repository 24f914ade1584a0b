"""The shape of a message before layout: sentences in blocks, in the order in which people read them."""

from __future__ import annotations

from dataclasses import dataclass

from notifier.model import Severity


@dataclass(frozen=True, slots=True)
class Group:
    """A list with an optional introduction; without items a paragraph. ``ordered``: steps to be counted."""

    items: tuple[str, ...] = ()
    intro: str = ""
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a message: ``yours``, ``lost``, ``works``, ``prepare``, ``fallback``, ``contacts``."""

    kind: str
    heading: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What was told before beside what is told now."""

    label: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class View:
    """One notice, or advice without an occasion, in sentences.

    ``title`` has state, system and date. ``lead`` are the first sentences, ``compared`` the old and
    the new of a change, ``then`` what follows them; ``summary`` is the lead and the change in one
    paragraph; ``source`` says who said so and when.
    """

    window: str
    audience: str
    severity: Severity
    title: str
    state: str
    lead: tuple[str, ...]
    compared: tuple[Compared, ...]
    then: tuple[str, ...]
    blocks: tuple[Block, ...]
    source: tuple[str, ...]
    address: str
    summary: str
