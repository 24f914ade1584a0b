"""Text into tokens: words, clusters of digits, single signs, with their places.

One pass of one expression without nested repetition, so the time is linear whatever the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_FROM = "ĄĆĘŁŃÓŚŹŻąćęłńóśźżÁÉÍÚÜÖÄáéíúüöäěšč–—‒−‑\u00a0\u202f\u2009\u2007’„”“→➔"
_INTO = 'acelnoszzacelnoszzaeiuuoaaeiuuoaesc-----    \'"""--'
_FOLD = str.maketrans(_FROM, _INTO)

_TOKEN = re.compile(
    r"(?P<n>[0-9]{1,2}[:.][0-9]{2}(?=-[0-9]{1,2}(?:\.[0-9]{1,2}(?:\.[0-9]{2,4}|\.)?| [a-z]{3,12})(?: ?r\.?)?,?"
    r" (?:godz\. ?)?[0-9]{1,2}(?::[0-9]{2}|\.(?:00|1[3-9]|[2-5][0-9]))\b)"
    r"|[0-9]+(?:[.:/,;-][0-9]+)*)|(?P<w>[^\W\d_]+(?:-[^\W\d_]+)*)|(?P<p>[^\s])",
)

"""Behind the first hour of "17.05 22:00-18.05 6:00" the cluster ends: what follows is the other day.

Of hours with a dot only those that are no dates: "20.00-21.10 12.05" is a day behind two hours.
"""

HAVE = "mają"
"""The verb that without its last sign would be the month of May: "serwis i CA24 mają być niedostępne"."""


class Token(NamedTuple):
    """A word (``w``), a cluster of digits (``n``) or a sign (``p``); ``glued`` to the one before it or not."""

    kind: str
    key: str
    start: int
    end: int
    glued: bool


def fold(text: str) -> str:
    """Lower case without diacritics, dashes as ``-``; as long as ``text``, sign for sign."""
    folded = text.translate(_FOLD)
    lower = folded.lower()
    if len(lower) != len(text):  # a few letters grow when lowered
        return "".join(sign.lower() if len(sign.lower()) == 1 else "?" for sign in folded)
    return lower


def without_may(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens of a text, with "mają" told from the month "maja": folded they are one."""
    if HAVE[1:] not in text:
        return tokens
    return [
        token._replace(key=HAVE)
        if token.key == "maja" and text[token.start : token.end].lower() == HAVE
        else token
        for token in tokens
    ]


def tokens_of(folded: str) -> list[Token]:
    """The tokens of a folded text, in order."""
    found: list[Token] = []
    last = 0
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        found.append(Token(match.lastgroup or "p", match[0], start, end, start == last and start > 0))
        last = end
    return found
