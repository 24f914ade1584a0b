"""Files that stand outside the program: no traces of one machine, and the commands that the papers name exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from notifier.cli import commands
from tests.packaging.lock import ROOT

PAPERS = ["README.md", "CONTRIBUTING.md", "systemd/README.md", ".ci/run"]

# Written in pieces, so that this file is not its own first find.
TRACES = re.compile(
    "|".join(
        [
            "/ro" + "ot/",
            # Not where it is part of an address, as of a portal with a home of its own.
            r"(?<![a-z])/ho" + r"me/[a-z]",
            "pypi" + r"\.",
            "python" + "hosted",
            "npm" + r"js\.",
            r"deb\.deb" + "ian",
        ]
    )
)


def kept() -> list[Path]:
    """What git keeps or would keep; all files where there is no git, as in an unpacked archive."""
    asked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = asked.stdout.splitlines() if asked.returncode == 0 else []
    paths = [ROOT / name for name in names] or list(ROOT.rglob("*"))
    skip = {".venv", ".git", "var"}
    return [path for path in paths if path.is_file() and not skip & set(path.relative_to(ROOT).parts)]


def test_no_file_names_a_package_index_or_a_path_of_one_machine() -> None:
    found = []
    for path in kept():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in TRACES.finditer(text)]
    assert found == []


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("paper", PAPERS)
def test_every_make_target_that_a_paper_names_exists(paper: str) -> None:
    text = (ROOT / paper).read_text()
    named = set(re.findall(r"(?:^|`)make(?: -C \S+| -\S+)* ([a-z][a-z-]*)", text, re.MULTILINE))
    assert named
    assert named - targets() == set()


@pytest.mark.parametrize("paper", [paper for paper in PAPERS if paper.endswith(".md")])
def test_every_link_into_the_repository_leads_somewhere(paper: str) -> None:
    links = re.findall(r"\]\((?!https?://|mailto:|#)([^)#]+)", (ROOT / paper).read_text())
    assert [link for link in links if not (ROOT / paper).parent.joinpath(link).exists()] == []


def test_every_command_that_a_paper_names_exists() -> None:
    command_line = get_command(commands())
    assert isinstance(command_line, TyperGroup)
    known = set(command_line.commands)
    texts = {paper: (ROOT / paper).read_text() for paper in [*PAPERS, "Makefile", "CHANGELOG.md"]}
    named = {
        (paper, command)
        for paper, text in texts.items()
        for command in re.findall(r"(?:^|`|bin/|BIN\)/)notifier ([a-z][a-z-]*)", text, re.MULTILINE)
    }
    assert named
    assert {(paper, command) for paper, command in named if command not in known} == set()


def test_make_lists_its_targets() -> None:
    told = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30).stdout
    for target in ("setup", "run", "replay", "test", "check", "bench"):
        assert f"make {target} " in told
