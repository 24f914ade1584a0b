"""What to prepare and by when: in sentences for a message, and as alarms for a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from notifier.model import FOREVER, Advice, Catalogue, Means, Prepare, Profile, ancestors
from notifier.render.dates import plain
from notifier.render.outcome import TaskOutcome, disputed, owned
from notifier.render.view import Block, Group
from notifier.render.voice import Voice

LONG = timedelta(hours=1)
"""Preparations that take this long or longer are told with the time they take."""

WISE = 7
"""How many preparations without a deadline are told: the first ones belong to the easiest methods."""

EASIEST = 2
"""How many ways somebody who has none left is shown how to prepare, for each thing they cannot do."""

INSTEAD = 9
"""How many preparations such a person is shown at most."""

SLACK = timedelta(hours=1)
"""An alarm rings this much earlier than the preparation itself takes: people are not at their desks."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """When to ring (UTC) and what for: a preparation that an outage will make impossible."""

    at: datetime
    text: str


def wanted(advice: Advice, profile: Profile, catalogue: Catalogue) -> tuple[Prepare, ...]:
    """The preparations that serve a method the person has, urgent first; all of them without a profile."""
    own = {means.method for means in profile.means}
    useful = {
        preparation
        for method in catalogue.methods.values()
        if not profile or method.everyone or method.id in own
        for preparation in method.preparations
    }
    deadlines = _deadlines(advice, profile, catalogue)
    found = [
        replace(item, by=deadlines.get(item.preparation) if item.by else None)
        for item in advice.prepare
        if item.preparation in useful
    ]
    found = [item for item in found if not _of_other_banks(item.preparation, profile, catalogue)]
    dated = [item for item in found if item.by is not None]
    return (*sorted(dated, key=_by), *[item for item in found if item.by is None][:WISE])


def substitutes(
    advice: Advice, found: Sequence[TaskOutcome], own: Iterable[Prepare], catalogue: Catalogue
) -> tuple[Prepare, ...]:
    """Preparations for ways a person does not have, where nothing they have is left; ``own`` is told already."""
    methods = dict.fromkeys(
        way.method
        for task in found
        if not task.usual.possible and not task.usual.cause
        for step in task.usual.steps
        if not step.possible
        for way in step.spare[:EASIEST]
    )
    told = {item.preparation for item in own}
    useful = {item for method in methods for item in catalogue.methods[method].preparations} - told
    deadlines = _deadlines(advice, Profile(frozenset(map(Means, methods))), catalogue)
    items = [
        replace(item, by=deadlines.get(item.preparation) if item.by else None)
        for item in advice.prepare
        if item.preparation in useful
    ]
    return tuple(dict.fromkeys(replace(item, method="") for item in sorted(items, key=_by)))[:INSTEAD]


def next_deadline(prepare: Iterable[Prepare], at: datetime | None) -> datetime | None:
    """The earliest deadline that has not passed."""
    return min(
        (item.by for item in prepare if item.by is not None and (at is None or item.by > at)), default=None
    )


def prepare_block(
    voice: Voice,
    prepare: Iterable[Prepare],
    start: datetime,
    leave_out: datetime | None = None,
    instead: Iterable[Prepare] = (),
    *,
    personal: bool = False,
) -> Block | None:
    """The list of preparations, one group a deadline; ``leave_out`` is a deadline told elsewhere.

    ``instead`` is for those who have nothing left; too late for that, it is not told. A ``personal`` list
    holds only what the reader uses.
    """
    groups = _groups(voice, prepare, start, leave_out, "-yours" if personal else "")
    ahead = (item for item in instead if _in_time(voice, item, start))
    groups += _groups(voice, ahead, start, None, "-instead")
    return Block("prepare", voice.say("heading-prepare"), tuple(groups)) if groups else None


def alarms(voice: Voice, advice: Advice) -> Iterator[Alarm]:
    """One alarm for each preparation with a deadline, early enough to do it, in the order of ringing."""
    prepare = wanted(advice, Profile(), voice.catalogue)
    dated = {item.preparation: item.by for item in prepare if item.by is not None}
    rings = [
        Alarm(
            by - voice.catalogue.preparations[preparation].lead - SLACK,
            plain(voice.sentence("alarm", before=voice.dates.before(by), do=voice.preparation(preparation))),
        )
        for preparation, by in dated.items()
    ]
    yield from sorted(rings, key=lambda alarm: alarm.at)


def _groups(
    voice: Voice, prepare: Iterable[Prepare], start: datetime, leave_out: datetime | None, whose: str
) -> list[Group]:
    dated: dict[datetime | None, list[str]] = {}
    for item in prepare:
        if (item.by is None or item.by != leave_out) and not (whose and _too_long(voice, item, start)):
            dated.setdefault(item.by, []).append(_item(voice, item.preparation))
    late = [by for by in dated if by is not None and voice.at is not None and by <= voice.at]
    order = sorted(dated, key=lambda by: (by in late, by is None, by or start))
    return [_group(voice, by, dated[by], start, whose) for by in order]


def _group(voice: Voice, by: datetime | None, items: list[str], start: datetime, whose: str) -> Group:
    if by is not None and voice.at is not None and by <= voice.at:
        return Group(tuple(items), voice.sentence("prepare-late", on=voice.dates.on(by)))
    if by is not None:
        intro = voice.sentence(f"prepare-before{whose}", before=voice.dates.before(by))
    elif voice.at is not None and voice.at >= start:
        intro = voice.sentence("prepare-now")
    else:
        intro = voice.sentence(f"prepare-wise{whose}")
    return Group(tuple(items), intro, ordered=len(items) > 1)


def _item(voice: Voice, preparation: str) -> str:
    lead = voice.catalogue.preparations[preparation].lead
    do = voice.sentence("prepare-item", do=voice.preparation(preparation))
    if lead < LONG:
        return f"{do}."
    return voice.say("prepare-lead", do=do, length=voice.dates.length(lead, whole_days=True))


def _deadlines(advice: Advice, profile: Profile, catalogue: Catalogue) -> dict[str, datetime]:
    """The earliest moment after which each can no longer be made. Where sources disagree, nothing is called late."""
    found: dict[str, datetime] = {}
    for task, _, row in advice.answers():
        by = row.prepare_by
        if by is None or disputed(row, catalogue) or not owned(row, task.task, profile, catalogue):
            continue
        for preparation in catalogue.methods[row.method].preparations:
            found[preparation] = min(by, found.get(preparation, by))
    return found


def _too_long(voice: Voice, item: Prepare, start: datetime) -> bool:
    """True shortly before the start for what takes longer than until then, and has no deadline to be late for."""
    lead = voice.catalogue.preparations[item.preparation].lead
    return item.by is None and voice.at is not None and voice.at < start < voice.at + lead


def _in_time(voice: Voice, item: Prepare, start: datetime) -> bool:
    """True while there is still time to make a preparation before it would help no more."""
    lead = voice.catalogue.preparations[item.preparation].lead
    return voice.at is None or voice.at + lead < (item.by or start)


def _of_other_banks(preparation: str, profile: Profile, catalogue: Catalogue) -> bool:
    """True for one that is about certain banks only, by the facts behind it, of which the person has none."""
    facts = set(catalogue.preparations[preparation].facts)
    banks = {bank.id for bank in catalogue.banks.values() if facts and facts & set(bank.facts)}
    own = [means.bank for means in profile.means if means.bank]
    return bool(banks and own) and not any(mine in ancestors(bank) for mine in own for bank in banks)


def _by(item: Prepare) -> datetime:
    return item.by or FOREVER
