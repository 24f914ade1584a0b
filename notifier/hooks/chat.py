"""One channel in a chat: words, brought there by apprise in a process that can be ended however it hangs."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from notifier.hooks.answer import Answer, Meaning
from notifier.model import NotifierError
from notifier.store import ClaimedCall

PATIENCE = 30.0
"""Seconds for one try, from the start of its process to its end."""

AT_ONCE = 4
"""So many processes at a time: one takes some 60 MB. All chats there may be (20) are through well within a lease."""

_LONGER = 5
"""Seconds after which a process ends by itself, when whoever should have ended it has died."""

# -P: what happens to lie beside the program is none of the modules that it imports.
_PROGRAM = (sys.executable, "-P", str(Path(__file__).with_name("speaking.py")))


class ChatProblem(NotifierError):
    """A chat cannot be spoken in. Its address is not shown."""

    def __init__(self, chat: str, what: str) -> None:
        self.chat = chat
        self.what = what
        super().__init__(f"chat {chat}: its address {what}")


@dataclass(frozen=True, slots=True)
class Chat:
    """A channel. Whoever knows the address can speak there: it is not shown, and no argument of a process.

    ``name`` and ``home`` say who speaks, where a chat shows that. ``turns`` are shared by all chats.
    """

    id: str
    address: str = field(repr=False)
    name: str
    home: str
    turns: asyncio.Semaphore = field(repr=False, compare=False)
    patience: float = PATIENCE

    async def send(self, call: ClaimedCall, now: datetime) -> Answer:
        """Say it once. However that goes, an answer comes back within :attr:`patience` of its turn."""
        words = {**json.loads(call.body), "address": self.address, "name": self.name, "home": self.home}
        async with self.turns:
            try:
                taken = await _ask(
                    json.dumps({"say": words, "seconds": _seconds(self.patience)}), self.patience
                )
            except TimeoutError:
                return Answer(Meaning.LATER, None, f"no answer within {self.patience:g} s")
            except OSError as error:
                return Answer(Meaning.LATER, None, type(error).__name__)
        if taken == "true":
            return Answer(Meaning.TAKEN, None, "taken")
        return Answer(Meaning.LATER, None, "not taken" if taken == "false" else "apprise failed")


def check(addresses: Mapping[str, str]) -> None:
    """Raise :class:`ChatProblem` for an address that apprise does not understand, or that is of several channels.

    Of several channels one may take what another does not, and there is no telling which. Blocks for about a second.
    """
    if not addresses:
        return
    asked = json.dumps({"check": list(addresses.values()), "seconds": _seconds(PATIENCE)})
    try:
        said = subprocess.run(  # noqa: S603 - our own program
            _PROGRAM, input=asked.encode(), capture_output=True, timeout=PATIENCE, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise ChatProblem(next(iter(addresses)), f"cannot be checked: {type(error).__name__}") from None
    for chat, channels in zip(addresses, json.loads(said), strict=True):
        if not channels:
            raise ChatProblem(chat, "is none that apprise understands; it is written like mmost://host/token")
        if channels > 1:
            raise ChatProblem(chat, "names several channels: make each a chat of its own")


async def _ask(asked: str, patience: float) -> str:
    """What the program answers, nothing where it fails. Raises ``TimeoutError`` and ``OSError``."""
    process = await asyncio.create_subprocess_exec(*_PROGRAM, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    try:
        async with asyncio.timeout(patience):
            said, _ = await process.communicate(asked.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return said.decode().strip() if process.returncode == 0 else ""


def _seconds(patience: float) -> int:
    return int(patience) + _LONGER
