"""robots.txt, as RFC 9309 has it: the most specific group, the longest rule, and ``*`` and ``$`` in rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

LONGEST = 512_000
"""Octets that are read (RFC 9309, 2.5 asks for 500 kibibytes at least)."""

_MOST_RULES = 10_000


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules that are ours: pairs of a path and whether it is allowed."""

    rules: tuple[tuple[str, bool], ...] = ()

    @classmethod
    def parse(cls, text: str, agent: str) -> Robots:
        """The rules of the groups that name ``agent`` (letter case aside), else of those for everybody."""
        groups: dict[str, list[tuple[str, bool]]] = {}
        names: list[str] = []
        naming = False
        for line in text.lstrip("\ufeff").splitlines()[:_MOST_RULES]:
            key, colon, value = line.partition("#")[0].partition(":")
            key, value = key.strip().lower(), value.strip()
            if not colon:
                continue
            if key == "user-agent":
                names = [*names, value.lower()] if naming else [value.lower()]
                groups.setdefault(value.lower(), [])
                naming = True
            elif key in {"allow", "disallow"}:
                naming = False
                for name in names if value else ():
                    groups[name].append((value, key == "allow"))
        ours = agent.lower()
        return cls(tuple(groups[ours] if ours in groups else groups.get("*", [])))

    def allow(self, url: str) -> bool:
        """True when the address may be read; of rules of one length the one that allows holds."""
        parts = urlsplit(url)
        path = _canonical(parts.path or "/") + (f"?{_canonical(parts.query)}" if parts.query else "")
        fitting = [(len(rule), allowed) for rule, allowed in self.rules if _fits(_canonical(rule), path)]
        return max(fitting)[1] if fitting else True


EVERYTHING = Robots()


def _fits(rule: str, path: str) -> bool:
    """Parts between stars are looked for in order, each at its first place: no backtracking to exploit."""
    anchored = rule.endswith("$")
    first, *rest = re.sub(r"\*+", "*", rule.removesuffix("$")).split("*")
    if not path.startswith(first):
        return False
    if not rest:
        return not anchored or path == first
    place = len(first)
    for part in rest[:-1]:
        found = path.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    last = rest[-1]
    return path.endswith(last) and len(path) - len(last) >= place if anchored else path.find(last, place) >= 0


def _canonical(path: str) -> str:
    """The same spelling for rule and path, whichever characters each of them has percent-encoded."""
    return quote(unquote(path), safe="/*$?&=;:@!,+~'()#%")
