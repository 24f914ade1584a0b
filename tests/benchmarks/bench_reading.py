"""How long it takes to read a page of announcements, and the most hostile megabytes.

``python -m tests.benchmarks.bench_reading`` reads, on one core:

- *a page* of 100 KB as an office or a bank has it: menus, cookies, forty pieces of news of which every tenth
  announces an outage, and a footer with opening hours; a bit less than half of it is markup;
- *prose* of 100 KB: the same news with all markup gone, and more of it;
- *announcements* of 100 KB: every one of those that the tests know, one after the other. No page is like that, and
  there is no goal for it;
- a megabyte of each thing that is hard on a reader, over and over (see ``tests/sources/reading/test_hostile.py``).

Figures are medians of processor time, of the worst kind where there are several.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import date
from itertools import cycle

from ruamel.yaml import YAML

from notifier.sources.reading import Names, names_of, read
from tests.benchmarks.figure import Figure, tell
from tests.benchmarks.sample import ROOT, config
from tests.sources.reading.test_hostile import MILLION, REPEATED

PUBLISHED = date(2026, 6, 8)
ROUNDS = 15
SIZE = 100_000
PAGE_MS, HOSTILE_SECONDS = 50.0, 1.0

NEWS = (
    (
        "Nowy punkt obsługi w Radomiu|Od poniedziałku przyjmujemy także przy ulicy Lipowej 4. Wnioski złożysz tam bez"
        " umawiania się, a w sprawach trudniejszych pomoże doradca. Parking jest bezpłatny przez pierwszą godzinę."
    ),
    (
        "Szczepienia przeciw grypie|Szczepionka jest refundowana dla osób po 65. roku życia i dla kobiet w ciąży."
        " O skierowanie zapytaj lekarza rodzinnego. Receptę znajdziesz na Internetowym Koncie Pacjenta."
    ),
    (
        "Uwaga na oszustów|Nie otwieraj odnośników w wiadomościach o zwrocie podatku. Nikt z nas nie prosi o"
        " hasło ani o kod z wiadomości. Podejrzaną wiadomość prześlij na numer 8080."
    ),
    (
        "Wyniki konkursu dla szkół|Nagrodziliśmy 12 z 340 prac. Lista zwycięzców jest w załączniku, a wystawa potrwa do"
        " końca czerwca. Dziękujemy nauczycielom, którzy pomagali uczniom przez cały rok."
    ),
    (
        "Raport za pierwszy kwartał|Liczba spraw załatwionych przez internet wzrosła o 14,5 procent. Najczęściej"
        " zmieniano adres, zamawiano odpisy i sprawdzano punkty. Pełny raport ma 86 stron."
    ),
)
OUTAGE = (
    "Prace techniczne|W nocy z 13 na 14 czerwca 2026 r., w godzinach od 22:00 do 4:00, nie będzie można zalogować się"
    " Profilem Zaufanym. Za utrudnienia przepraszamy."
)
MENU = "".join(
    f'<li class="menu__item"><a class="menu__link" href="/sprawy/{number}">Sprawa numer {number}</a></li>'
    for number in range(120)
)
FOOTER = "<footer><p>Infolinia: od poniedziałku do piątku w godz. 8:00–18:00. Biuro: 7:30–15:30.</p></footer>"


def news() -> Iterator[tuple[str, str]]:
    """Headings and texts, every tenth of which is an announcement."""
    ordinary = cycle(NEWS)
    while True:
        for _ in range(9):
            yield tuple(next(ordinary).split("|"))  # type: ignore[misc]
        yield tuple(OUTAGE.split("|"))  # type: ignore[misc]


def page() -> str:
    """As large as that, with whole articles only."""
    begin = (
        '<!DOCTYPE html><html lang="pl"><head><meta charset="utf-8"><title>Aktualności</title></head><body>'
        f'<div class="cookies"><p>Używamy plików cookie.</p></div><nav class="menu"><ul>{MENU}</ul></nav><main>'
    )
    parts, size = [begin], len(begin) + len(FOOTER)
    for heading, text in news():
        article = (
            '<article class="news-list__item news-item"><div class="news-item__body"><h2 class="news-item__title">'
            f'<a href="/aktualnosci/{len(parts)}">{heading}</a></h2><time class="news-item__date"'
            f' datetime="2026-06-05">5 czerwca 2026</time><div class="news-item__lead"><p>{text}</p></div>'
            f'<a class="news-item__more" href="/aktualnosci/{len(parts)}">Czytaj dalej</a></div></article>\n'
        )
        size += len(article)
        if size > SIZE:
            return "".join([*parts, "</main>", FOOTER, "</body></html>"])
        parts.append(article)
    raise AssertionError("there is no end of news")


def prose() -> str:
    """The same without markup, up to that size."""
    told = ""
    for heading, text in news():
        told += f"{heading}\n\n{text}\n\n"
        if len(told) > SIZE:
            return told[:SIZE]
    raise AssertionError("there is no end of news")


def announcements() -> str:
    """Everything that the tests have answers for."""
    folder = ROOT / "tests" / "sources" / "reading"
    texts = [
        row["text"]
        for name in ("announced", "forms", "systems")
        for row in YAML(typ="safe", pure=True).load(folder / f"{name}.yaml")
    ]
    return "\n\n".join(texts)[:SIZE]


def taken(text: str, names: Names, rounds: int = ROUNDS) -> float:
    """Seconds of processor time."""
    found = []
    for _ in range(rounds):
        begin = time.process_time()
        read(text, PUBLISHED, names)
        found.append(time.process_time() - begin)
    return statistics.median(found)


def measure() -> list[Figure]:
    """Read everything."""
    names = names_of(config().catalogue)
    of_page, of_prose = read(page(), PUBLISHED, names), read(prose(), PUBLISHED, names)
    assert of_page.windows, "the page announces something"
    assert of_prose.windows, "and so does the prose"
    hostile = {
        what: taken((unit * (MILLION // len(unit) + 1))[:MILLION], names, 1)
        for what, unit in REPEATED.items()
    }
    worst = max(hostile, key=hostile.__getitem__)
    return [
        Figure("a page of 100 KB read", taken(page(), names) * 1000, "ms", PAGE_MS),
        Figure("100 KB of prose read", taken(prose(), names) * 1000, "ms", PAGE_MS),
        Figure("100 KB of announcements read", taken(announcements(), names) * 1000, "ms"),
        Figure(
            f"a hostile megabyte read, the worst of {len(hostile)} ({worst})",
            hostile[worst],
            "s",
            HOSTILE_SECONDS,
        ),
    ]


if __name__ == "__main__":
    tell(measure)
