"""The same facts for programs: ``/api/windows.json`` and ``/api/advice.json``.

Keys and words are those of the commands' ``--json``; instants are ISO 8601 with the Warsaw offset. Neither
document holds the moment of building, so its bytes change only with the facts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from notifier.model import Advice, Edition, MethodAnswer, TaskAdvice, Window, iso
from notifier.web.facts import WindowFacts, window_path

VERSION = 1
"""Rises when a key changes its meaning or goes; new keys may appear at any time."""


def document(key: str, entries: Iterable[bytes]) -> bytes:
    """One JSON document around entries that are JSON already, one a line."""
    return b'{"version": %d, "%b": [\n%b\n]}\n' % (VERSION, key.encode(), b",\n".join(entries))


def window_entry(facts: WindowFacts, base_url: str, languages: tuple[str, ...]) -> bytes:
    """One window of ``/api/windows.json``: what holds, and how it came to that."""
    pages = {
        language: base_url + quote(window_path(facts.window.id, language, languages))
        for language in languages
    }
    return _json(
        {
            **_window(facts.window),
            "state": facts.state.value,
            "severity": {audience: advice.severity.value for audience, advice in facts.advice.items()},
            "pages": pages,
            "editions": [_edition(edition) for edition in facts.editions],
        }
    )


def advice_entry(facts: WindowFacts) -> bytes:
    """One window of ``/api/advice.json``: what it means for each audience."""
    told = [_advice(audience, advice) for audience, advice in facts.advice.items()]
    return _json({"window": facts.window.id, "state": facts.state.value, "audiences": told})


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": ")).encode()


def _window(window: Window) -> dict[str, Any]:
    return {
        "id": window.id,
        "systems": window.systems,
        "start": iso(window.start),
        "end": iso(window.end),
        "status": window.status.value,
        "impact": window.impact.value,
        "source": {
            "name": window.source.name,
            "url": window.source.url,
            "published": iso(window.source.published),
        },
        "note": window.note,
    }


def _edition(edition: Edition) -> dict[str, Any]:
    window = edition.window
    return {
        "number": edition.number,
        "known_at": iso(edition.known_at),
        "systems": window.systems,
        "start": iso(window.start),
        "end": iso(window.end),
        "status": window.status.value,
        "impact": window.impact.value,
    }


def _advice(audience: str, advice: Advice) -> dict[str, Any]:
    return {
        "audience": audience,
        "severity": advice.severity.value,
        "start": iso(advice.stretch.start),
        "end": iso(advice.stretch.end),
        "tasks": [_task(task) for task in advice.tasks],
        "prepare": [
            {"preparation": prepare.preparation, "method": prepare.method, "by": iso(prepare.by)}
            for prepare in advice.prepare
        ],
        "untouched": advice.untouched,
        "digest": advice.digest,
    }


def _task(task: TaskAdvice) -> dict[str, Any]:
    return {
        "task": task.task,
        "essential": task.essential,
        "verdict": task.verdict.word,
        "parts": [
            {
                "start": iso(part.interval.start),
                "end": iso(part.interval.end),
                "verdict": part.answer.verdict.word,
                "because": part.answer.because,
                "cause": part.answer.cause,
                "last_resort": part.answer.last_resort,
                "methods": [_method(method) for method in part.answer.methods],
            }
            for part in task.parts
        ],
    }


def _method(answer: MethodAnswer) -> dict[str, Any]:
    return {
        "method": answer.method,
        "bank": answer.bank,
        "step": answer.step,
        "verdict": answer.verdict.word,
        "because": answer.because,
        "prepare_by": iso(answer.prepare_by),
        "until": iso(answer.until),
    }
