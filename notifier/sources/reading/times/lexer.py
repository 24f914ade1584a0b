"""Tokens into terms: the days, hours, lengths and little words of which a time is made."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from notifier.sources.reading.times import words
from notifier.sources.reading.times.figures import HOURS_GO_ON, Figures
from notifier.sources.reading.times.numerals import Clock, Day, Days, Spread
from notifier.sources.reading.times.terms import Is, Term
from notifier.sources.reading.tokens import HAVE, Token

_PHRASES: tuple[tuple[tuple[str, ...], Is], ...] = (
    (("nastepnego", "dnia"), Is.NEXT_DAY),
    (("kolejnego", "dnia"), Is.NEXT_DAY),
    (("dnia", "nastepnego"), Is.NEXT_DAY),
    (("dnia", "kolejnego"), Is.NEXT_DAY),
    (("nastepny", "dzien"), Is.NEXT_DAY),
    (("dzien", "pozniej"), Is.NEXT_DAY),
    (("tego", "samego", "dnia"), Is.SAME_DAY),
    (("tego", "dnia"), Is.SAME_DAY),
    (("poczatek", "i", "koniec"), Is.WORD),
    (("rozpoczecie", "i", "zakonczenie"), Is.WORD),
    (("do", "odwolania"), Is.OPEN),
    (("caly", "dzien"), Is.WHOLE_DAY),
    (("cala", "dobe"), Is.WHOLE_DAY),
    (("czasu", "letniego"), Is.SUMMER_TIME),
    (("czas", "letni"), Is.SUMMER_TIME),
    (("czasu", "zimowego"), Is.WINTER_TIME),
    (("czas", "zimowy"), Is.WINTER_TIME),
    (("nad", "ranem"), Is.PART_OF_DAY),
    (("w", "nocy"), Is.GLUE),
    (("po", "polnocy"), Is.GLUE),
    (("po", "poludniu"), Is.PART_OF_DAY),
    (("zamiast",), Is.STRUCK),
)
_BY_FIRST: dict[str, list[tuple[tuple[str, ...], Is]]] = {}
for _phrase in _PHRASES:
    _BY_FIRST.setdefault(_phrase[0][0], []).append(_phrase)
_ORDINAL_STEMS = frozenset(key[0] for key in (*words.DAY_WORDS, *words.HOUR_WORDS))
_SIMPLE = {
    **dict.fromkeys(words.FROM, Is.FROM), **dict.fromkeys(words.TO, Is.TO), **dict.fromkeys(words.BETWEEN, Is.BETWEEN),
    **dict.fromkeys(words.HOUR_MARKS, Is.HOUR_MARK), **dict.fromkeys(words.APPROXIMATE, Is.ROUGHLY),
    **dict.fromkeys(words.DAY_MARKS, Is.DAY_MARK), **dict.fromkeys(words.MORNING | words.EVENING, Is.PART_OF_DAY),
    **dict.fromkeys(words.GLUE - words.DAY_MARKS, Is.GLUE), **dict.fromkeys(words.MONTHS_OF, Is.ODD),
    **dict.fromkeys(words.STRUCK, Is.STRUCK), "a": Is.AND, "i": Is.AND, "oraz": Is.AND, "na": Is.ONTO,
    "wlacznie": Is.INCLUSIVE,
}  # fmt: skip


_BEFORE_A_TIME = frozenset("w we o jak od do z ze dnia godz".split())
_HOUR_STEMS = ("polnoc", "poludni", "konca")


@lru_cache(maxsize=4096)
def _alone(key: str) -> Is | None:
    """What a word is wherever it stands, mostly nothing but a word; ``None`` where that depends on others."""
    if (
        key in _BY_FIRST
        or key in ("a", "maja", HAVE, "przed")
        or key in words.WEEKDAYS
        or key in words.TODAY
        or key in words.COMING
        or key in words.COUNTS
        or key in _ORDINAL_STEMS
        or key.startswith(_HOUR_STEMS)
        or "godzinn" in key
    ):
        return None
    if key in _SIMPLE:
        return _SIMPLE[key]
    return Is.WORD if _verb(key) is None else None


def _verb(key: str) -> Is | None:
    """FROM or TO for a word that tells a beginning or an end by itself: "rozpocznie", "potrwa", "koniec"."""
    if key.startswith(words.NO_VERBS):
        return None
    return Is.FROM if key.startswith(words.FROM_VERBS) else Is.TO if key.startswith(words.TO_VERBS) else None


class TermReader(Figures):
    """Reads the terms of one sentence."""

    def read(self) -> list[Term]:
        """All terms in order; every token is in one of them."""
        while self._at < len(self._tokens):
            kind, key, start, end, _ = self._tokens[self._at]
            what = _alone(key) if kind == "w" else None
            if what is not None:
                term = Term(what, start, end, word=key)
                self._at += 1
            else:
                self._begin = self._at
                term = self._next()
            self.terms.append(term)
            if term.what is Is.HOUR_MARK:
                self._hours = True
            elif term.what not in HOURS_GO_ON:
                self._hours = False
        return self.terms

    def _next(self) -> Term:
        token = self._tokens[self._at]
        if token.kind == "n":
            return self._roman(token) or self._night_of_several(token) or self._numeral(token)
        if token.kind == "p":
            return self._sign(token)
        return self._word(token.key)

    def _sign(self, token: Token) -> Term:
        if token.key == "-":
            return self._take(Is.DASH, 2 if self._key(1) == ">" else 1)
        if token.key == ":" and self._around_digits():
            return self._take(Is.ODD)
        return self._take(Is.SIGN, word=token.key)

    def _around_digits(self) -> bool:
        before = self._tokens[self._at - 1] if self._at else None
        after = self._tokens[self._at + 1] if self._at + 1 < len(self._tokens) else None
        return before is not None and after is not None and before.kind == "n" and after.glued

    def _word(self, key: str) -> Term:
        if key == "po" and self._key(1) == "polnocy" and self._begins():
            return self._take(Is.ROUGHLY, word=key)
        if key == "a" and self._key(1) == "nie" and self._a_time_follows():
            return self._take(Is.STRUCK, 2, word="nie")
        if key in ("maja", HAVE) and _verb(self._key(1)) is not None:
            return self._take(Is.GLUE, word=key)  # "mają potrwać", and no May
        for phrase, what in _BY_FIRST.get(key, ()):
            if all(self._key(ahead) == word for ahead, word in enumerate(phrase)):
                return self._take(what, len(phrase), word=phrase[-1])
        if key in ("po", "przed") and self._an_hour_follows():
            return self._take(Is.FROM if key == "po" else Is.ROUGHLY, word=key)
        found = self._day_by_word(key) or self._hour_by_word(key)
        if found is not None:
            return found
        if key in _SIMPLE:
            return self._take(_SIMPLE[key], word=key)
        tells = _verb(key)
        return self._take(tells or Is.WORD, word=key, verb=tells is not None)

    def _begins(self) -> bool:
        """True right behind a verb of beginning: "rozpoczną się tuż po północy"."""
        return any(term.what is Is.FROM and term.verb for term in self.terms[-3:])

    def _a_time_follows(self) -> bool:
        """ "14 czerwca, a nie 13 czerwca": what comes next no longer holds."""
        following = self._key(2)
        return following[:1].isdigit() or following in words.WEEKDAYS or following in _BEFORE_A_TIME

    def _an_hour_follows(self) -> bool:
        """ "po godz. 20", "po 20:00": from then on."""
        return self._key(1) in ("godz", "godzinie") or (":" in self._key(1) and self._key(1)[:1].isdigit())

    def _day_by_word(self, key: str) -> Term | None:
        """ "piątek", "jutro"."""
        if (words.TODAY.get(key) == 0 or key in words.COMING) and (nights := self._tonight()):
            return self._take(Is.DAYS, nights, days=Days(Spread.NIGHT, (Day(offset=0), Day(offset=1))))
        day: Day | None = None
        if key in words.WEEKDAYS and not self._weekday_is_no_day(key):
            day = Day(weekday=words.WEEKDAYS[key])
        elif key in words.TODAY and (words.TODAY[key] >= 0 or self._since()):
            day = Day(offset=words.TODAY[key])
        return None if day is None else self._take(Is.DAYS, days=Days(Spread.ONE, (day,)))

    def _since(self) -> bool:
        """True in "zaczęła się wczoraj", "od wczoraj"; what was told yesterday has no hours."""
        return any(term.what is Is.FROM for term in self.terms[-3:])

    def _tonight(self) -> int:
        """How many words "dziś w nocy", "dzisiejszej nocy" are; 0 for the day itself."""
        if self._key(1) == "nocy":
            return 2
        return 3 if self._key(1) == "w" and self._key(2) == "nocy" else 0

    def _hour_by_word(self, key: str) -> Term | None:
        """ "północ", "w południe", "do końca dnia", "dziewiątej", "trzy godziny"."""
        if key.startswith("polnoc"):
            return self._take(Is.CLOCK, clock=Clock(24 if self._ends_here() else 0), word=key)
        if key in ("poludnie", "poludnia", "poludniem"):
            return self._take(Is.CLOCK, clock=Clock(12))
        if key == "konca" and self._key(1) in ("dnia", "doby"):
            return self._take(Is.CLOCK, 2, clock=Clock(24))
        if key in words.COUNTS and self._key(1).startswith("godzin"):
            return self._take(Is.LENGTH, 2, length=timedelta(hours=words.COUNTS[key]))
        if key in words.COUNTS and (number := self._full_days()):
            return self._take(Is.LENGTH, number, length=timedelta(days=words.COUNTS[key]))
        hours, compound, _ = key.partition("godzinn")
        if compound and hours in words.COMPOUND_HOURS:
            return self._take(Is.LENGTH, length=timedelta(hours=words.COMPOUND_HOURS[hours]))
        return self._ordinal() if key in _ORDINAL_STEMS else None

    def _full_days(self) -> int:
        """How many words "dwie doby", "dwie pełne doby" are; 0 for none."""
        place = 2 if self._key(1).startswith("peln") else 1
        return place + 1 if self._key(place) in ("dobe", "doby") else 0

    def _weekday_is_no_day(self, key: str) -> bool:
        """Short forms are weekdays only before a dot or in brackets: "(pt.)", never "nd" somewhere."""
        return len(key) <= 3 and self._key(1) not in (".", ")", ",")

    def _ends_here(self) -> bool:
        for term in reversed(self.terms):
            if term.what in (Is.TO, Is.DASH, Is.AND):
                return True
            if term.what not in (Is.GLUE, Is.ROUGHLY):
                return False
        return False

    def _ordinal(self) -> Term | None:
        """ "trzynastego sierpnia" is a day, "od dwudziestej drugiej" an hour."""
        for count in (2, 1):
            key = tuple(self._key(ahead) for ahead in range(count))
            day = words.DAY_WORDS.get(key)
            if day is not None and self._key(count) in words.MONTHS:
                self._at += count
                return self._day(day, 1)
            if day is not None and self._key(count) == "na" and self._dated_by_words(count + 1):
                return self._take(Is.NUMBER, count, number=day)
            hour = words.HOUR_WORDS.get(key)
            last = self.terms[-1] if self.terms else None
            if (
                hour is not None
                and last is not None
                and (
                    last.what in (Is.FROM, Is.TO, Is.BETWEEN, Is.HOUR_MARK, Is.ROUGHLY, Is.AND)
                    or last.word == "o"
                )
            ):
                minute, more = self._minutes(count)
                return self._take(Is.CLOCK, count + more, clock=Clock(hour, minute))
        return None

    def _dated_by_words(self, ahead: int) -> bool:
        """True where a day in words with its month stands so far ahead: "z dwunastego na trzynasty czerwca"."""
        return any(
            tuple(self._key(ahead + n) for n in range(count)) in words.DAY_WORDS
            and self._key(ahead + count) in words.MONTHS
            for count in (2, 1)
        )

    def _minutes(self, ahead: int) -> tuple[int, int]:
        """The minutes in words that stand there, and how many words they are: "piętnastej czterdzieści pięć"."""
        for count in (2, 1):
            minute = words.MINUTE_WORDS.get(" ".join(self._key(ahead + n) for n in range(count)))
            if minute is not None and not self._key(ahead + count).startswith(("godzin", "minut", "dni")):
                return minute, count
        return 0, 0
