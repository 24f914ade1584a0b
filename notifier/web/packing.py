"""The tree packed for sending: made once in the background, so that no request waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

from notifier.web.answers import Answer, Answers
from notifier.web.asgi import App

WORTH = 1024
"""Bytes below which packing saves no packet on the wire."""

_GZIP, _BROTLI = 6, 5
"""Levels: beyond these each byte saved costs a multiple of time, and a feed changes many times a day."""


def pack(answers: Answers, go_on: Callable[[], bool] = lambda: True) -> int:
    """Put packed bodies into the answers that have none yet; how many answers that were.

    Stops where ``go_on`` says that these answers are served no more.
    """
    brotli, done = _brotli(), 0
    for answer in answers.by_path.values():
        if not go_on():
            break
        if answer.packed or len(answer.body) < WORTH or not _is_text(answer):
            continue
        packed = {b"gzip": gzip.compress(answer.body, _GZIP, mtime=0)}
        if brotli is not None:
            packed[b"br"] = brotli.compress(answer.body, quality=_BROTLI)
        smaller = {name: body for name, body in packed.items() if len(body) < len(answer.body)}
        answer.packed.update({name: answer.encoded(name, body) for name, body in smaller.items()})
        done += 1
    return done


class Packer:
    """Packs what an application serves, again and again, in a thread of its own."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._packed: Answers | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def stir(self) -> None:
        """The application may have new answers. Call it in the loop that serves them."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="packing")

    async def close(self) -> None:
        """End; what is being packed is left as it is."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        while self._packed is not self._app.answers:
            answers = self._packed = self._app.answers
            await asyncio.to_thread(pack, answers, partial(self._is_current, answers))

    def _is_current(self, answers: Answers) -> bool:
        return answers is self._app.answers and not self._closed


def _is_text(answer: Answer) -> bool:
    kind: bytes = dict(answer.found["headers"])[b"content-type"]
    return kind != b"application/octet-stream" and not kind.startswith(b"image/png")


def _brotli() -> Any:
    """The module, where somebody installed it: gzip alone serves everybody."""
    try:
        return importlib.import_module("brotli")
    except ImportError:
        return None
