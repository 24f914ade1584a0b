"""``explain`` and ``timeline``: what works, and why, at an instant and over time."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from notifier.availability import Instant, Network, Outlook, Piece, timeline
from notifier.cli import picture
from notifier.cli.options import (
    AsJson,
    AudienceName,
    ConfigDir,
    Have,
    Place,
    StateDir,
    audiences_of,
    console,
    editions_of,
    instant,
    print_json,
    profile_of,
    windows_of,
)
from notifier.config import Config
from notifier.model import WARSAW, Interval, MethodAnswer, Task, TaskAnswer, iso

MARKS = {"usable": "✓", "if_prepared": "◐", "degraded": "~", "unknown": "?", "unusable": "✗"}
STYLES = {
    "usable": "green",
    "if_prepared": "cyan",
    "degraded": "yellow",
    "unknown": "magenta",
    "unusable": "red",
}


def explain(
    at: Annotated[str, typer.Option("--at", help="The instant, ISO 8601 with an offset, or `now`.")] = "now",
    audience: AudienceName = None,
    task: Annotated[str | None, typer.Option("--task", help="Only this task.")] = None,
    have: Have = None,
    config_dir: ConfigDir = None,
    state: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """What works at an instant, and why."""
    place = Place.of(config_dir, state)
    moment = instant(at)
    config = place.load()
    chosen = _tasks(config, audience, task)
    profile = profile_of(config, have)
    now = Instant(_outlook(place, config), moment)
    answers = {name: [now.task(one, profile) for one in tasks] for name, tasks in chosen.items()}
    if as_json:
        print_json(
            {
                "at": iso(moment),
                "audiences": [
                    {"audience": name, "tasks": [_task_json(answer) for answer in found]}
                    for name, found in answers.items()
                ],
            }
        )
        return
    out = console()
    out.print(f"[bold]{moment.astimezone(WARSAW):%Y-%m-%d %H:%M:%S %Z}[/bold]")
    for name, found in answers.items():
        out.print(f"\n[bold]{config.catalogue.audiences[name].say('en')}[/bold]")
        for answer in found:
            _print_task(config, answer)


def show_timeline(
    from_: Annotated[str, typer.Option("--from", help="Begin.")],
    to: Annotated[str, typer.Option("--to", help="End, itself not included.")],
    audience: AudienceName = None,
    task: Annotated[str | None, typer.Option("--task", help="Only this task.")] = None,
    have: Have = None,
    config_dir: ConfigDir = None,
    state: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """The pieces of time on which no verdict changes, and what changes at each edge."""
    place = Place.of(config_dir, state)
    begin, end = instant(from_), instant(to)
    if end <= begin:
        raise typer.BadParameter("the end must come after the beginning", param_hint="--to")
    config = place.load()
    chosen = _tasks(config, audience, task)
    profile = profile_of(config, have)
    outlook = _outlook(place, config)
    pieces = {name: timeline(outlook, Interval(begin, end), tasks, profile) for name, tasks in chosen.items()}
    if as_json:
        print_json(
            {
                "from": iso(begin),
                "to": iso(end),
                "audiences": [
                    {"audience": name, "pieces": [_piece_json(piece) for piece in found]}
                    for name, found in pieces.items()
                ],
            }
        )
        return
    out = console()
    for name, found in pieces.items():
        out.print(f"\n[bold]{config.catalogue.audiences[name].say('en')}[/bold]")
        picture.draw(out, config.catalogue, found)
        if len(chosen[name]) == 1:
            picture.draw_methods(out, config.catalogue, found)
        for piece in found[1:]:
            _print_edge(config, piece)


def _outlook(place: Place, config: Config) -> Outlook:
    return Outlook(Network(config.catalogue), windows_of(editions_of(place, config)))


def _tasks(config: Config, audience: str | None, task: str | None) -> dict[str, list[Task]]:
    catalogue = config.catalogue
    if task is not None and task not in catalogue.tasks:
        raise typer.BadParameter(
            f"unknown task {task!r}; known are {', '.join(catalogue.tasks)}", param_hint="--task"
        )
    chosen = {
        name: [one for one in catalogue.tasks_of(name) if task in (None, one.id)]
        for name in audiences_of(config, audience)
    }
    found = {name: tasks for name, tasks in chosen.items() if tasks}
    if not found:
        raise typer.BadParameter(f"the audience {audience!r} has no task {task!r}", param_hint="--task")
    return found


def _task_json(answer: TaskAnswer) -> dict[str, Any]:
    return {
        "task": answer.task,
        "verdict": answer.verdict.word,
        "because": list(answer.because),
        "cause": list(answer.cause),
        "last_resort": answer.last_resort,
        "methods": [_method_json(method) for method in answer.methods],
    }


def _method_json(answer: MethodAnswer) -> dict[str, Any]:
    return {
        "method": answer.method,
        "bank": answer.bank,
        "step": answer.step,
        "verdict": answer.verdict.word,
        "because": list(answer.because),
        "facts": list(answer.facts),
        "prepare_by": iso(answer.prepare_by),
        "until": iso(answer.until),
    }


def _piece_json(piece: Piece) -> dict[str, Any]:
    return {
        "start": iso(piece.interval.start),
        "end": iso(piece.interval.end),
        "changed": [
            {
                "task": shift.task,
                "method": shift.method,
                "bank": shift.bank,
                "before": shift.before.word,
                "after": shift.after.word,
            }
            for shift in piece.changed
        ],
        "tasks": [_task_json(answer) for answer in piece.tasks],
    }


def _print_task(config: Config, answer: TaskAnswer) -> None:
    catalogue, out = config.catalogue, console()
    word = answer.verdict.word
    name = catalogue.tasks[answer.task].say("en")
    mark = (f"{MARKS[word]} ", STYLES[word])
    out.print(Text.assemble(mark, (name, "bold"), "  ", (word, STYLES[word]), f"  [{answer.task}]"))
    if answer.cause:
        names = ", ".join(catalogue.name(system, "en") for system in answer.cause)
        out.print(Text(f"    {names} cannot be relied on: {', '.join(answer.because) or 'see the facts'}"))
        return
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    table.add_column(width=4)
    table.add_column(ratio=3)
    table.add_column()
    table.add_column(ratio=3, style="dim")
    for method, banks, example in _grouped(answer):
        verdict = example.verdict.word
        name = catalogue.methods[method].say("en")
        at = f" ({', '.join(catalogue.name(bank, 'en') for bank in banks)})" if banks else ""
        table.add_row("", f"{name}{at}", Text(f"{MARKS[verdict]} {verdict}", STYLES[verdict]), _why(example))
    out.print(table)


def _grouped(answer: TaskAnswer) -> list[tuple[str, list[str], MethodAnswer]]:
    """The rows with banks of the same fate in one line."""
    groups: dict[tuple[object, ...], tuple[str, list[str], MethodAnswer]] = {}
    for row in answer.methods:
        key = (row.step, row.method, row.verdict, row.because, row.until, row.prepare_by)
        _, banks, _ = groups.setdefault(key, (row.method, [], row))
        if row.bank:
            banks.append(row.bank)
    return list(groups.values())


def _why(answer: MethodAnswer) -> str:
    parts = [", ".join(answer.because)] if answer.because else []
    if answer.prepare_by:
        parts.append(f"prepare before {answer.prepare_by.astimezone(WARSAW):%d.%m. %H:%M}")
    if answer.until:
        parts.append(f"until {answer.until.astimezone(WARSAW):%d.%m. %H:%M}")
    return "; ".join(parts)


def _print_edge(config: Config, piece: Piece) -> None:
    """What changes at an edge, each method once with the tasks it matters to."""
    out, catalogue = console(), config.catalogue
    out.print(f"\n[bold]{piece.interval.start.astimezone(WARSAW):%Y-%m-%d %H:%M %Z}[/bold]")
    banks: dict[tuple[str, str, str, str], list[str]] = {}
    for shift in piece.changed:
        key = (shift.method, shift.before.word, shift.after.word, shift.task)
        banks.setdefault(key, []).append(catalogue.name(shift.bank, "en") if shift.bank else "")
    tasks: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = {}
    for (method, before, after, task), named in banks.items():
        tasks.setdefault((method, before, after, tuple(filter(None, named))), []).append(task)
    for (method, before, after, at_banks), concerned in tasks.items():
        at = f" ({', '.join(at_banks)})" if at_banks else ""
        name = catalogue.methods[method].say("en")
        out.print(Text.assemble(f"  {name}{at}: {before} → ", (after, STYLES[after])))
        out.print(Text(f"      {' '.join(concerned)}", style="dim"))
