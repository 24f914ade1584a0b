"""The forms of words that each kind of catalogue entry has, once for every language."""

from __future__ import annotations

from pydantic import Field

from notifier.config.shapes import Clause, Shape, Text


class SystemWords(Shape):
    """Words for a system."""

    name: Text = Field(description="Name, nominative.")
    of: Text = Field(description="Name after “outage of …”; in Polish the genitive.")
    lost: Clause = Field(description="Clause for the first sentence of a notice when it is down.")


class BankWords(Shape):
    """Words for a bank."""

    name: Text = Field(description="Name, nominative.")
    at: Clause = Field(description="“at X Bank”, “w X Banku”.")
    of: Text = Field(description="Name after “outage of …”; in Polish the genitive.")


class MethodWords(Shape):
    """Words for a method."""

    name: Text = Field(description="Name, nominative.")
    by: Clause = Field(description="What fits after “you log in …”: “with the mObywatel app”.")


class PreparationWords(Shape):
    """Words for a preparation."""

    do: Clause = Field(description="Imperative, without a full stop.")


class TaskWords(Shape):
    """Words for a task."""

    name: Text = Field(description="Name, nominative.")
    can: Clause = Field(description="“you can log in to …”")
    cannot: Clause = Field(description="“you cannot log in to …”")


class AudienceWords(Shape):
    """Words for an audience."""

    name: Text = Field(description="“Patient”.")
    for_: Clause = Field(alias="for", description="“for patients”.")


class ContactWords(Shape):
    """Words for a contact."""

    name: Text = Field(description="Whom one reaches there.")
    note: str = Field(description="Hours, cost; may be empty.")


class CardWords(Shape):
    """A step card in one language."""

    title: Text = Field(description="What the steps lead to.")
    steps: list[Text] = Field(description="Sentences in the order of doing.", min_length=1)


class FactWords(Shape):
    """A fact in one language."""

    says: Text = Field(description="One sentence.")
