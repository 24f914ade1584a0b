"""Cleaned text fits XML, JSON and iCalendar, and keeps what people wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from notifier.feeds.clean import clean, clean_line, clean_title

ANY = st.text(st.characters(), max_size=60)  # with control characters and lone surrogates

ROWS = [
    ("Polish letters stay", "Zażółć gęślą jaźń", "Zażółć gęślą jaźń"),
    ("emoji beyond the first plane stay", "ok 😀", "ok 😀"),
    ("tabs and line feeds stay", "a\tb\nc", "a\tb\nc"),
    ("Windows line ends become line feeds", "a\r\nb\rc", "a\nb\nc"),
    (
        "separators that some programs take for line ends become one",
        "a\u2028b\u2029c\x85d\x0be",
        "a\nb\nc\nd\ne",
    ),
    ("NUL, bell and delete go", "a\0b\ac\x7fd", "abcd"),
    ("half a surrogate pair is marked", "a\ud83db", "a\ufffdb"),
    ("directions cannot be overridden", "a\u202eb\u2066c", "abc"),
    ("non-characters go", "a\ufffe\uffff\ufdd0b", "ab"),
]


@pytest.mark.parametrize(("why", "text", "wanted"), ROWS, ids=[row[0] for row in ROWS])
def test_clean(why, text, wanted):
    assert clean(text) == wanted


def test_a_line_is_one_line_and_a_title_has_no_markup():
    assert clean_line("  a\u2028b\n\tc ") == "a b c"
    assert clean_title("<b>P1</b> & PZ") == "‹b›P1‹/b› & PZ"


@given(ANY)
def test_clean_text_can_be_written_everywhere(text):
    made = clean(text)
    assert clean(made) == made
    element = etree.Element("x")
    element.text = made
    assert (etree.fromstring(etree.tostring(element)).text or "") == made
    assert made.encode().decode() == made
    assert all(len(f"a{character}b".splitlines()) == 1 for character in set(made) - {"\n"})


@given(ANY)
def test_a_clean_line_has_no_line_end(text):
    assert len(clean_line(text).splitlines()) <= 1
    assert clean_line(clean_line(text)) == clean_line(text)
