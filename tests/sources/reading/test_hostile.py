"""Whatever comes in: no exception, no long wait, and nothing sure that is not whole."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.sources.reading import Certainty, Names, read
from notifier.sources.reading.blocks import MAX_TEXT

PUBLISHED = date(2026, 6, 8)
MILLION = 1_000_000
NOTICE = "Profil Zaufany będzie niedostępny 12 czerwca w godz. 20:00–22:00."

REPEATED = {
    "hours": "20:00 ", "ranges": "od 20:00 do 22:00 12 czerwca ", "from": "od ", "to": "do godz. ", "digits": "1",
    "dots": ".", "short sentences": ". A", "blanks": " ", "lines": "\n", "nested": "<div>", "bold": "<b>x",
    "paragraphs": "<p>od 20:00 do 16:00 prace Profil Zaufany", "tables": "<table><tr><td>12.06.2026", "less": "<",
    "entities": "&nbsp;", "raised": "<p>1<sup>00</sup>", "names": "Profil Zaufany nie działa ", "list": "1 i ",
    "nights": "w nocy z 1 na ", "commas": "1, ", "letters": "a", "hyphens": "a-", "comments": "<!--", "NUL": "\0",
    "days": "31 lutego ", "notices": NOTICE + " ", "notice lines": NOTICE + "\n", "headings": "<h2>mBank prace</h2>",
    "quotes": '<p a="', "lengths": "9999 h", "may": "moze ", "closing": "</p>", "nothing": "\u200b",
    "lists of terms": "<dl><dt>Data<dd>12.06.2026<dt>Godziny<dd>20:00-22:00</dl>",
    "forms": "Data: 12.06\nGodziny: 20-22\n",
    "leads": "Nie będą działać:\n",
    "items": "- IKP\n",
    "two ends": "Prace IKP 12 czerwca. Początek o 20:00. Koniec: 22:00.\n",
    "working": "IKP działa, mBank, ING, PKO BP działają bez zmian, ", "formerly": "(wcześniej ", "labels": "Poczta: ",
    "turned round": "działa do 20:00. Ponownie od 22:00. ", "pairs of nights": "z 1 na 2 i ", "dashes": " - ",
    "headings that go on": "rwę. Kiedy nie zapłacisz\n",
}  # fmt: skip


@pytest.mark.parametrize("unit", REPEATED.values(), ids=REPEATED.keys())
def test_a_megabyte_of_anything_is_read_in_linear_time(names: Names, unit: str) -> None:
    text = (unit * (MILLION // len(unit) + 1))[:MILLION]
    began = time.process_time()
    read(text, PUBLISHED, names)
    # Under a second on a quiet machine; what is not linear takes minutes.
    assert time.process_time() - began < 5


def test_a_text_may_end_exactly_where_reading_does(names: Names) -> None:
    paragraph = "a" * 1_000
    reading = read(f"<p>{paragraph}</p>" * (MAX_TEXT // len(paragraph) + 1), PUBLISHED, names)
    assert {refused.reason.code for refused in reading.refused} == {"too-long"}


def test_what_is_too_long_is_said_to_be(names: Names) -> None:
    reading = read(f"{NOTICE}\n" * 5_000, PUBLISHED, names)
    assert all(window.confidence is Certainty.DOUBTFUL for window in reading.windows)
    assert "too-long" in {refused.reason.code for refused in reading.refused}


def test_a_large_page_is_read_whole(names: Names) -> None:
    news = "<div><h2>Aktualność</h2><p>Urząd zaprasza na spotkanie. Szczegóły na stronie.</p></div>\n" * 600
    reading = read(f"<html><body>{news}<p>{NOTICE}</p>{news}</body></html>", PUBLISHED, names)
    assert [window.confidence for window in reading.windows] == [Certainty.SURE]


@pytest.mark.parametrize("year", [1, 1999, 2000, 2199, 2200, 9999])
def test_no_year_of_publication_breaks_it(names: Names, year: int) -> None:
    text = "Jutro, od 31 grudnia 20:00 do 1 stycznia 24:00, a także 1.1.0001 i 31.12.9999 od 0:00 do 24:00 prace IKP."
    for day in (date(year, 1, 1), date(year, 12, 31)):
        read(text, day, names)


PIECES = [
    "od ", "do ", "godz. ", "w nocy z ", "na ", "i ", ", ", "–", "-", "/", "|", ".", "(", ")", "\n", "20:00", "24:00",
    "0.15", "19.01", "19.01.2026", "2026-06-10", "8", "31", "czerwca ", "lutego ", "piątek ", "soboty ", "jutro ",
    "następnego dnia ", "północy ", "przez 6 godzin ", "do odwołania ", "czasu zimowego ", "włącznie ", "około ",
    "<p>", "</p>", "<td>", "<li>", "<h2>", "Profil Zaufany ", "mBanku ", "nie będzie działać ", "prace serwisowe ",
    "awaria ", "w tym czasie ", "odwołane ", "przesunięta ", "działa bez zmian ", "Nest Bank ", "kartą ",
]  # fmt: skip


@given(
    st.one_of(
        st.text(max_size=400),
        st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
        st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join),
    ),
    st.dates(date(2000, 1, 1), date(2199, 12, 31)),
)
def test_any_text_gives_a_reading(names: Names, text: str, published: date) -> None:
    for window in read(text, published, names).windows:
        if window.start is not None and window.end is not None:
            assert window.start < window.end
        if window.confidence is Certainty.SURE:
            assert window.systems
            assert window.start is not None
            assert window.end is not None
