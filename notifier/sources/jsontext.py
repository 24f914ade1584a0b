"""JSON as servers really send it: a page in its place, half of it, or something else altogether."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from notifier.sources.document import Document, NotText
from notifier.sources.kind import SourceError
from notifier.sources.statement import TroubleKind

S = TypeVar("S", bound=BaseModel)

_AT_THE_END = 2
"""Characters from the end within which a mistake means that the rest is missing."""


def parse_json(document: Document) -> Any:
    """What the document holds. Raises :class:`SourceError`."""
    if document.is_page:
        kind = TroubleKind.LOGIN_PAGE if document.asks_for_password else TroubleKind.BAD_DATA
        raise SourceError(kind, "a page came in place of JSON")
    try:
        text = document.text().lstrip("\ufeff")
    except NotText as error:
        raise SourceError(TroubleKind.NOT_TEXT, str(error)) from None
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        cut = bool(text.strip()) and (
            error.pos >= len(text.rstrip()) - _AT_THE_END or error.msg.startswith("Unterminated")
        )
        kind = TroubleKind.CUT_SHORT if cut else TroubleKind.BAD_DATA
        raise SourceError(kind, f"JSON: {error.msg} in line {error.lineno}") from None
    except (RecursionError, ValueError) as error:
        # Nested without end, or a number of a million digits.
        raise SourceError(TroubleKind.BAD_DATA, f"JSON: {type(error).__name__}") from None


def fitted(shape: type[S], value: Any) -> S:
    """The value as the shape says. Raises :class:`SourceError`, without the value, where it does not fit.

    One item that does not fit makes the whole document unfit: leaving it out would say that it is gone.
    """
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise SourceError(TroubleKind.ODD_LAYOUT, f"at {place or 'the top'}: {first['msg']}") from None
