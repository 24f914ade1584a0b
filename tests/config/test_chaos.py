"""Whatever bytes stand in a file: a good configuration, or problems with places; never anything else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.config import check
from tests.config.planting import GOOD, NAMES

FILES = [
    "config/notifier.toml",
    "config/subscribers.yaml",
    "config/catalogue/methods.yaml",
    "config/catalogue/tasks.yaml",
    "config/windows/2024.yaml",
    "templates/pages/home.html.j2",
    "templates/words/pl.yaml",
]
SCRAPS = [
    *(
        mark.encode()
        for mark in ("- ", ": ", "? ", "# ", "<<: ", "{", "}", "[", "]", ", ", " = ", "| ", "> ", "'", '"')
    ),
    *(
        mark.encode()
        for mark in ("\n", "\n  ", "\t", "\r", "\0", "\ufeff", "\u2028", "\x85", "\n---\n", "%YAML 9.9\n")
    ),
    *(
        mark.encode()
        for mark in ("&a", "*a", "!!int ", "!<", '"\\U00110000"', '"\\ud800"', "'''", '"""', "[[a]]")
    ),
    *(
        mark.encode()
        for mark in ("{{", "}}", "{%", "%}", "{#", "{% macro x(", "{% set ", "{bank}", "{0!r}", "id: ")
    ),
    *(mark.encode() for mark in ("1e999", "9" * 5000, "2024-01-01T", "2024-03-31 02:30")),
    b"\xff",
]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(shutil.copytree(GOOD, Path(name) / "copy"))


def checked(folder: Path, file: str, content: bytes) -> None:
    """Put the content there, check everything, and put the good content back."""
    path = folder / file
    path.write_bytes(content)
    try:
        found = check(
            folder / "config", folder / "templates", {}, template_names=NAMES, code_keys=frozenset()
        )
    finally:
        shutil.copyfile(GOOD / file, path)
    for problem in found:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.what
        str(problem).encode()


@settings(max_examples=15)
@given(file=st.sampled_from(FILES), content=st.binary(max_size=200))
def test_any_bytes(folder: Path, file: str, content: bytes) -> None:
    checked(folder, file, content)


@settings(max_examples=25)
@given(
    file=st.sampled_from(FILES),
    changes=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(SCRAPS)), min_size=1, max_size=5
    ),
)
def test_a_good_file_with_scraps_in_it(
    folder: Path, file: str, changes: list[tuple[float, int, bytes]]
) -> None:
    content = (GOOD / file).read_bytes()
    for where, cut, scrap in changes:
        index = int(where * len(content))
        content = content[:index] + scrap + content[index + cut :]
    checked(folder, file, content)


@settings(max_examples=10)
@given(file=st.sampled_from(FILES), share=st.floats(0, 1))
def test_a_file_cut_off_anywhere(folder: Path, file: str, share: float) -> None:
    content = (GOOD / file).read_bytes()
    checked(folder, file, content[: int(share * len(content))])


def test_a_good_file_is_still_good_afterwards(folder: Path) -> None:
    assert check(folder / "config", folder / "templates") == []
