"""`make bench`: every part is found, and a missed goal or a part that fails is not overlooked."""

from __future__ import annotations

import sys

import pytest

from tests.benchmarks import __main__ as bench
from tests.benchmarks.figure import Figure, PartFailed, apart, table

GOOD, BAD = Figure("soon", 0.5, "s", 1.0), Figure("late", 1.5, "s", 1.0)


@pytest.mark.parametrize(
    ("words", "status", "measured"),
    [
        ([], 0, bench.PARTS),
        (["feeds"], 0, ["feeds"]),
        (["cycle", "feeds", "100"], 0, ["cycle", "feeds"]),
        (["late"], 1, ["late"]),
        (["broken", "feeds"], 1, ["broken", "feeds"]),
        (["nothing"], 2, []),
    ],
    ids=str,
)
def test_the_status_says_whether_all_goals_are_met(
    words: list[str],
    status: int,
    measured: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seen: list[str] = []

    def stub(module: str, *numbers: str) -> list[Figure]:
        part = module.rpartition("bench_")[2]
        seen.append(part)
        assert numbers == tuple(word for word in words if word.isdigit())
        if part == "broken":
            raise PartFailed("ended with status 1")
        return [BAD if part == "late" else GOOD]

    if {"late", "broken"} & set(words):
        monkeypatch.setattr(bench, "PARTS", [*bench.PARTS, "late", "broken"])
    monkeypatch.setattr(bench, "apart", stub)
    monkeypatch.setattr(sys, "argv", ["bench", *words])
    assert (bench.main(), seen) == (status, measured)
    said = capsys.readouterr()
    assert ("not measured: broken" in said.out) == ("broken" in words)
    assert ("feeds" in said.err) == (status == 2 or "feeds" in measured)


def test_a_table_says_of_each_goal_whether_it_is_met() -> None:
    rows = table(
        [GOOD, BAD, Figure("fast", 20, "times", 10, floor=True), Figure("size", 3, "MB")]
    ).splitlines()
    assert [row.split()[-1] for row in rows] == ["met", "yes", "NO", "yes", "MB"]


def test_a_part_that_fails_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(PartFailed, match="status 1"):
        apart("tests.benchmarks.no_such_part")
    assert "no_such_part" in capfd.readouterr().err


def test_the_parts_that_hold_promises_are_among_them() -> None:
    assert {"cycle", "feeds", "reasoning", "rest"} <= set(bench.PARTS)
