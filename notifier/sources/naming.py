"""What a source calls things, and which of our systems it means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from notifier.sources.source import Source


@dataclass(frozen=True, slots=True)
class Meant:
    """The systems meant. ``ours`` is False where all that is named is known to matter to nobody here."""

    systems: tuple[str, ...]
    problems: tuple[str, ...] = ()
    ours: bool = True


def systems_of(source: Source, labels: Sequence[str], text: str = "") -> Meant:
    """The systems behind labels (component names, object ids) or, without any, named in a text.

    A name in ``names`` fits a label that is the same but for letter case, and a text that has it as whole
    words. Where no name fits, the source's own ``systems`` are meant: surely if it gives no names at all, and
    with a doubt if it gives some and none of them fits.
    """
    if not source.names:
        return Meant(source.systems, () if source.systems else ("it is not known what it is about",))
    known = {name.casefold(): systems for name, systems in source.names.items()}
    strange = [label for label in labels if label.casefold() not in known]
    fitting = [known[label.casefold()] for label in labels if label.casefold() in known]
    if not fitting:
        fitting = [systems for name, systems in known.items() if _within(name, text.casefold())]
    systems = tuple(dict.fromkeys(system for group in fitting for system in group))
    if fitting and (systems or not strange):
        problems = tuple(f"{label!r} is not in `names`" for label in strange) if labels else ()
        return Meant(systems, problems, ours=bool(systems))
    called = ", ".join(repr(label) for label in strange) or "what it names"
    return Meant(source.systems, (f"{called} is not in `names`",))


def _within(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
