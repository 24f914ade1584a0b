"""What the keys of the JSON documents mean, as JSON Schema (2020-12): the one place where they are described.

Objects are open: a new key may appear at any time, and whoever reads them passes over what they do not know.
Words come from the enums that the documents are written from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from notifier.model import Change, Impact, MailState, Occasion, Severity, Status, Verdict
from notifier.web.facts import WindowState

Schema = Mapping[str, Any]

VERSION = 1
"""Rises when a key changes its meaning or goes; new keys may appear at any time."""


def schemas() -> dict[str, Schema]:
    """Every schema by its name."""
    return {**_documents(), **_windows(), **_advice(), **_notice(), "Health": _health()}


def _documents() -> dict[str, Schema]:
    version = {
        "const": VERSION,
        "description": "Rises when a key changes its meaning or goes. New keys may appear under the same version.",
    }
    return {
        "Windows": _object(
            "All planned outages that are kept, by their beginning.",
            version=version,
            windows=_list(
                _ref("WindowEntry"), "Also those that are over or cancelled, for as long as they are kept."
            ),
        ),
        "Advice": _object(
            "What the outages under way and ahead mean, for each group of people.",
            version=version,
            windows=_list(_ref("AdviceEntry"), "Those that are under way or ahead, by their beginning."),
        ),
    }


def _windows() -> dict[str, Schema]:
    systems = _list({"type": "string"}, "Ids of the systems; an id covers all that begin with it and a dot.")
    when = {
        "start": _instant("From when on."),
        "end": _instant("Until when, this instant not included; null while nobody knows.", null=True),
        "status": _word(Status, "How sure it is; words of the MAINTNOTE draft."),
        "impact": _word(Impact, "How bad it is."),
    }
    source = _object(
        "Who announced it.",
        name=_text("For people."),
        url=_text("Where; empty where it was announced at no address."),
        published=_instant("When it was announced, where that is known.", null=True),
    )
    window = {
        "id": _text("Stays the same however the outage changes."),
        "systems": systems,
        **when,
        "source": source,
        "note": _text("A remark for people; may be empty."),
    }
    return {
        "Window": _object("A planned outage.", **window),
        "WindowEntry": _object(
            "A planned outage, and how it came to that.",
            **window,
            state=_word(WindowState, "Where it stands."),
            severity=_map(
                _word(Severity, "How much it matters."),
                "How much it matters to each group, by the group's id.",
            ),
            pages=_map(
                {"type": "string", "format": "uri"}, "Its page in each language, by the language's code."
            ),
            editions=_list(_ref("Edition"), "All its versions, oldest first; the last one holds."),
        ),
        "Edition": _object(
            "One version of an outage.",
            number=_count("Counts from 1."),
            known_at=_instant("From when on it was known."),
            systems=systems,
            **when,
        ),
    }


def _advice() -> dict[str, Schema]:
    because = _list({"type": "string"}, "Ids of the outages behind the verdict.")
    verdict = {"enum": [each.word for each in Verdict], "description": "What can be promised, worst first."}
    method = {
        "method": _text("Id of a way to log in, to sign, or to do without both."),
        "bank": _text("Id of the bank, for methods that each bank has for itself.", null=True),
        "step": _text("Which step of the task it serves, as logging in or signing."),
        "verdict": verdict,
    }
    prepare = _object(
        "Something worth doing beforehand.",
        preparation=_text("Its id."),
        method=_text("The method that it makes ready."),
        by=_instant("After this moment it cannot be done any more; null where it stays possible.", null=True),
    )
    whole = {
        "severity": _word(Severity, "How much the outage matters to them."),
        "start": _instant("When the stretch begins in which the systems are affected without a break."),
        "end": _instant("When that stretch ends; null while nobody knows.", null=True),
        "prepare": _list(prepare, "What to do beforehand."),
        "untouched": _list({"type": "string"}, "Ids of the tasks that go on as always."),
        "digest": _text("Differs when the advice does."),
    }
    task = {
        "task": _text("Id of what somebody wants to get done."),
        "essential": {"type": "boolean", "description": "True where people depend on it."},
        "verdict": verdict,
    }
    part = _object(
        "A stretch of time in which nothing changes for the task.",
        start=_instant("From when on."),
        end=_instant("Until when, this instant not included; null while nobody knows.", null=True),
        verdict=verdict,
        because=because,
        cause=_list({"type": "string"}, "Ids of the task's own systems that are lost, whatever the method."),
        last_resort=_text("Id of the card that says what to do when nothing is left.", null=True),
        methods=_list(
            _ref("Method"), "Every method, easiest first, a row a bank for those that are per bank."
        ),
    )
    return {
        "AdviceEntry": _object(
            "What one outage means.",
            window=_text("Its id."),
            state=_word(WindowState, "Where it stands."),
            audiences=_list(_ref("AdviceOfAudience"), "For each group of people."),
        ),
        "AdviceOfAudience": _object(
            "What it means to one group of people.",
            audience=_text("Id of the group."),
            **whole,
            tasks=_list(
                _object("What it does to one task.", **task, parts=_list(part, "In order, without gaps.")),
                "Tasks that are touched.",
            ),
        ),
        "Method": _object(
            "One way to do it.",
            **method,
            because=because,
            prepare_by=_instant(
                "The last moment to make it ready, where that becomes impossible.", null=True
            ),
            until=_instant("When this verdict changes next; null where no such moment is known.", null=True),
        ),
        "AdviceSummary": _object(
            "What the outage means to the group, each verdict the worst of the whole time.",
            **whole,
            tasks=_list(
                _object(
                    "What it does to one task.",
                    **task,
                    methods=_list(_object("One way to do it.", **method), "Every method, easiest first."),
                ),
                "Tasks that are touched.",
            ),
        ),
    }


def _notice() -> dict[str, Schema]:
    data = _object(
        "The notice.",
        window=_ref("Window"),
        audience=_text("Id of the group of people whom it is for."),
        occasion=_word(Occasion, "Why it is told."),
        detail=_text("Tells occasions of one kind apart, as the lead time of a reminder; may be empty."),
        changes=_list(_word(Change, "One difference."), "What is not as it was told before."),
        before={
            "oneOf": [_ref("Window"), {"type": "null"}],
            "description": "The outage as it was told before.",
        },
        edition=_count("The number of the outage's version; a lower one than seen before is old news."),
        advice=_ref("AdviceSummary"),
        links=_object(
            "Where to read more.",
            pages=_map(
                {"type": "string", "format": "uri"}, "The page of the outage, by the language's code."
            ),
            advice={"type": "string", "format": "uri", "description": "The advice in full, for programs."},
        ),
    )
    return {
        "Notice": _object(
            "What is posted to a webhook. The same bytes each time it is tried again.",
            type={
                "enum": [notice_type(occasion) for occasion in Occasion],
                "description": "What happened, as Standard Webhooks has it.",
            },
            timestamp=_instant("When the notice was recorded."),
            version={"const": VERSION, "description": "As in the documents."},
            data=data,
        )
    }


def notice_type(occasion: Occasion) -> str:
    """The type of a webhook's message: words of letters, digits and ``_`` between full stops."""
    return f"notice.{occasion.value.replace('-', '_')}"


def _health() -> Schema:
    optional = {"failure": _text("Only while passes fail.")}
    whole = _object(
        "How the program is.",
        ok={
            "type": "boolean",
            "description": "False while the facts cannot be looked at; the answer is then 503.",
        },
        troubles=_list({"type": "string"}, "Kinds of trouble that somebody should look into."),
        last_pass=_instant("When the facts were last looked at.", null=True),
        look_again=_instant("When something is due next.", null=True),
        windows_open=_count("Outages that are under way or ahead."),
        outbox=_map(_count("How many."), f"Mails by state: {', '.join(MailState)}."),
        relay=_text("Whether the mail server takes mail, in words."),
        sources=_text("Whether the sources were read, in words."),
        drafts=_count("Readings of sources that wait for a person."),
        texts_unwritten=_count("Texts that cannot be written at present."),
    )
    return {**whole, "properties": {**whole["properties"], **optional}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(description: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
    }


def _list(items: Schema, description: str) -> Schema:
    return {"type": "array", "items": items, "description": description}


def _map(values: Schema, description: str) -> Schema:
    return {"type": "object", "additionalProperties": values, "description": description}


def _text(description: str, *, null: bool = False) -> Schema:
    return {"type": ["string", "null"] if null else "string", "description": description}


def _count(description: str) -> Schema:
    return {"type": "integer", "minimum": 0, "description": description}


def _instant(description: str, *, null: bool = False) -> Schema:
    return {**_text(description, null=null), "format": "date-time"}


def _word(words: Iterable[StrEnum], description: str) -> Schema:
    return {"enum": [word.value for word in words], "description": description}
