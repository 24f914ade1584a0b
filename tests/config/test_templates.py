"""Names in templates: which are there, which are not, and where; phrases that are put together."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifier.config.report import Report
from notifier.config.templates import Sayings, check_templates

NAMES = frozenset({"say", "site", "items"})
PHRASES = {"greeting": frozenset({"name"}), "state-up": frozenset[str](), "state-down": frozenset[str]()}

FINE = [
    ("what the renderer gives", "{{ site.name }}{{ items | length }}"),
    ("what Jinja gives", "{% for i in range(3) %}{{ loop.index }}{{ i }}{% endfor %}"),
    ("set before", "{% set x = 1 %}{{ x }}"),
    ("two set at once", "{% set x, y = items %}{{ x }}{{ y }}"),
    ("set in a condition", "{% if site %}{% set x = 1 %}{% endif %}{{ x }}"),
    ("set as a block", "{% set x %}text{% endset %}{{ x }}"),
    ("a namespace", "{% set n = namespace(a=1) %}{% set n.a = 2 %}{{ n.a }}"),
    ("the names of a loop", "{% for key, value in items %}{{ key }}{{ value }}{% endfor %}"),
    ("a loop's own condition", "{% for i in items if i.good %}{{ i }}{% endfor %}"),
    ("a macro and its arguments", "{% macro m(a, b=site) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}"),
    ("more arguments of a macro", "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}"),
    ("a macro further down, in a macro", "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{% endmacro %}"),
    ("a call with a body", "{% macro m() %}{{ caller(1) }}{% endmacro %}{% call(x) m() %}{{ x }}{% endcall %}"),
    ("with", "{% with x = site %}{{ x }}{% endwith %}"),
    ("imports", '{% import "other.j2" as o %}{% from "other.j2" import p as q, r %}{{ o }}{{ q }}{{ r }}'),
    ("the top level, in a block", "{% set x = 1 %}{% block b %}{{ x }}{{ super() }}{% endblock %}"),
    ("a scoped block in a loop", "{% for i in items %}{% block b scoped %}{{ i }}{% endblock %}{% endfor %}"),
    ("asked whether it is there", "{% if maybe is defined %}{% endif %}{{ perhaps | default(1) }}"),
    ("an attribute of any name", "{{ site.anything.at_all }}"),
    ("an argument of any name", "{{ say('greeting', name=1, more=2) }}"),
    ("in a comment or raw", "{# {{ nothing }} #}{% raw %}{{ nothing }}{% endraw %}"),
    ("a filter over a block", "{% filter upper %}{{ site }}{% endfilter %}"),
    ("phrases put together", "{{ say('state-' ~ site) }}{{ say('state-' + site) }}"),
    ("one of two phrases", "{{ say('state-up' if site else 'state-down') }}"),
    ("a template that may be missing", "{% include 'nowhere.j2' ignore missing %}"),
]  # fmt: skip

WRONG = [
    ("used before it is set", "{{ x }}{% set x = 1 %}", 1, 4, "`x` is not defined"),
    ("a loop's name behind it", "{% for i in items %}{% endfor %}\n {{ i }}", 2, 5, "`i` is not defined"),
    ("a loop's name in its else", "{% for i in items %}{% else %}{{ i }}{% endfor %}", 1, 34, "`i` is not"),
    ("set in a loop, used behind it", "{% for i in items %}{% set x = i %}{% endfor %}{{ x }}", 1, 51, "`x` is"),
    ("a macro's argument behind it", "{% macro m(a) %}{% endmacro %}{{ a }}", 1, 34, "`a` is not defined"),
    ("loop without a loop", "{{ loop.index }}", 1, 4, "`loop` is not defined"),
    ("a loop's name in a block", "{% for i in items %}{% block b %}{{ i }}{% endblock %}{% endfor %}", 1, 37, "`i`"),
    ("a name like an attribute", "{{ site.foo }}{{ foo }}", 1, 18, "`foo` is not defined"),
    ("behind a line that was stripped", "a  \n{%- if site -%}\n\n   {{ b }}{% endif %}", 4, 7, "`b` is not"),
    ("an unknown namespace", "{% set n.a = 1 %}", 1, 8, "`n` is not defined"),
    ("an unknown filter", "{{ site | shout }}", 1, 11, "there is no filter `shout`"),
    ("an unknown test", "{% if site is good %}{% endif %}", 1, 12, "there is no test `good`"),
    ("an unknown template", "{% extends 'base.j2' %}", 1, 12, "there is no template `base.j2`"),
    ("an unknown phrase", "\n{{ say('hello') }}", 2, 8, "there is no phrase `hello`"),
    ("one of two phrases unknown", "{{ say('state-up' if site else 'state-off') }}", 1, 32, "`state-off`"),
    ("no phrase of that beginning", "{{ say('status-' ~ site) }}", 1, 8, "no phrase begins with `status-`"),
    ("a phrase without its place", "{{ say('greeting') }}", 1, 8, "`greeting` gets no `name`"),
    ("a tag that does not exist", "a\n  {% fi %}", 2, 6, "not a template"),
]  # fmt: skip


def check(folder: Path, text: str) -> tuple[Report, Sayings]:
    (folder / "page.j2").write_text(text)
    (folder / "other.j2").write_text("")
    report = Report()
    said, _ = check_templates(folder, NAMES, PHRASES, report)
    return report, said


@pytest.mark.parametrize(("sentence", "text"), FINE, ids=[row[0] for row in FINE])
def test_a_template_is_fine(tmp_path: Path, sentence: str, text: str) -> None:
    report, _ = check(tmp_path, text)
    assert report.problems == [], sentence


@pytest.mark.parametrize(("sentence", "text", "line", "column", "what"), WRONG, ids=[row[0] for row in WRONG])
def test_a_template_is_wrong_there(
    tmp_path: Path, sentence: str, text: str, line: int, column: int, what: str
) -> None:
    report, _ = check(tmp_path, text)
    (problem,) = report.problems
    assert what in problem.what, sentence
    assert (problem.line, problem.column) == (line, column)


def test_without_names_and_phrases_the_rest_is_still_checked(tmp_path: Path) -> None:
    (tmp_path / "page.j2").write_text("{{ anything }}{{ say('anything') }}{{ 1 | shout }}")
    report = Report()
    check_templates(tmp_path, None, None, report)
    assert [problem.what for problem in report.problems] == ["there is no filter `shout`"]


def test_what_templates_say_is_gathered(tmp_path: Path) -> None:
    _, said = check(tmp_path, "{{ say('state-' ~ site) }}{% set key = 'greeting' %}{{ say(key, name=1) }}")
    assert said.prefixes == {"state-"}
    assert "greeting" in said.keys
