"""A quick look at a text before it is read word by word: whether a day or an hour can be in it at all.

Most sentences of a page tell neither. Whoever glances may say yes too often, but never no where there is one.
"""

from __future__ import annotations

import re

from notifier.sources.reading.times.words import MONTHS

_HOURS = re.compile(r"\d(?:[:.]\d\d| ?h\b| ?[-–—] ?\d|[^.]{0,40}?\b(?:do|a|na|odwo[lł]ania|rano|wiecz)\b)")
_HOURS_BESIDE_NUMBERS = re.compile(r"godz|noc|dzie[nń]|dob[ęe]|[⁰¹²³]|\bo \d\d?(?![\d,])")
_HOUR_WORDS = re.compile(
    r"p[oó][lł]noc|odwo[lł]ania|(?:ej|[aą])(?: \w{1,12}){0,3} (?:do|a) \w{3,12}(?:ej|[aą])\b|samych godzinach"
    r"|[lł][aą] dob[ęe]|godzin\w{1,3} \w{3,12}ej\b"
)
_DIGIT = re.compile(r"[0-9]")
_DAY_WORDS = re.compile(
    r"\b(?:niedziel|pon\.|poniedz|wtor|wt\.|[sś]rod|[sś]r\.|czwart|czw\.|pi[aą]t|pt\.|sob|jutr|dzi[sś]|pojutrz)"
    r"|(?:ego|[yi]) (?:stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|wrze|pa[zź]dz|listop|grudnia)"
)
_STEMS = tuple(
    (
        "niedz pon. poniedz wtor wt. środ srod śr. sr. czwart czw. piąt piat pt. sobot sob. jutr dziś dzis noc odwoł "
        "odwol godzin dobę dobe wiąt wiat siąt siat nast dziest szóst szost siódm siodm ósm osm trzeci drug pierwsz"
    ).split()
)
"""One of these or a digit is in every sentence that tells a day or an hour; looking for them is quick."""
_DATE = re.compile(
    r"\d(?: ?[./-] ?\d|\.[ivx]{1,4}\b"
    r"|[^\d]{0,4}\b(?:sty|lut|mar|kwi|maj|cze|lip|sie|wrz|pa[zź]|lis|gru|bm|b\.m|bie[zż]|tego))"
)
_DAY_AND_MONTH = re.compile(
    r"[0-9]\s?[./-]\s?[0-9]|[0-9]\.[ivx]{1,4}\b|(?:[0-9]|ego|[yi]\b)\s*(?:"
    + "|".join((*MONTHS, r"bm", r"b\.m", "biezacego", "tego"))
    + r")(?![^\W\d_])"
)


class Glance:
    """Looks at the parts of one text for the signs of time that the whole of it has: few of all there are."""

    def __init__(self, whole: str) -> None:
        lower = whole.lower()
        self._stems = tuple(stem for stem in _STEMS if stem in lower)

    def timeless(self, part: str) -> bool:
        """True for a part with neither an hour nor a day."""
        if _DIGIT.search(part) is not None:
            return False
        lower = part.lower()
        return not any(stem in lower for stem in self._stems)


def hours_in(text: str) -> bool:
    """False where no hours can be in a sentence."""
    lower = text.lower()
    if _DIGIT.search(text) is not None and (_HOURS.search(lower) or _HOURS_BESIDE_NUMBERS.search(lower)):
        return True
    return _HOUR_WORDS.search(lower) is not None


def days_in(text: str) -> bool:
    """False where no day can be in a sentence."""
    lower = text.lower()
    if _DIGIT.search(text) is not None and _DATE.search(lower) is not None:
        return True
    return _DAY_WORDS.search(lower) is not None


def dates_in(folded: str) -> bool:
    """False where no day with its month can be in a folded sentence: weekdays need not be read for that."""
    return _DAY_AND_MONTH.search(folded) is not None
