"""Status pages of the Statuspage kind: ``/api/v2/scheduled-maintenances.json``, JSON with one entry a maintenance."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, Field

from notifier.model import Impact, Status, utc
from notifier.sources.document import Document
from notifier.sources.jsontext import fitted, parse_json
from notifier.sources.kind import Asked, Kind, Told, end_after
from notifier.sources.naming import systems_of
from notifier.sources.statement import MOST_EVIDENCE, Claim

MOST_LISTED = 50
"""The list holds the newest 50; one that is full may have left something out."""

_STATUS = {
    "scheduled": Status.CONFIRMED,
    "in_progress": Status.IN_PROCESS,
    "verifying": Status.IN_PROCESS,
    "completed": Status.COMPLETED,
}
_IMPACT = {"none": Impact.NONE, "minor": Impact.DEGRADED}
"""All else is taken for an outage: ``maintenance`` says nothing about how bad it gets."""


class _Component(BaseModel):
    id: str = ""
    name: str


class _Update(BaseModel):
    body: str | None = None


class _Maintenance(BaseModel):
    id: str = Field(min_length=1)
    name: str
    status: str
    impact: str = "maintenance"
    scheduled_for: AwareDatetime
    scheduled_until: AwareDatetime | None = None
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    shortlink: str | None = None
    incident_updates: list[_Update] = []
    components: list[_Component] = []


class _Page(BaseModel):
    updated_at: AwareDatetime | None = None


class _Document(BaseModel):
    page: _Page = _Page()
    scheduled_maintenances: list[_Maintenance]


def read(document: Document, asked: Asked) -> Told:
    """One claim a maintenance. The list is complete while it is not full."""
    listed = fitted(_Document, parse_json(document))
    maintenances = listed.scheduled_maintenances
    claims = tuple(claim for one in maintenances if (claim := _claim(one, asked)) is not None)
    complete = len(maintenances) < MOST_LISTED
    return Told(claims, len(maintenances), complete, as_of=listed.page.updated_at)


def _claim(one: _Maintenance, asked: Asked) -> Claim | None:
    said = [one.name, *(update.body or "" for update in one.incident_updates)]
    evidence = "\n".join(text for text in said if text)[:MOST_EVIDENCE]
    meant = systems_of(asked.source, [component.name for component in one.components], one.name)
    if not meant.ours:
        return None
    start = utc(one.scheduled_for)
    end, wrong = end_after(start, utc(one.scheduled_until) if one.scheduled_until else None)
    status = _STATUS.get(one.status)
    strange = () if status else (f"unknown status {one.status!r}",)
    problems = (*meant.problems, *strange, *wrong)
    return Claim(
        key=one.id,
        systems=meant.systems,
        start=start,
        end=end,
        impact=_IMPACT.get(one.impact, Impact.OUTAGE),
        status=status or Status.TENTATIVE,
        published=utc(moment) if (moment := one.updated_at or one.created_at) else None,
        url=one.shortlink or asked.source.page,
        evidence=evidence,
        sure=bool(meant.systems) and not problems,
        problems=problems,
    )


KIND = Kind(read=read, accept="application/json")
