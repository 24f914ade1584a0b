"""Templates hold layout and no language; they use known names only; code's list of phrases is complete."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest

from notifier.config import check
from notifier.render import PHRASE_KEYS, TEMPLATE_NAMES, Renderer, RenderError
from notifier.render.environment import GLOBALS, environment
from tests.render.people import CATALOGUE, PZ, RENDERER, ROOT, SITE, advise, at, notice
from tests.render.test_phrases import POLISH

TEMPLATES = ROOT / "templates"
ENVIRONMENT = environment(TEMPLATES)
NAMES = sorted(name for name in ENVIRONMENT.list_templates() if name.endswith(".j2"))
LAYOUT = [name for name in NAMES if name.startswith(("told/", "mail/")) and ".css" not in name]
ALLOWED = {"doctype", "html", "utf", "endif"}
"""Words of HTML itself that are left when tags, comments and expressions are gone."""


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def test_the_check_finds_names_and_phrases_in_order() -> None:
    problems = check(ROOT / "config", TEMPLATES, template_names=TEMPLATE_NAMES, code_keys=PHRASE_KEYS)
    assert [str(problem) for problem in problems if "/templates/" in problem.file] == []


@pytest.mark.parametrize("name", LAYOUT)
def test_templates_say_nothing_themselves(name: str) -> None:
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->|<[^>]*>", " ", source(name), flags=re.DOTALL)
    assert set(re.findall(r"[^\W\d_]{2,}", bare)) <= ALLOWED


def page(tmp_path: Path, body: str, name: str = "page.txt.j2") -> Renderer:
    """A renderer on our phrases and one template."""
    shutil.copytree(TEMPLATES / "words", tmp_path / "words")
    (tmp_path / name).write_text(body, encoding="utf-8")
    return Renderer(CATALOGUE, tmp_path, SITE)


def test_every_name_that_is_promised_is_given(tmp_path: Path) -> None:
    body = "".join(f"{{{{ {name} is defined }}}}\n" for name in sorted(GLOBALS))
    assert set(page(tmp_path, body).page("page.txt.j2", "pl").split()) == {"True"}


def test_the_functions_of_pages(tmp_path: Path) -> None:
    body = """\
{{ name("pz") }}|{{ name("pz", "of") }}|{{ bank_at("bank.mbank") }}|{{ bank("bank.mbank", "of") }}
{{ method("mojeid", "by") }}|{{ task("ikp-login", "cannot") }}|{{ audience("patient", "for") }}
{{ contact("cez-helpline").value }}|{{ card("K21").steps | length > 2 }}|{{ fact("C1") }}
{{ when(window.interval) }}|{{ dates(window.interval) }}|{{ duration(window.interval) }}
{{ day(at) }}|{{ date(at) }}|{{ clock(at) }}|{{ iso(at) }}|{{ on(at) }}|{{ before(at) }}|{{ since(at) }}
{{ join(["a", "b"]) }}|{{ either(["a", "b"]) }}|{{ capital("mObywatel działa") }}|{{ capital("od") }}
{{ language }}|{{ languages | join(",") }}|{{ site.name }}|{{ address("windows/x/") }}|{{ said }}
"""
    made = page(tmp_path, body).page("page.txt.j2", "en", at=at("2024-01-19 20:00"), window=PZ, said="<b>")
    assert (
        made.splitlines()[0]
        == "Trusted Profile (Profil Zaufany)|Trusted Profile (Profil Zaufany)|at mBank|mBank"
    )
    assert "from Friday 19 January, 20:00, until Saturday 20 January, 16:00|19–20 January|20 hours" in made
    assert "2024-01-19T20:00:00+01:00" in made
    assert "a and b|a or b|mObywatel działa|Od" in made
    assert made.splitlines()[-1].startswith(
        "en|pl,en|Przerwy w e-zdrowiu|https://przerwy.example.pl/en/windows/x/|<b>"
    )


def test_pages_escape_and_take_ready_words(tmp_path: Path) -> None:
    body = "{{ said }}{{ told(advice).html }}{{ view(notice).title }}"
    renderer = page(tmp_path, body, "page.html.j2")
    shutil.copytree(TEMPLATES / "told", tmp_path / "told")
    made = renderer.page("page.html.j2", "pl", said="<b>", advice=advise(PZ), notice=notice(PZ))
    assert made.startswith('&lt;b&gt;<p class="lead">')
    assert "Przerwa: Profil Zaufany, 19–20" in made


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{{ absent }}", "'absent' is undefined"),
        ("{{ say('absent') }}", "no such phrase"),
        ("{{ say('hours') }}", "needs a whole number n"),
        ("{{ name('pz', 'absent') }}", "has no form 'absent'"),
        ("{{ method('absent') }}", "nothing under 'absent'"),
        ("{{ fact('absent') }}", "nothing in this language"),
        ("{{ card('absent') }}", "nothing under 'absent'"),
        ("{% if %}", "Expected an expression"),
        ("{% include 'absent.j2' %}", "absent.j2"),
    ],
)
def test_nothing_undefined_is_ever_printed(tmp_path: Path, body: str, reason: str) -> None:
    with pytest.raises(RenderError) as caught:
        page(tmp_path, body).page("page.txt.j2", "pl")
    assert reason in caught.value.reason


def test_an_unknown_language_or_template_is_refused() -> None:
    with pytest.raises(RenderError):
        RENDERER.page("told/told.txt.j2", "de")
    with pytest.raises(RenderError):
        RENDERER.page("absent.txt.j2", "pl")


def test_the_list_of_phrases_in_code_is_complete() -> None:
    texts = set()
    for path in (ROOT / "notifier" / "render").glob("*.py"):
        if path.name not in {"keys.py", "__init__.py"}:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            texts |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert {key for key in POLISH.phrases if key in texts} <= PHRASE_KEYS


def test_every_phrase_is_said_by_code_or_by_a_template() -> None:
    said = "\n".join(map(source, NAMES))
    ours = [key for key in POLISH.phrases if not key.startswith(("site-", "sub-"))]
    assert [key for key in ours if key not in PHRASE_KEYS and f'"{key}"' not in said] == []
