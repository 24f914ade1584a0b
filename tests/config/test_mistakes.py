"""Every planted mistake is named at its place with its remedy, in whatever company it comes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from notifier.model import Problem
from tests.config.mistakes_between_entries import CONTRADICTIONS
from tests.config.mistakes_elsewhere import PEOPLE, SETTINGS, TEMPLATES
from tests.config.mistakes_in_bytes import BYTES
from tests.config.mistakes_in_catalogue import UNKNOWN, WORDS
from tests.config.mistakes_in_windows import TIMES, WINDOWS
from tests.config.planting import Planted, copy_of_good, named, plant, problems

ALL = [*TIMES, *WINDOWS, *BYTES, *WORDS, *UNKNOWN, *CONTRADICTIONS, *PEOPLE, *SETTINGS, *TEMPLATES]


class Run(NamedTuple):
    """What was found when some mistakes were planted together, one a file at most."""

    files: frozenset[str]
    found: list[Problem]


def batches() -> list[list[Planted]]:
    """All mistakes in as few copies as go with at most one in each file."""
    made: list[list[Planted]] = []
    for mistake in ALL:
        for batch in made:
            if mistake.file not in {other.file for other in batch}:
                batch.append(mistake)
                break
        else:
            made.append([mistake])
    return made


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Run, int, int]]:
    results = {}
    for batch in batches():
        copy = copy_of_good(tmp_path_factory.mktemp("batch"))
        places = plant(copy, batch)
        run = Run(frozenset(mistake.file for mistake in batch), problems(copy))
        results.update({mistake.sentence: (run, line, column) for mistake, line, column in places})
    return results


def test_the_good_configuration_is_good(tmp_path: Path) -> None:
    assert problems(copy_of_good(tmp_path)) == []


@pytest.mark.parametrize("mistake", ALL, ids=lambda mistake: mistake.sentence)
def test_a_mistake_is_named_where_it_is(mistake: Planted, runs: dict[str, tuple[Run, int, int]]) -> None:
    run, line, column = runs[mistake.sentence]
    in_file = [problem for problem in run.found if problem.file.endswith(mistake.file)]
    print(*in_file, sep="\n")
    assert any(named(problem, mistake, line, column) for problem in in_file)


def test_no_mistake_is_named_where_none_is(runs: dict[str, tuple[Run, int, int]]) -> None:
    elsewhere = [
        str(problem)
        for run, _, _ in runs.values()
        for problem in run.found
        if not problem.file.endswith(tuple(run.files))
    ]
    assert elsewhere == []


def test_all_mistakes_in_one_copy_are_named_in_one_run(tmp_path: Path) -> None:
    copy = copy_of_good(tmp_path)
    places = plant(copy, ALL)
    found = problems(copy)
    unnamed = [
        f"{mistake.file}:{line}:{column} {mistake.sentence}"
        for mistake, line, column in places
        if not any(named(problem, mistake, line, column) for problem in found)
    ]
    assert unnamed == []
    assert len(ALL) >= 100


def test_every_problem_says_what_would_be_right(runs: dict[str, tuple[Run, int, int]]) -> None:
    bare = {str(problem) for run, _, _ in runs.values() for problem in run.found if not problem.remedy}
    assert bare == set()
