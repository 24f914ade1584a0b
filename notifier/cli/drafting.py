"""``windows list --drafts``, and what is decided on drafts: readings that no person has looked at yet."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.markup import escape

from notifier.cli.options import (
    CommandError,
    ConfigDir,
    Place,
    StateDir,
    Who,
    Why,
    console,
    instant,
    print_json,
)
from notifier.cli.windows import WindowId, app, local
from notifier.config import Config
from notifier.cycle.review import Consequence, Review, ReviewError, marked
from notifier.cycle.verdicts import Draft
from notifier.daemon import SystemClock
from notifier.model import Edition, Impact, Status, iso
from notifier.sources import Claim

MOST_FORETOLD = 20
"""For so many drafts it is shown what approving them would bring about."""

PREFIX = "d-"


def list_drafts(place: Place, *, as_json: bool) -> None:
    """Print every draft: what was read, from which words, what is doubted, and what approving it would do."""
    config = place.load()
    with closing(place.store(config)) as store:
        review, now = Review(config, store), SystemClock().now()
        found = [(draft, _foretold(review, draft, now, n)) for n, draft in enumerate(review.drafts(now))]
    if as_json:
        print_json({"drafts": [draft_json(draft, outcome) for draft, outcome in found]})
        return
    for draft, outcome in found:
        _show(config, draft, outcome)
    if not found:
        console().print("No draft waits for a decision.")


@app.command()
def edit(
    draft: WindowId,
    why: Why = "put right",
    who: Who = "operator",
    start: Annotated[
        str, typer.Option("--start", help="Begin; Warsaw time unless an offset is written.")
    ] = "",
    end: Annotated[str, typer.Option("--end", help="End, or `unknown`.")] = "",
    system: Annotated[
        list[str] | None, typer.Option("--system", help="System that is affected; several times for several.")
    ] = None,
    status: Annotated[Status | None, typer.Option("--status")] = None,
    impact: Annotated[Impact | None, typer.Option("--impact")] = None,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
) -> None:
    """Approve a draft with other facts than were read; what is not given stays as it was read."""

    def alter(said: Claim) -> Claim:
        return replace(
            said,
            start=instant(start) if start else said.start,
            end=said.end if not end else None if end == "unknown" else instant(end),
            systems=tuple(system) if system else said.systems,
            status=status or said.status,
            impact=impact or said.impact,
        )

    decide(Place.of(config_dir, state_dir), draft, approve=True, who=who, why=why, alter=alter)


def decide(
    place: Place,
    id_: str,
    *,
    approve: bool,
    who: str,
    why: str,
    alter: Callable[[Claim], Claim] | None = None,
) -> None:
    """Record a person's word on a draft, and print what follows. Raises :class:`CommandError`."""
    config = place.load()
    with closing(place.store(config)) as store:
        review, now = Review(config, store), SystemClock().now()
        try:
            draft = review.find(id_, now)
            claim = alter(draft.witness.says) if alter is not None else None
            new = review.decide(draft, approve=approve, who=who, why=why, now=now, claim=claim)
        except ReviewError as error:
            raise CommandError(str(error)) from None
    if not approve:
        console().print(f"{id_}: rejected. The same reading is not asked about again.")
    for edition in new:
        console().print(_said(edition), soft_wrap=True)
    if approve and not new:
        console().print(f"{id_}: approved. Nothing public changes by it.")


def draft_json(draft: Draft, outcome: Consequence | None) -> dict[str, Any]:
    """A draft as ``windows list --drafts --json`` shows it."""
    said = draft.witness.says
    return {
        "id": draft.witness.id,
        "source": draft.witness.source,
        "window": draft.window or None,
        "differs": list(draft.differs),
        "systems": list(said.systems),
        "start": iso(said.start),
        "end": iso(said.end),
        "status": said.status.value,
        "impact": said.impact.value,
        "published": iso(said.published),
        "url": said.url,
        "evidence": said.evidence,
        "problems": list(said.problems),
        "since": iso(draft.witness.since),
        "would_tell": None
        if outcome is None
        else [
            {
                "window": notice.key.window,
                "audience": notice.key.audience,
                "occasion": notice.key.occasion.value,
                "severity": notice.severity.value,
                "title": title,
            }
            for notice, title in outcome.notices
        ],
        "would_mail": None if outcome is None else outcome.mails,
    }


def _foretold(review: Review, draft: Draft, now: datetime, number: int) -> Consequence | None:
    """What approving would do; ``None`` for what cannot be approved as it is."""
    if number >= MOST_FORETOLD:
        return None
    try:
        return review.consequence(draft, now)
    except ReviewError:
        return None


def _show(config: Config, draft: Draft, outcome: Consequence | None) -> None:
    out, said = console(), draft.witness.says
    what = f"changes {draft.window}: {', '.join(draft.differs)}" if draft.window else "new"
    out.print(f"[bold]{draft.witness.id}[/bold]  {draft.witness.source}, {what}")
    systems = " ".join(said.systems) or "unknown"
    out.print(f"  {local(said.start)} – {local(said.end)}  {systems}  {said.status}, {said.impact}")
    names = [name for system in said.systems for name in _names(config, system)]
    pieces = marked(" ".join(said.evidence.split()), names)
    text = "".join(f"[bold]{escape(piece)}[/bold]" if there else escape(piece) for piece, there in pieces)
    out.print(f"  “{text}”", soft_wrap=True)
    if said.url:
        out.print(f"  {escape(said.url)}", soft_wrap=True)
    for problem in said.problems:
        out.print(f"  doubt: {escape(problem)}", soft_wrap=True)
    if outcome is None:
        out.print("  cannot be approved as it is; `notifier windows edit` puts it right")
    for notice, title in outcome.notices if outcome is not None else ():
        out.print(
            f"  would tell {notice.key.audience} ({notice.key.occasion}, {notice.severity}): {escape(title)}",
            soft_wrap=True,
        )
    if outcome is not None:
        out.print(f"  would send {outcome.mails} mails at once")


def _names(config: Config, system: str) -> tuple[str, ...]:
    known = config.catalogue.systems.get(system)
    return known.aliases if known is not None else ()


def _said(edition: Edition) -> str:
    window = edition.window
    return (
        f"{window.id}: edition {edition.number}, {local(window.start)} – {local(window.end)}, {window.status}. "
        "It is told with the next look, within a minute."
    )
