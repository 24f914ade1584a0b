"""YAML as it is read here: texts as they were written, places, and what is left of a broken file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.config.report import Report
from notifier.config.yamlfile import parse
from notifier.config.yamltree import data, locate

VALUES = [
    ("a time without seconds", "20:00", "20:00"),
    ("a time with seconds", "2024-01-19 20:00:00", "2024-01-19 20:00:00"),
    ("a date", "2024-01-19", "2024-01-19"),
    ("no", "no", "no"),
    ("a number with a nought before it", "012", 12),
    ("a number in quotes", '"012"', "012"),
    ("a telephone number", "19 239", "19 239"),
    ("a broken number", "1.5", 1.5),
    ("nothing", "", None),
    ("true", "true", True),
    ("true in quotes", "'true'", "true"),
    ("a very long number", "9" * 5000, "9" * 5000),
    ("a text over lines", "|\n  a\n  b\n", "a\nb\n"),
]


@pytest.mark.parametrize(("sentence", "text", "value"), VALUES, ids=[row[0] for row in VALUES])
def test_a_value(sentence: str, text: str, value: object) -> None:
    report = Report()
    root = parse("f", f"key: {text}", report).root
    assert report.problems == []
    assert root is not None
    assert data(root) == {"key": value}, sentence


def test_a_place_is_found_by_keys_and_indexes() -> None:
    root = parse("f", "- a: [1,\n   {b: c}]\n", Report()).root
    assert root is not None
    places = {
        (0,): (1, 3),
        (0, "a"): (1, 6),
        (0, "a", 1): (2, 4),
        (0, "a", 1, "b"): (2, 8),
        (0, "a", 7): (1, 6),
        (0, "a", "tag", 1, "b"): (2, 8),
    }
    for path, (line, column) in places.items():
        node = locate(root, path)
        assert (node.line, node.column) == (line, column), path
    key = locate(root, (0, "a", 1, "b"), key=True)
    assert (key.line, key.column) == (2, 5)


def test_entries_beside_a_broken_one_are_read() -> None:
    report = Report()
    parsed = parse("f", '- id: a\n  x: 1\n- id: b\n  x: "open\n- id: c\n  x: 3\n', report)
    assert parsed.root is not None
    assert data(parsed.root) == [{"id": "a", "x": 1}, {"id": "c", "x": 3}]
    assert parsed.lost_ids == {"b"}
    assert [(problem.line, problem.column) for problem in report.problems] == [(4, 6)]


def test_every_broken_entry_is_named() -> None:
    report = Report()
    parse("f", "- a: [\n- b: {\n- c: 'x\n- d: 1\n  e\n- f: x: y\n", report)
    assert [problem.line for problem in report.problems] == [1, 2, 3, 5, 6]


def test_an_alias_is_its_value_also_beside_a_broken_entry() -> None:
    report = Report()
    parsed = parse("f", "- &a [x]\n- *a\n- [\n", report)
    assert parsed.root is not None
    assert data(parsed.root) == [["x"], ["x"]]
    assert len(report.problems) == 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(st.characters(codec="ascii")),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.from_regex("[a-z]{1,5}", fullmatch=True), inner)
        ),
        max_leaves=20,
    )
)
def test_what_another_program_wrote_is_read_back(value: object) -> None:
    import json

    report = Report()
    root = parse("f", json.dumps([value]), report).root
    assert root is not None
    shown = json.dumps(data(root))
    # Characters that stay out of sight are refused and replaced; all else must come through.
    assert shown == json.dumps([value]) or any("control character" in p.what for p in report.problems)
