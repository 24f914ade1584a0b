"""Polish words for time, folded: lower case, without diacritics, so that "środę" and "srode" are one.

These are forms to be recognised, not text for people, so they stand with the grammar that needs them.
"""

from __future__ import annotations

MONTHS: dict[str, int] = {
    form: number
    for number, forms in enumerate(
        (
            "stycznia styczen styczniu sty",
            "lutego luty lutym lut",
            "marca marzec marcu",
            "kwietnia kwiecien kwietniu kwi",
            "maja maj maju",
            "czerwca czerwiec czerwcu cze",
            "lipca lipiec lipcu lip",
            "sierpnia sierpien sierpniu sierp",
            "wrzesnia wrzesien wrzesniu wrz",
            "pazdziernika pazdziernik pazdzierniku paz",
            "listopada listopad listopadzie lis",
            "grudnia grudzien grudniu gru",
        ),
        start=1,
    )
    for form in forms.split()
}

#: Months as Roman numerals between dots: "12.VI.2026".
ROMAN = {form: number for number, form in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), start=1)}

#: After a space "i" is a word first.
MONTHS |= {form: number for form, number in ROMAN.items() if form != "i"}

MONTHS_OF = frozenset(m for m in MONTHS if len(m) > 4 and m.endswith("a")) | {"lutego", "maja"}
"""Months as they stand after a number; alone they have lost it."""

#: "17 bm.", "17 bieżącego miesiąca": tokens behind the number of a day of this month; the longest first.
THIS_MONTH = (
    ("b", ".", "m", "."),
    ("b", ".", "m"),
    ("bm", "."),
    ("bm",),
    ("biezacego", "miesiaca"),
    ("tego", "miesiaca"),
)
THIS_MONTH_BEGINS = frozenset(form[0] for form in THIS_MONTH)

WEEKDAYS: dict[str, int] = {
    form: number
    for number, forms in enumerate(
        (
            "poniedzialek poniedzialku poniedzialkiem poniedzialkowy poniedzialkowa pon pn",
            "wtorek wtorku wtorkiem wtorkowy wtorkowa wt wto",
            "sroda srode srody sroda srodowy srodowa sr",
            "czwartek czwartku czwartkiem czwartkowy czwartkowa czw",
            "piatek piatku piatkiem piatkowy piatkowa pt",
            "sobota sobote soboty soboty sobotni sobotnia sob sb",
            "niedziela niedziele niedzieli niedzielny niedzielna niedz ndz nd",
        )
    )
    for form in forms.split()
}

_ONES = (
    "pierwsz drug trzec czwart piat szost siodm osm dziewiat dziesiat jedenast dwunast trzynast czternast "
    "pietnast szesnast siedemnast osiemnast dziewietnast dwudziest"
).split()


def _ordinals(endings: tuple[str, str], last: int) -> dict[tuple[str, ...], int]:
    plain, after_g = endings
    forms: dict[tuple[str, ...], int] = {}
    for number in range(1, last + 1):
        tens, ones = divmod(number, 10) if number > 20 else (0, 0)
        stems = [_ONES[number - 1]] if not tens else ["dwudziest" if tens == 2 else "trzydziest"]
        if tens and ones:
            stems.append(_ONES[ones - 1])
        forms[tuple(stem + (after_g if stem in ("drug", "trzec") else plain) for stem in stems)] = number
    return forms


def _all_ordinals(endings: tuple[tuple[str, str], ...], last: int) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for pair in endings:
        found |= _ordinals(pair, last)
    return found


#: "trzynastego", "na trzynasty", "dwudziestego pierwszego": days of the month.
DAY_WORDS = _all_ordinals((("ego", "iego"), ("y", "i")), 31)

#: "dziewiatej", "dwudziesta druga": hours. Folding makes "piata" of both "piąta" and "piątą".
HOUR_WORDS = _all_ordinals((("ej", "iej"), ("a", "ia"), ("a", "a")), 24)

_TEENS = (
    "dziesiec jedenascie dwanascie trzynascie czternascie pietnascie szesnascie siedemnascie osiemnascie "
    "dziewietnascie"
)
_TENS = {"dwadziescia": 20, "trzydziesci": 30, "czterdziesci": 40, "piecdziesiat": 50}
_DIGITS = {
    form: n
    for n, form in enumerate("jeden dwie trzy cztery piec szesc siedem osiem dziewiec".split(), start=1)
}

#: "trzydziesci", "czterdziesci piec": minutes behind an hour in words.
MINUTE_WORDS = (
    {f"zero {form}": n for form, n in _DIGITS.items()}
    | {"piec": 5}
    | {form: n for n, form in enumerate(_TEENS.split(), start=10)}
    | _TENS
    | {f"{form} {digit}": tens + n for form, tens in _TENS.items() for digit, n in _DIGITS.items()}
)

#: Numbers of hours in words, for lengths.
COUNTS = {
    "jedna": 1, "godzine": 1, "dwie": 2, "trzy": 3, "cztery": 4, "piec": 5, "szesc": 6, "siedem": 7, "osiem": 8,
    "dziewiec": 9, "dziesiec": 10, "jedenascie": 11, "dwanascie": 12, "dwoch": 2, "trzech": 3, "czterech": 4,
    "pieciu": 5, "szesciu": 6, "siedmiu": 7, "osmiu": 8,
}  # fmt: skip

#: "dwugodzinna", "półtoragodzinna": hours in the first part of a word.
COMPOUND_HOURS = {
    "jedno": 1.0, "poltora": 1.5, "dwu": 2.0, "trzy": 3.0, "cztero": 4.0, "piecio": 5.0, "szescio": 6.0, "siedmio": 7.0,
    "osmio": 8.0, "dziewiecio": 9.0, "dziesiecio": 10.0, "jedenasto": 11.0, "dwunasto": 12.0, "dwudziesto": 20.0,
}  # fmt: skip

FROM = frozenset("od poczawszy".split())
FROM_VERBS = (
    "rozpoczn",
    "rozpoczyn",
    "rozpoczel",
    "zaczn",
    "zaczyn",
    "zaczel",
    "startuj",
    "wystartuj",
    "poczat",
    "rozpoczec",
    "start",
)
TO = frozenset("do".split())
TO_VERBS = ("stop", "potrwa", "potrwaj", "zakoncz", "koniec", "konca", "konczy", "koncza", "trwac", "skoncz")
NO_VERBS = ("konieczn", "stopn", "startup")
"""Words that only begin like those of beginning and end."""

BETWEEN = frozenset("miedzy pomiedzy".split())
HOUR_MARKS = frozenset("godz godzina godziny godzinie godzinach godzin godzinami g h".split())
APPROXIMATE = frozenset(
    (
        "okolo ok najpozniej maksymalnie mniej wiecej orientacyjnie przyblizeniu ponad prawie niemal kolo srednio "
        "orientacyjny"
    ).split()
)
DAY_MARKS = frozenset("dnia dniu dniach dn dni data dacie daty termin terminie".split())
MORNING = frozenset("rano ranem poranku".split())
EVENING = frozenset("wieczorem wieczor wieczora".split())
TODAY = {"wczoraj": -1, "dzis": 0, "dzisiaj": 0, "dzisiejszej": 0, "dzisiejszego": 0, "dzisiejszym": 0, "jutro": 1,
         "jutra": 1, "jutrzejszej": 1, "jutrzejszego": 1, "jutrzejszym": 1, "pojutrze": 2}  # fmt: skip

#: "najbliższej nocy": the night that comes.
COMING = frozenset("najblizszej nadchodzacej".split())

#: Words that may stand inside a time without changing it.
GLUE = frozenset(
    """w we o na z ze r roku rok br biezacego sie tj tzn czyli wlasnie az juz jeszcze bedzie beda noc nocy nocny
    najblizszy najblizsza najblizsze najblizszej najblizszym najblizszego nadchodzacy nadchodzaca nadchodzacego
    nadchodzacej weekend weekendu weekendowa nad po ta ten te tej tego tym pozniej zatem planowo planowany
    planowana planowane planowanej planowanych czasu polskiego lokalnego kolejno natomiast to jest sa calosci cest cet
    miesiaca codziennie kazdego kazdej oraz takze i ma trwa dopiero odpowiednio nieprzerwanie przez prac przerwy
    niedostepnosci""".split()
)

#: What follows is an earlier term, which no longer holds: "zamiast 12 marca".
STRUCK = frozenset("zamiast pierwotnie uprzednio dotychczas dotychczasowy poprzedni poprzednio".split())


def nearly_a_month(word: str) -> bool:
    """One letter wrong: "stycznla", "lutcgo"."""
    if len(word) < 4 or word in MONTHS:
        return False
    if any(month.startswith(word[:4]) for month in MONTHS_OF):
        return True
    return any(
        len(month) == len(word) and sum(a != b for a, b in zip(month, word, strict=True)) == 1
        for month in MONTHS
    ) or any(
        len(month) == len(word) + 1 and (month.startswith(word) or month.endswith(word)) for month in MONTHS
    )
