"""robots.txt: the examples of RFC 9309 and what sites really write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.sources.robots import Robots

RULES = [
    ("nothing is forbidden where nothing is said", "", "/x", True),
    ("everything is forbidden to everybody", "User-agent: *\nDisallow: /", "/x", False),
    ("an empty rule forbids nothing", "User-agent: *\nDisallow:", "/x", True),
    (
        "the group that names us goes before that for everybody",
        "User-agent: *\nDisallow: /\n\nUser-agent: Notifier\nDisallow: /y",
        "/x",
        True,
    ),
    (
        "and then that for everybody says nothing",
        "User-agent: notifier\nDisallow: /x\nUser-agent: *\nAllow: /",
        "/x",
        False,
    ),
    (
        "two groups of one name are one",
        "User-agent: notifier\nDisallow: /a\nUser-agent: notifier\nDisallow: /x",
        "/x",
        False,
    ),
    (
        "several names share the rules below them",
        "User-agent: other\nUser-agent: notifier\nDisallow: /x",
        "/x",
        False,
    ),
    ("another's rules are not ours", "User-agent: notifierbot\nDisallow: /", "/x", True),
    ("the longest rule holds", "User-agent: *\nDisallow: /\nAllow: /rss/", "/rss/news", True),
    ("whatever the order", "User-agent: *\nAllow: /rss/\nDisallow: /", "/rss/news", True),
    ("of two as long the one that allows holds", "User-agent: *\nDisallow: /x\nAllow: /x", "/x", True),
    ("a rule is a beginning", "User-agent: *\nDisallow: /x", "/xyz", False),
    ("letter case matters in paths", "User-agent: *\nDisallow: /X", "/x", True),
    ("a star is anything", "User-agent: *\nDisallow: /*/rss", "/portal/home/rss", False),
    ("a star is also nothing", "User-agent: *\nDisallow: /a*b", "/ab", False),
    ("a dollar is the end", "User-agent: *\nDisallow: /*.xml$", "/news.xml", False),
    ("and nothing behind it", "User-agent: *\nDisallow: /*.xml$", "/news.xml?x=1", True),
    ("a dollar without a star", "User-agent: *\nAllow: /$\nDisallow: /", "/", True),
    ("a query belongs to the path", "User-agent: *\nDisallow: /*?print", "/node?print=1", False),
    (
        "percent-encoded or not is the same",
        "User-agent: *\nDisallow: /aktualno%C5%9Bci",
        "/aktualności",
        False,
    ),
    ("comments and blanks are passed over", "User-agent : *  # all\n  Disallow :  /x  # this", "/x", False),
    ("old Macintosh line ends", "User-agent: *\rDisallow: /x", "/x", False),
    ("a byte order mark", "\ufeffUser-agent: *\nDisallow: /x", "/x", False),
    (
        "other lines do not end a group",
        "User-agent: *\nCrawl-delay: 10\nSitemap: /s.xml\nDisallow: /x",
        "/x",
        False,
    ),
    ("rules before any name are nobody's", "Disallow: /\nUser-agent: *\nDisallow: /y", "/x", True),
]


@pytest.mark.parametrize(("sentence", "text", "path", "allowed"), RULES, ids=[row[0] for row in RULES])
def test_rules(sentence: str, text: str, path: str, allowed: bool) -> None:
    assert Robots.parse(text, "notifier").allow(f"https://example.org{path}") is allowed


@given(st.text(max_size=200), st.text(max_size=50))
def test_whatever_it_says_there_is_an_answer(text: str, path: str) -> None:
    Robots.parse(f"User-agent: *\n{text}", "notifier").allow(f"https://example.org/{path}")


@given(st.text("ab*", max_size=8), st.text("ab", max_size=8))
def test_stars_fit_as_a_pattern_would(rule: str, path: str) -> None:
    import re

    allowed = Robots.parse(f"User-agent: *\nDisallow: /{rule}$", "notifier").allow(f"https://e.org/{path}")
    assert allowed is (re.fullmatch(rule.replace("*", ".*"), path) is None)


def test_many_stars_cost_nothing() -> None:
    assert Robots.parse(f"User-agent: *\nDisallow: /{'a*' * 5000}b$", "notifier").allow(
        "https://e.org/" + "a" * 20_000
    )
