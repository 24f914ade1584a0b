"""Numbers in a sentence: what the tokens around a cluster of digits make of it, and whether it looks mistyped."""

from __future__ import annotations

import re
from datetime import timedelta

from notifier.sources.reading.times import words
from notifier.sources.reading.times.numerals import THIS_MONTH, Clock, Day, Days, Spread, read_numeral
from notifier.sources.reading.times.terms import Is, Term
from notifier.sources.reading.tokens import Token

_BETWEEN_NIGHTS = frozenset([",", "i", "oraz"])
_INSIDE = frozenset(".:,;")
_LOOKALIKE = frozenset("olisbzqi")
_AFTER_A_DATE = frozenset(["na", "/", "-", "od", "do", "w", "i", "(", ",", "godz"])
_BEFORE_AN_HOUR = frozenset([",", ".", "(", ")", "r", "od", "do", "o"])
_COLON_HOUR = re.compile(r"\d{1,2}:\d{2}")
_UNITS = ("minut", "min", "osob", "zl", "proc", "lat", "tys", "mln", "mld", "stron", "szt", "pkt", "dni", "tygodni",
          "miesi", "razy", "sekund", "uslug", "krok")  # fmt: skip
_READING = ("czytan", "lektur")
"""How long a page takes to read is nothing that it tells of."""

HOURS_GO_ON = frozenset({Is.CLOCK, Is.CLOCKS, Is.DASH, Is.AND, Is.TO, Is.FROM, Is.BETWEEN, Is.SIGN, Is.ROUGHLY,
                          Is.HOUR_MARK})  # fmt: skip


class Figures:
    """A place in the tokens of a sentence, and the terms that begin with a digit there."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = self._begin = 0
        self._hours = False
        self.terms: list[Term] = []

    def _key(self, ahead: int = 0) -> str:
        place = self._at + ahead
        return self._tokens[place].key if place < len(self._tokens) else ""

    def _take(
        self,
        what: Is,
        count: int = 1,
        *,
        days: Days | None = None,
        clock: Clock | None = None,
        other: Clock | None = None,
        number: int = -1,
        length: timedelta | None = None,
        word: str = "",
        verb: bool = False,
    ) -> Term:
        self._at += count
        start, end = self._tokens[self._begin].start, self._tokens[min(self._at, len(self._tokens)) - 1].end
        return Term(what, start, end, days, clock, other, number, length, word, verb)

    def _numeral(self, token: Token) -> Term:
        if (odd := self._glued_to_letters(token)) is not None:
            return self._take(odd)
        days_expected = bool(self.terms) and self.terms[-1].what is Is.DAY_MARK
        dated = self._key(1) in ("r", "roku") or self._is_date_by_sign()
        found = read_numeral(token.key, self._hours, days_expected or dated, self._right_after_mark())
        if found is None and self._beside_an_hour():
            found = read_numeral(token.key, hours=False, days=True, marked=False)
        if (days := self._before_a_month(token)) is not None:
            return days
        if isinstance(found, Days):
            self._at += 1
            return self._take(Is.DAYS, self._year_word(), days=found)
        if isinstance(found, tuple):
            return self._take(Is.CLOCKS, clock=found[0], other=found[1])
        if isinstance(found, Clock):
            return self._take(Is.CLOCK, clock=found)
        if found is None:
            return self._take(Is.ODD)
        return self._number(found)

    def _before_a_month(self, token: Token) -> Term | None:
        """ "12 czerwca", "12-13 czerwca", "12 bm."."""
        if token.key.count("/") + token.key.count("-") > 1 or (numbers := _numbers(token.key)) is None:
            return None
        if (count := self._this_month()) and len(numbers) == 1:
            return self._take(Is.DAYS, 1 + count, days=_several_days(Spread.ONE, numbers, THIS_MONTH, None))
        month = words.MONTHS.get(self._key(1))
        if month is None or len(numbers) == 1:
            return None if month is None else self._day(numbers[0], 2)
        return self._several(Spread.NIGHT if "/" in token.key else Spread.STRETCH, numbers, month, 2)

    def _this_month(self) -> int:
        """How many tokens "bm.", "b.m.", "tego miesiąca" behind a number are; 0 for anything else."""
        if self._key(1) not in words.THIS_MONTH_BEGINS:
            return 0
        following = tuple(self._key(ahead) for ahead in range(1, 5))
        return next((len(form) for form in words.THIS_MONTH if following[: len(form)] == form), 0)

    def _beside_an_hour(self) -> bool:
        """True for what can only be the day of an hour: "do 25.08 godz. 6:00", "6:00 (25.08)"."""
        before = [term for term in self.terms[-2:] if term.word != "("][-1:]
        if before and before[0].what is Is.CLOCK:
            return True
        following = (self._key(ahead) for ahead in range(1, 7))
        nearest = next(
            (key for key in following if key not in _BEFORE_AN_HOUR and key not in words.WEEKDAYS), ""
        )
        return nearest in words.HOUR_MARKS or _COLON_HOUR.fullmatch(nearest) is not None

    def _is_date_by_sign(self) -> bool:
        """True in "z 12.06. na 13.06." and "12.06 (od godz. 22:00)": no hour has that behind it."""
        bracket = 2 if self._key(1) == "." else 1
        if self._key(bracket) == "(":
            return self._key(bracket + 1) in ("od", "do", "godz")
        dotted = self._key(1) == "." and self._tokens[self._at + 1].glued
        return dotted and (self._key(2) == "godz" or (not self._hours and self._key(2) in _AFTER_A_DATE))

    def _right_after_mark(self) -> bool:
        last = [term for term in self.terms[-2:] if term.word != "."][-1:]
        return bool(last) and last[0].what is Is.HOUR_MARK

    def _number(self, number: int) -> Term:
        unit = self._key(1)
        if (length := self._length(number, unit)) is not None:
            return length
        if self._mixed(1):
            return self._take(Is.ODD, 3)
        if unit.startswith(_UNITS) or unit in ("%", "+"):
            return self._take(Is.WORD)
        if words.nearly_a_month(unit) or (
            unit.isdigit() and len(unit) == 2 and self._key(2) not in words.MONTHS
        ):
            return self._take(Is.ODD, 2)
        if (self._hours or self._at_that_time(unit)) and number <= 24:
            return self._take(Is.CLOCK, clock=Clock(number))
        return self._take(Is.NUMBER, number=number)

    def _at_that_time(self, following: str) -> bool:
        """True in "o 5 rano", "o 3 w nocy", "wrócą o 6.", "w sobotę o 22 bank wyłączy …"."""
        if self._at == 0 or self._key(-1) != "o":
            return False
        if len(self.terms) > 1 and self.terms[-2].what is Is.DAYS:
            return True
        two = (following, self._key(2)) in (("nad", "ranem"), ("w", "nocy"))
        return two or following in ("", ".") or following in words.MORNING or following in words.EVENING

    def _length(self, number: int, unit: str) -> Term | None:
        """ "6 godzin", "20-godzinna", "90 minut", "4 h"; "o 20 h" is an hour of the day."""
        if unit == "-" and self._key(2).startswith("godzin"):
            return self._take(Is.LENGTH, 3, length=timedelta(hours=number))
        if unit.startswith("godzin") and unit not in ("godzina", "godzinie", "godzinach"):
            return self._take(Is.LENGTH, 2, length=timedelta(hours=number))
        if (unit.startswith("minut") or unit == "min") and not self._key(2).startswith(_READING):
            return self._take(Is.LENGTH, 2, length=timedelta(minutes=number))
        if unit in ("h", "godz") and self._behind_label_of_length():
            return self._take(Is.LENGTH, 2, length=timedelta(hours=number))
        if unit != "h":
            return None
        expected = (
            self._hours or self._key(2) == "-" or (bool(self.terms) and self.terms[-1].what in HOURS_GO_ON)
        )
        if expected and number <= 24:
            return self._take(Is.CLOCK, 2, clock=Clock(number))
        return self._take(Is.LENGTH, 2, length=timedelta(hours=number))

    def _behind_label_of_length(self) -> bool:
        """True in "Czas trwania: 4 h"."""
        return [term.word for term in self.terms[-3:]] == ["czas", "trwania", ":"]

    def _mixed(self, ahead: int) -> bool:
        """True for letters with a digit stuck to them: "22 kw1etnia"; not for a name, "do 22 Pekao24"."""
        place = self._at + ahead
        if place + 1 >= len(self._tokens):
            return False
        word, digit = self._tokens[place], self._tokens[place + 1]
        if not (word.kind == "w" and digit.kind == "n" and digit.glued):
            return False
        rest = self._tokens[place + 2 : place + 3]
        return (bool(rest) and rest[0].kind == "w" and rest[0].glued) or words.nearly_a_month(word.key)

    def _letter_before(self) -> bool:
        """True in "Z.15": the first digit of an hour was taken for a letter."""
        if self._at < 2:
            return False
        letter, sign = self._tokens[self._at - 2 : self._at]
        return sign.key in _INSIDE and sign.glued and len(letter.key) == 1 and letter.key in _LOOKALIKE

    def _glued_to_letters(self, token: Token) -> Is | None:
        if token.glued and self._letter_before():
            return Is.ODD
        before = self._tokens[self._at - 1] if self._at and token.glued else None
        after = self._tokens[self._at + 1] if self._at + 1 < len(self._tokens) else None
        if (
            before is not None
            and before.kind == "w"
            and before.key not in ("godz", "g", "od", "do", "ok", "h")
        ):
            return Is.ODD if set(before.key) <= _LOOKALIKE else Is.WORD
        beyond = self._tokens[self._at + 2] if self._at + 2 < len(self._tokens) else None
        inside = (
            after is not None and beyond is not None and after.glued and beyond.glued and after.key in _INSIDE
        )
        if inside and beyond is not None and (beyond.kind == "n" or set(beyond.key) <= _LOOKALIKE):
            return Is.ODD
        if (
            after is not None
            and after.glued
            and after.kind == "w"
            and after.key not in ("r", "h", "godz", "rano")
        ):
            lookalike = set(after.key) <= _LOOKALIKE
            return Is.ODD if lookalike else (Is.WORD if after.key not in words.MONTHS else None)
        return None

    def _roman(self, token: Token) -> Term | None:
        """ "12.VI.2026", "12-13.VI"."""
        numbers = _numbers(token.key)
        around = self._tokens[self._at + 1 : self._at + 5]
        if (
            numbers is None
            or len(around) < 2
            or around[0].key != "."
            or not all(one.glued for one in around[:2])
        ):
            return None
        month = words.ROMAN.get(around[1].key)
        dotted = len(around) == 4 and around[2].key == "." and around[2].glued
        year = around[3].key if dotted and around[3].kind == "n" and len(around[3].key) == 4 else ""
        if month is None or (month == 1 and not year) or len(numbers) > 2:
            return None
        spread = Spread.ONE if len(numbers) == 1 else Spread.NIGHT if "/" in token.key else Spread.STRETCH
        self._at += 5 if year else 3
        days = _several_days(spread, numbers, month, int(year) if year else None)
        return self._take(Is.DAYS, self._year_word(), days=days)

    def _night_of_several(self, token: Token) -> Term | None:
        """ "12/13 i 13/14 czerwca": the month stands only behind the last night of a list."""
        ahead = 0
        while _is_night(self._key(ahead)) and self._key(ahead + 1) in _BETWEEN_NIGHTS:
            ahead += 2
        if ahead == 0:
            return None
        last = self._key(ahead)
        month = words.MONTHS.get(self._key(ahead + 1)) if _is_night(last) else None
        following = None if _is_night(last) else read_numeral(last, hours=False, days=False, marked=False)
        if isinstance(following, Days) and following.spread is Spread.NIGHT:
            month = following.days[0].month
        if month is None:
            return None
        return self._take(Is.DAYS, days=_several_days(Spread.NIGHT, _numbers(token.key) or (), month, None))

    def _day(self, day: int, count: int) -> Term:
        """A day and its month, the month being the last of ``count`` tokens; takes a year with it."""
        month = words.MONTHS[self._key(count - 1)]
        return self._several(Spread.ONE, (day,), month, count)

    def _several(self, spread: Spread, numbers: tuple[int, ...], month: int, count: int) -> Term:
        self._at += count
        year = None
        if self._key() == "." and len(self._key(-1)) == 3:
            self._at += 1
        if self._key().isdigit() and len(self._key()) == 4 and not self._tokens[self._at].glued:
            year = int(self._key())
            self._at += 1
        return self._take(Is.DAYS, self._year_word(), days=_several_days(spread, numbers, month, year))

    def _year_word(self) -> int:
        if self._key() not in ("r", "roku", "br"):
            return 0
        return 2 if self._key(1) == "." and self._key() != "roku" else 1


def _several_days(spread: Spread, numbers: tuple[int, ...], month: int, year: int | None) -> Days:
    return Days(spread, tuple(Day(number, month, year) for number in numbers))


def _is_night(cluster: str) -> bool:
    """True for "12/13": two days that follow each other, the month left out."""
    first, sign, last = cluster.partition("/")
    return bool(sign) and first.isdigit() and last.isdigit() and int(last) == int(first) + 1 <= 31


def _numbers(cluster: str) -> tuple[int, ...] | None:
    parts = cluster.replace("-", "/").split("/")
    return (
        tuple(int(part) for part in parts)
        if all(part.isdigit() and len(part) <= 2 for part in parts)
        else None
    )
