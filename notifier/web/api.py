"""The same facts for programs: ``/api/windows.json``, ``/api/advice.json``, and what webhooks get.

Keys and words are those of the commands' ``--json``; instants are ISO 8601 with the Warsaw offset. Neither
document holds the moment of building, so its bytes change only with the facts. :mod:`notifier.web.schemas`
describes every key, and a test holds the two together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from notifier.model import Advice, Edition, MethodAnswer, Notice, TaskAdvice, Verdict, Window, iso
from notifier.web import openapi
from notifier.web.facts import WindowFacts, window_path
from notifier.web.schemas import VERSION, notice_type


def documents(base_url: str, windows: Iterable[bytes], advice: Iterable[bytes]) -> dict[str, bytes]:
    """The documents by their paths, around entries that are JSON already, and the one that describes them."""
    return {
        "/api/windows.json": _document(windows),
        "/api/advice.json": _document(advice),
        openapi.PATH: openapi.document(base_url),
    }


def _document(entries: Iterable[bytes]) -> bytes:
    """One entry a line."""
    return b'{"version": %d, "windows": [\n%b\n]}\n' % (VERSION, b",\n".join(entries))


def window_entry(facts: WindowFacts, base_url: str, languages: tuple[str, ...]) -> bytes:
    """One window of ``/api/windows.json``: what holds, and how it came to that."""
    return _json(
        {
            **window_document(facts.window),
            "state": facts.state.value,
            "severity": {audience: advice.severity.value for audience, advice in facts.advice.items()},
            "pages": _pages(facts.window, base_url, languages),
            "editions": [_edition(edition) for edition in facts.editions],
        }
    )


def advice_entry(facts: WindowFacts) -> bytes:
    """One window of ``/api/advice.json``: what it means for each audience."""
    told = [_advice(audience, advice) for audience, advice in facts.advice.items()]
    return _json({"window": facts.window.id, "state": facts.state.value, "audiences": told})


def notice_document(notice: Notice, now: datetime, base_url: str, languages: tuple[str, ...]) -> bytes:
    """What a webhook gets: one notice, recorded at ``now``, with the advice in short.

    Raises ``ValueError`` for a notice without advice, which is never told.
    """
    advice = notice.advice
    if advice is None:
        raise ValueError(f"{notice.key} tells nothing")
    data = {
        "window": window_document(advice.window),
        "audience": notice.key.audience,
        "occasion": notice.key.occasion.value,
        "detail": notice.key.detail,
        "changes": [change.value for change in notice.changes],
        "before": window_document(notice.told) if notice.told else None,
        "edition": notice.edition,
        "advice": _summary(advice),
        "links": {
            "pages": _pages(advice.window, base_url, languages),
            "advice": f"{base_url}/api/advice.json",
        },
    }
    return _json(
        {
            "type": notice_type(notice.key.occasion),
            "timestamp": iso(now),
            "version": VERSION,
            "data": data,
        }
    )


def _pages(window: Window, base_url: str, languages: tuple[str, ...]) -> dict[str, str]:
    return {language: base_url + quote(window_path(window.id, language, languages)) for language in languages}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": ")).encode()


def window_document(window: Window) -> dict[str, Any]:
    """The facts of a window as programs read them, here and from commands."""
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
    return {"audience": audience, **_whole(advice), "tasks": [_task(task) for task in advice.tasks]}


def _summary(advice: Advice) -> dict[str, Any]:
    """Without times: of each method what can be promised for all of it."""
    return {**_whole(advice), "tasks": [_short(task) for task in advice.tasks]}


def _short(task: TaskAdvice) -> dict[str, Any]:
    worst: dict[tuple[str, str | None, str], Verdict] = {}
    for part in task.parts:
        for answer in part.answer.methods:
            key = (answer.method, answer.bank, answer.step)
            worst[key] = min(answer.verdict, worst.get(key, answer.verdict))
    return {
        "task": task.task,
        "essential": task.essential,
        "verdict": task.verdict.word,
        "methods": [
            {"method": method, "bank": bank, "step": step, "verdict": verdict.word}
            for (method, bank, step), verdict in worst.items()
        ],
    }


def _whole(advice: Advice) -> dict[str, Any]:
    return {
        "severity": advice.severity.value,
        "start": iso(advice.stretch.start),
        "end": iso(advice.stretch.end),
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
