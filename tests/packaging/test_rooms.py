"""The house is built as drawn: small rooms, arrows one way, and nothing used that is not declared."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.lock import ROOT

LONGEST = 300
"""Lines of a module; past that it is two modules that have not met yet."""

MODULES = sorted((ROOT / "notifier").rglob("*.py"))

NOT_IMPORTED = {"tzdata", "psycopg", "httptools", "uvloop", "email-validator"}
"""Declared, and reached without an import statement of ours: by the standard library, SQLAlchemy, uvicorn, pydantic."""


def test_no_module_is_too_long_to_read_at_once() -> None:
    too_long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: lines for name, lines in too_long.items() if lines > LONGEST} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT)) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def third_party() -> set[str]:
    """Distributions that the program imports, by normalised name."""
    owners = packages_distributions()
    found: set[str] = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for top in (
                {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - {"notifier"}
            ):
                found.add(canonicalize_name(owners.get(top, [f"nothing installed for {top}"])[0]))
    return found


def test_what_is_imported_is_declared_and_what_is_declared_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    runtime = {
        canonicalize_name(Requirement(text).name)
        for text in [
            *project["dependencies"],
            *(text for name in ("chat", "dkim", "fast", "postgresql") for text in extras[name]),
        ]
    }
    used = third_party()
    assert used - runtime == set(), "imported, and not declared as a dependency"
    assert runtime - used - NOT_IMPORTED == set(), "declared, and never imported"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [tool, "--no-logo", "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    shutil.copytree(ROOT / "notifier", tmp_path / "notifier", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        pytest.param("model/times.py", "import socket", "The core touches", id="the core opens a socket"),
        pytest.param(
            "planning/__init__.py", "import sqlalchemy", "The core touches", id="the core asks the database"
        ),
        pytest.param(
            "availability/__init__.py", "import notifier.planning", "Imports run", id="an arrow backwards"
        ),
        pytest.param(
            "mail/__init__.py", "import notifier.web", "Imports run", id="two edges know each other"
        ),
        pytest.param("store/__init__.py", "import notifier.render", "Imports run", id="the store renders"),
    ],
)
def test_a_wrong_arrow_is_noticed(house: Path, module: str, line: str, broken: str) -> None:
    path = house / "notifier" / module
    path.write_text(f"{path.read_text()}\n{line}\n")
    told = lint_imports(house)
    assert told.returncode != 0
    assert re.search(rf"{broken}.*BROKEN", told.stdout), told.stdout


def test_a_room_that_is_not_on_the_plan_is_noticed(house: Path) -> None:
    (house / "notifier" / "attic.py").write_text('"""Things that had no place."""\n')
    told = lint_imports(house)
    assert told.returncode != 0
    assert "attic" in told.stdout


def test_what_templates_are_said_to_use_they_do_use() -> None:
    listed = Path(__file__).with_name("used_elsewhere.py").read_text().partition("# templates")[2]
    names = re.findall(r"^_\.(\w+)$", listed, re.MULTILINE)
    words = {
        word for path in (ROOT / "templates").rglob("*.j2") for word in re.findall(r"\w+", path.read_text())
    }
    assert names
    assert set(names) - words == set()
