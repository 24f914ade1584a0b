"""The building blocks of every file's shape: texts, ids, times, requirements; and faults with a remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StringConstraints,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from notifier.config.instants import InstantError, parse_instant

FAULT = "fault"
"""Type of the errors raised here; their context has ``what`` and ``remedy``."""

NOT_A_KIND = "not_a_kind"
"""Type of the errors for a value that is none of several kinds; their message is the remedy."""

UNKNOWN_END = "unknown"


def fault(what: str, remedy: str) -> PydanticCustomError:
    """An error that already says what is wrong and what would be right."""
    return PydanticCustomError(FAULT, "{what}", {"what": what, "remedy": remedy})


class Shape(BaseModel):
    """A mapping with a fixed set of keys; a key outside the set is a slip, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _pattern(expression: str, remedy: str) -> Callable[[str], str]:
    compiled = re.compile(expression, re.ASCII)

    def check(text: str) -> str:
        if compiled.fullmatch(text) is None:
            raise fault(f"`{text}` cannot be an id", remedy)
        return text

    return check


def _clause(text: str) -> str:
    if text.endswith(".") and not text.endswith(("itp.", "itd.", "etc.")):
        raise fault("ends with a full stop", "it is put inside a sentence: leave the full stop out")
    return text


def _instant(value: object, date_only: bool = False) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise fault("is not a time", "write it like 2024-01-19 20:00")
    try:
        return parse_instant(value, date_only)
    except InstantError as error:
        raise fault(error.what, error.remedy) from error


def _end(value: object) -> datetime | None:
    if value == UNKNOWN_END:
        return None
    if value is None:
        raise fault("is empty", f"write a time, or `{UNKNOWN_END}`, or leave the key out")
    return _instant(value)


def filled(value: object) -> object:
    """Refuse a key with nothing after it: it may be all that is left of a need in a file cut off."""
    if value is None:
        raise fault("is empty", "fill it in, or leave the key out")
    return value


_MOMENT_SCHEMA = {"type": "string", "examples": ["2024-01-19 20:00", "2024-01-19T20:00+01:00"]}

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Clause = Annotated[Text, AfterValidator(_clause)]
"""Words that are put inside a sentence."""

DottedId = Annotated[
    str,
    AfterValidator(
        _pattern(
            r"[a-z0-9][a-z0-9-]{0,63}(\.[a-z0-9][a-z0-9-]{0,63})*", "use a-z, 0-9, `-`, and `.` between parts"
        )
    ),
    WithJsonSchema({"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*(\\.[a-z0-9][a-z0-9-]*)*$"}),
]
"""Id of a system or bank: dots make the tree."""

PlainId = Annotated[
    str,
    AfterValidator(_pattern(r"[a-z][a-z0-9-]{0,63}", "begin with a-z, go on with a-z, 0-9 and `-`")),
    WithJsonSchema({"type": "string", "pattern": "^[a-z][a-z0-9-]{0,63}$"}),
]
"""Id that also stands in addresses and commands."""

LabelId = Annotated[
    str,
    AfterValidator(_pattern(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}", "use letters, digits, `.` and `-`")),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$"}),
]
"""Id of a fact, card or reference."""

WindowId = Annotated[
    str,
    AfterValidator(_pattern(r"[a-z0-9][a-z0-9.-]{0,63}", "use a-z, 0-9, `.` and `-`, at most 64 of them")),
    WithJsonSchema({"type": "string", "pattern": "^[a-z0-9][a-z0-9.-]{0,63}$"}),
]

Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema(_MOMENT_SCHEMA)]
"""A time of day on a day, Warsaw unless an offset is written; UTC once read."""

End = Annotated[
    datetime | None,
    BeforeValidator(_end),
    WithJsonSchema({"anyOf": [{"const": UNKNOWN_END}, _MOMENT_SCHEMA]}),
]

Published = Annotated[
    datetime,
    BeforeValidator(lambda value: _instant(value, date_only=True)),
    WithJsonSchema({"type": "string", "examples": ["2024-01-12", "2024-01-12 14:30"]}),
]
"""A time, or a bare date that means 00:00 in Warsaw."""

Standing = Literal["usable", "if_prepared", "degraded", "unknown", "unusable"]

FactIds = Annotated[list[str], Field(description="Ids of the facts (facts.yaml) behind this statement.")]


class NeedsShape(Shape):
    """One system, with what is doubtful about needing it."""

    system: str = Field(description="Id of a system, or {bank} for the bank at hand.")
    certain: StrictBool = Field(
        True, description="false where it is not established that the system is needed at all."
    )
    facts: FactIds = Field([])


class AllShape(Shape):
    """Everything in the list is needed; an empty list needs nothing."""

    all: list[RequirementShape] = Field(description="All of these are needed.")


class AnyShape(Shape):
    """One of the list is enough."""

    any: list[RequirementShape] = Field(description="One of these is enough.", min_length=1)


def _kind_of_requirement(value: object) -> str | None:
    if isinstance(value, str):
        return "text"
    if isinstance(value, dict):
        return "AllShape" if "all" in value else "AnyShape" if "any" in value else "NeedsShape"
    return type(value).__name__ if isinstance(value, Shape) else None


RequirementShape = Annotated[
    Annotated[str, Tag("text")]
    | Annotated[NeedsShape, Tag("NeedsShape")]
    | Annotated[AllShape, Tag("AllShape")]
    | Annotated[AnyShape, Tag("AnyShape")],
    Discriminator(
        _kind_of_requirement,
        custom_error_type=NOT_A_KIND,
        custom_error_message="write a system id, {system: …}, {all: […]} or {any: […]}",
    ),
]

SomeRequirement = Annotated[RequirementShape | None, BeforeValidator(filled)]
"""A requirement that may be left out, but not left empty."""

AllShape.model_rebuild()
AnyShape.model_rebuild()
