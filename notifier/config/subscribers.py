"""Subscribers kept in version control, in ``config/subscribers.yaml``. No problem shows an address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from notifier.config.addresses import is_mail_address
from notifier.config.entryfile import Entries, read_rows
from notifier.config.inputfile import InputFile, read_file
from notifier.config.known import Known
from notifier.config.report import Report, one_of
from notifier.config.shapes import Shape
from notifier.model import Means, Occasion, Problem

FILE = "subscribers.yaml"
_ADDRESS = re.compile(r"[^\s`,;]*@[^\s`,;]*")


@dataclass(frozen=True, slots=True)
class SubscriberSpec:
    """Somebody who is to get mail, as the file says. ``have`` is ``METHOD[:BANK]``."""

    email: str = field(repr=False)
    audiences: tuple[str, ...]
    language: str
    have: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    occasions: tuple[str, ...] = ()


class SubscriberShape(Shape):
    """Somebody who is to get mail."""

    email: str = Field(description="Address.")
    audiences: list[str] = Field(description="Ids of audiences.", min_length=1)
    language: str = Field("pl", description="One of the languages of the site.")
    have: list[str] = Field(
        [], description="What this person has: METHOD or METHOD:BANK; empty: told everything."
    )
    systems: list[str] = Field([], description="Systems or banks of which also minor windows are told.")
    occasions: list[str] = Field([], description="Occasions told on request, such as started or ended.")


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a subscriber: the field, the number of the item in it (from 0), what and remedy."""

    field: str
    index: int
    what: str
    remedy: str


def faults_of(spec: SubscriberSpec, known: Known) -> Iterator[Fault]:
    """Everything that is wrong with one subscriber, seen against the catalogue."""
    if not is_mail_address(spec.email):
        yield Fault("email", 0, "not a mail address", "write it like name@example.org")
    if spec.language not in known.languages:
        remedy = one_of(spec.language, known.languages)
        yield Fault("language", 0, f"unknown language `{spec.language}`", remedy)
    for index, occasion in enumerate(spec.occasions):
        if occasion not in set(Occasion):
            yield Fault("occasions", index, f"unknown occasion `{occasion}`", one_of(occasion, Occasion))
    if known.blind:
        return
    for index, audience in enumerate(spec.audiences):
        if audience not in known.audiences:
            remedy = one_of(audience, known.audiences)
            yield Fault("audiences", index, f"unknown audience `{audience}`", remedy)
    for index, means in enumerate(spec.have):
        yield from _means_faults(index, Means.parse(means), known)
    for index, system in enumerate(spec.systems):
        if system not in known.systems:
            yield Fault("systems", index, f"unknown system `{system}`", one_of(system, known.systems))


def _means_faults(index: int, means: Means, known: Known) -> Iterator[Fault]:
    method, bank = means.method, means.bank
    if method not in known.methods:
        yield Fault("have", index, f"unknown method `{method}`", one_of(method, known.methods))
    elif bank is None or known.methods[method] is None:
        return
    elif not known.methods[method]:
        yield Fault("have", index, f"the method `{method}` is not per bank", f"write `{method}`")
    elif bank not in known.offers:
        yield Fault("have", index, f"unknown bank `{bank}`", one_of(bank, known.offers))
    elif not known.offered(method, bank):
        offering = [name for name in known.offers if known.offered(method, name)]
        remedy = one_of(bank, offering) or "take it out"
        yield Fault("have", index, f"`{bank}` does not offer `{method}`", remedy)


def read_subscribers(
    root: Path, known: Known, report: Report
) -> tuple[tuple[SubscriberSpec, ...], list[InputFile]]:
    """All subscribers of the file; a missing file has none."""
    path = root / FILE
    found = Report()
    file = read_file(path, found) if path.exists() else None
    specs: dict[str, SubscriberSpec] = {}
    entries: Entries[SubscriberShape] = Entries()
    for entry in read_rows(file, SubscriberShape, (), entries, found) if file else ():
        shape = entry.shape
        if shape is None:
            continue
        spec = SubscriberSpec(
            shape.email,
            tuple(shape.audiences),
            shape.language,
            tuple(shape.have),
            tuple(shape.systems),
            tuple(shape.occasions),
        )
        for fault in faults_of(spec, known):
            entry.add(found, (fault.field, fault.index), fault.what, fault.remedy)
        if specs.setdefault(spec.email.casefold(), spec) is not spec:
            found.add(
                entry.file, entry.spot("email"), "this address is here twice", "put both into one entry"
            )
    report.problems += (_without_addresses(problem) for problem in found.problems)
    return tuple(specs.values()), [file] if file else []


def _without_addresses(problem: Problem) -> Problem:
    """Whatever stood where, an address that slipped into a message is taken out."""
    what, remedy = (_ADDRESS.sub("(address)", text) for text in (problem.what, problem.remedy))
    return Problem(problem.file, problem.line, problem.column, what, remedy)
