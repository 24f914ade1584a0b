"""What each kind of catalogue entry looks like in its file. ``words`` stand in the file as ``pl:``, ``en:``."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Field, StrictBool, Tag, WithJsonSchema

from notifier.config.durations import parse_iso
from notifier.config.instants import InstantError, parse_day
from notifier.config.shapes import (
    NOT_A_KIND,
    DottedId,
    FactIds,
    LabelId,
    PlainId,
    Shape,
    SomeRequirement,
    Standing,
    Text,
    fault,
    filled,
)
from notifier.config.wordforms import (
    AudienceWords,
    BankWords,
    CardWords,
    ContactWords,
    FactWords,
    MethodWords,
    PreparationWords,
    SystemWords,
    TaskWords,
)
from notifier.model import Confidence


def _lead(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    try:
        return parse_iso(value if isinstance(value, str) else "")
    except ValueError as error:
        raise fault("is not a length of time", "write an ISO 8601 duration: PT10M, PT2H, P3D") from error


def _verified(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return parse_day(value if isinstance(value, str) else "")
    except InstantError as error:
        raise fault(error.what, error.remedy) from error


Lead = Annotated[
    timedelta,
    BeforeValidator(_lead),
    WithJsonSchema({"type": "string", "pattern": "^P", "examples": ["PT10M", "PT2H", "P3D"]}),
]
Verified = Annotated[date, BeforeValidator(_verified), WithJsonSchema({"type": "string", "format": "date"})]


class SystemShape(Shape):
    """Anything whose outage matters."""

    id: DottedId = Field(description="Dotted: an outage of `pz` covers `pz.login`.")
    words: dict[str, SystemWords]
    operator: str = Field("", description="Who runs it.")
    needs: list[str] = Field([], description="Systems it cannot work without.")
    aliases: list[Text] = Field([], description="Names under which announcements speak of it.")
    facts: FactIds = Field([])


class BankServiceShape(Shape):
    """How a bank takes part in a per-bank method."""

    standing: Standing = Field("usable", description="The best that may be promised on a good day.")
    needs: SomeRequirement = Field(None, description="What this bank needs on top.")
    replaces: list[str] = Field([], description="Leaves of the method's own needs that do not hold here.")
    facts: FactIds = Field([])


class BankShape(Shape):
    """A bank or another provider of log-ins; its id is also the id of a system."""

    id: DottedId = Field(description="bank.<slug>")
    words: dict[str, BankWords]
    aliases: list[Text] = Field([], description="Names under which announcements speak of it.")
    group: str = Field("", description="Banks with the same group are told together.")
    services: dict[str, BankServiceShape] = Field({}, description="Per-bank method -> how it works here.")
    facts: FactIds = Field([])


class MethodShape(Shape):
    """A way to log in, sign, or get the thing done without either."""

    id: PlainId = Field(description="Stays the same for ever; stands in addresses and commands.")
    words: dict[str, MethodWords]
    needs: SomeRequirement = Field(None, description="What must be up each time.")
    prepare: SomeRequirement = Field(None, description="What must be up when preparing, only then.")
    preparations: list[str] = Field([], description="Ids of preparations, in the order of doing.")
    per_bank: StrictBool = Field(False, description="true: exists at each bank that lists it; needs {bank}.")
    everyone: StrictBool = Field(False, description="true: takes no personal means.")
    standing: Standing = Field("usable", description="The best that may be promised on a good day.")
    card: Annotated[str | None, BeforeValidator(filled)] = Field(None, description="Id of the step card.")
    facts: FactIds = Field([])


class PreparationShape(Shape):
    """What a person must have done before."""

    id: PlainId = Field(description="Stays the same for ever; stands in addresses and commands.")
    words: dict[str, PreparationWords]
    lead: Lead = Field(timedelta(0), description="How long doing it takes, ISO 8601: PT10M, P3D.")
    facts: FactIds = Field([])


class MethodUseShape(Shape):
    """A method as one task uses it."""

    method: str = Field(description="Id of a method.")
    also: SomeRequirement = Field(None, description="What it needs on top in this task.")
    prepare: SomeRequirement = Field(None, description="Replaces the method's own `prepare` here.")
    standing: Standing = Field("usable", description="The best that may be promised of it in this task.")
    everyone: StrictBool = Field(False, description="true: in this task it takes no personal means.")
    facts: FactIds = Field([])


class ThroughShape(Shape):
    """Every method of another task, which has to be done on the way."""

    through: str = Field(description="Id of a task with one step.")
    also: SomeRequirement = Field(None, description="What is needed on top in this task.")
    standing: Standing = Field("usable", description="The best that may be promised in this task.")
    facts: FactIds = Field([])


def _kind_of_use(value: object) -> str | None:
    if isinstance(value, str):
        return "text"
    if isinstance(value, dict):
        return "ThroughShape" if "through" in value else "MethodUseShape"
    return type(value).__name__ if isinstance(value, Shape) else None


UseShape = Annotated[
    Annotated[str, Tag("text")]
    | Annotated[MethodUseShape, Tag("MethodUseShape")]
    | Annotated[ThroughShape, Tag("ThroughShape")],
    Discriminator(
        _kind_of_use,
        custom_error_type=NOT_A_KIND,
        custom_error_message="write a method id, {method: …} or {through: task}",
    ),
]


class StepShape(Shape):
    """One ability a task takes."""

    id: PlainId = Field(description="Stays the same for ever; stands in addresses and commands.")
    methods: list[UseShape] = Field(description="Easiest first; any one is enough.", min_length=1)


class LastResortShape(Shape):
    """What is left when nothing works."""

    card: str = Field(description="Id of the step card.")
    when: list[str] = Field([], description="Systems that must all be lost; none for the last one.")


class TaskShape(Shape):
    """What a person wants to get done."""

    id: PlainId = Field(description="Stays the same for ever; stands in addresses and commands.")
    words: dict[str, TaskWords]
    audiences: list[str] = Field(description="Ids of audiences.", min_length=1)
    essential: StrictBool = Field(False, description="true: having nothing left for it is critical.")
    needs: SomeRequirement = Field(None, description="The task's own systems, whatever the method.")
    steps: list[StepShape] = Field(description="All must succeed; most tasks have one.", min_length=1)
    last_resorts: list[LastResortShape] = Field(
        description="First whose systems are all lost; the last has no `when`.", min_length=1
    )
    facts: FactIds = Field([])


class AudienceShape(Shape):
    """A group of readers who do the same things."""

    id: PlainId = Field(description="Stays the same for ever; stands in addresses and commands.")
    words: dict[str, AudienceWords]
    contacts: list[str] = Field([], description="Ids of contacts, in the order of telling.")
    facts: FactIds = Field([])


class ContactShape(Shape):
    """A help line, address or page that may be published."""

    id: LabelId = Field(description="Stays the same for ever; other entries name it.")
    words: dict[str, ContactWords]
    value: Text = Field(description="Number or address, shown as text.")
    facts: FactIds = Field([])


class CardShape(Shape):
    """Numbered steps."""

    id: LabelId = Field(description="Stays the same for ever; other entries name it.")
    words: dict[str, CardWords]
    facts: FactIds = Field([])


class FactShape(Shape):
    """One statement with its origin."""

    id: LabelId = Field(description="Stays the same for ever; other entries name it.")
    words: dict[str, FactWords]
    sources: list[str] = Field(description="Ids of references.", min_length=1)
    confidence: Confidence = Field(description="H official or twice founded, M decent, L weak.")
    verified: Verified = Field(description="Day of the last check.")
    disputed: StrictBool = Field(False, description="true where sources contradict each other.")


class ReferenceShape(Shape):
    """Where facts come from."""

    id: LabelId = Field(description="Stays the same for ever; other entries name it.")
    title: Text = Field(description="Title of the page or document.")
    address: str = Field("", description="Its address.")


EntryShape = (
    SystemShape
    | BankShape
    | MethodShape
    | PreparationShape
    | TaskShape
    | AudienceShape
    | ContactShape
    | CardShape
    | FactShape
    | ReferenceShape
)

KINDS: dict[str, type[EntryShape]] = {
    "systems": SystemShape,
    "banks": BankShape,
    "methods": MethodShape,
    "preparations": PreparationShape,
    "tasks": TaskShape,
    "audiences": AudienceShape,
    "contacts": ContactShape,
    "cards": CardShape,
    "facts": FactShape,
    "references": ReferenceShape,
}
"""Stem of the file (``systems.yaml``, ``systems-more.yaml``) -> shape of its entries."""
