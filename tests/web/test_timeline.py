"""Advice as a table: pieces of time across, banks that stand alike in one row."""

from __future__ import annotations

import pytest

from notifier.model import Advice, Interval, MethodAnswer, Part, Severity, TaskAdvice, TaskAnswer, Verdict
from notifier.web.history import revisions
from notifier.web.timeline import Cell, timeline
from tests.web.small import PZ, PZ_SHORTER, at, editions, window

T = [at(f"{day} 12:00") for day in ("19", "20", "21", "22")]
YES, NO, PREPARED, UNKNOWN = Verdict.USABLE, Verdict.UNUSABLE, Verdict.IF_PREPARED, Verdict.UNKNOWN


def answer(
    method: str, verdict: Verdict, bank: str | None = None, step: str = "log-in", **more
) -> MethodAnswer:
    return MethodAnswer(method, bank, step, verdict, **more)


def part(
    first: int, last: int | None, verdict: Verdict, *methods: MethodAnswer, cause: tuple[str, ...] = ()
) -> Part:
    interval = Interval(T[first], None if last is None else T[last])
    return Part(interval, TaskAnswer("task", verdict, (), methods, cause))


def advice(*tasks: tuple[Part, ...]) -> Advice:
    found = tuple(TaskAdvice(f"task-{number}", True, parts) for number, parts in enumerate(tasks, 1))
    return Advice(PZ, "patient", Severity.MAJOR, PZ.interval, found, (), (), "digest")


def shape(table) -> list[tuple]:
    return [
        (row.method, row.which, row.banks, [(cell.verdict, cell.span) for cell in row.cells])
        for group in table.groups
        for row in group.rows
    ]


def test_columns_are_cut_where_any_task_changes_and_equal_neighbours_are_one_cell():
    table = timeline(
        advice(
            (part(0, 1, YES, answer("a", YES)), part(1, 3, NO, answer("a", NO))),
            (part(0, 2, YES, answer("b", YES)), part(2, 3, YES, answer("b", YES))),
        )
    )
    assert table.columns == tuple(Interval(T[n], T[n + 1]) for n in range(3))
    assert shape(table) == [("a", "named", (), [(YES, 1), (NO, 2)]), ("b", "named", (), [(YES, 3)])]
    assert all(sum(cell.span for cell in group.cells) == 3 for group in table.groups)


def test_an_end_nobody_knows_stays_open():
    table = timeline(advice((part(0, 1, YES, answer("a", YES)), part(1, None, NO, answer("a", NO)))))
    assert table.columns[-1] == Interval(T[1], None)


@pytest.mark.parametrize(
    ("banks", "rows", "why"),
    [
        ({"x": YES, "y": YES, "z": YES}, [("every", ("x", "y", "z"))], "all stand alike"),
        ({"x": YES, "y": NO, "z": YES}, [("named", ("y",)), ("rest", ("x", "z"))], "the many are the rest"),
        ({"x": YES}, [("named", ("x",))], "a single bank has a name"),
        ({"x": YES, "y": NO}, [("named", ("x",)), ("named", ("y",))], "one each: both are named"),
    ],
)
def test_banks_that_stand_alike_share_a_row(banks, rows, why):
    answers = [answer("mojeid", verdict, bank) for bank, verdict in banks.items()]
    table = timeline(advice((part(0, 1, YES, *answers),)))
    assert [(which, names) for _, which, names, _ in shape(table)] == rows, why


def test_a_task_that_is_lost_as_such_has_no_rows_and_one_that_is_lost_for_a_while_has():
    lost = (part(0, 1, NO, answer("a", NO), cause=("p1",)),)
    partly = (part(0, 1, NO, answer("a", NO), cause=("p1",)), part(1, 2, YES, answer("a", YES)))
    table = timeline(advice(lost, partly))
    assert [len(group.rows) for group in table.groups] == [0, 1]
    assert table.groups[0].cells[0] == Cell(NO, 1, cause=("p1",))


def test_time_without_an_answer_is_not_known_and_never_taken_for_working():
    table = timeline(advice((part(0, 1, YES, answer("a", YES)),), (part(0, 2, YES, answer("b", YES)),)))
    assert [(cell.verdict, cell.span) for cell in table.groups[0].cells] == [(YES, 1), (UNKNOWN, 1)]


def test_deadlines_and_disputes_are_kept_and_split_rows():
    answers = [
        answer("app", PREPARED, prepare_by=T[0]),
        answer("card", YES, facts=("F1",)),
        answer("gone", NO, facts=("F1",)),
    ]
    table = timeline(advice((part(0, 1, YES, *answers),)), {"F1"})
    cells = [row.cells[0] for row in table.groups[0].rows]
    assert [(cell.prepare_by, cell.disputed) for cell in cells] == [
        (T[0], False),
        (None, True),
        (None, False),
    ]


def test_steps_are_counted_in_their_order():
    table = timeline(advice((part(0, 1, YES, answer("a", YES, step="enter"), answer("a", NO, step="sign")),)))
    assert [(row.step, row.method) for row in table.groups[0].rows] == [(1, "a"), (2, "a")]
    assert table.groups[0].steps == 2


def test_history_shows_what_changed_and_skips_what_nobody_can_see():
    noted = window("pz-2024-01-19", "19 20:00", "20 16:00", "pz", note="for the operator")
    found = revisions(editions(PZ_SHORTER, PZ, noted))
    assert [(revision.edition.number, revision.fields) for revision in found] == [(1, ()), (2, ("end",))]
