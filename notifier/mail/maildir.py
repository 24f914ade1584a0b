"""Mail into a folder, for a machine without a relay: any mail reader opens it as a Maildir."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from notifier.mail.answer import Answer, RelayTrouble, Reply, Step
from notifier.mail.transport import Letter, at_once


class MaildirTransport:
    """Writes each letter as a file below ``folder``, readable by this user only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        """The folder."""
        return str(self._folder)

    async def connect(self) -> MaildirConnection:
        """Make the folders. Raises :class:`RelayTrouble` where that is impossible."""
        try:
            await asyncio.to_thread(_make, self._folder)
        except OSError as error:
            raise RelayTrouble(_trouble(Step.CONNECT, error)) from error
        return MaildirConnection(self._folder)


class MaildirConnection:
    """The folder, as something letters can be handed to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writing: asyncio.Task[None] | None = None

    pipelining = False

    @property
    def usable(self) -> bool:
        """True: a folder does not hang up."""
        return True

    def hand_in(
        self, letter: Letter, verdict: Callable[[Reply], object], may_send: Callable[[], bool] = at_once
    ) -> None:
        """Write the letter; it is on the disk at the verdict. A repeat replaces the file written before."""
        self._writing = asyncio.create_task(self._write(letter, verdict))

    async def _write(self, letter: Letter, verdict: Callable[[Reply], object]) -> None:
        try:
            await asyncio.to_thread(_write, self._folder, letter)
        except OSError as error:
            verdict(_trouble(Step.CONTENT, error))
        else:
            verdict(Reply(Answer.ACCEPTED, Step.CONTENT, 250, text="written"))

    def stir(self) -> None:
        """Nothing is held back."""

    async def close(self) -> None:
        """Nothing is open between letters."""

    def abort(self) -> None:
        """Nothing is open between letters."""


def _trouble(step: Step, error: OSError) -> Reply:
    # strerror only: the whole text would repeat the file's name for every letter.
    return Reply(Answer.SERVER_TROUBLE, step, text=error.strerror or type(error).__name__)


def _make(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    for name in ("", "tmp", "new", "cur"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)


def _write(folder: Path, letter: Letter) -> None:
    """``tmp`` then ``new``, so that a reader never sees half a letter; both synced, so that it stays."""
    name = hashlib.sha256(letter.message_id.encode()).hexdigest()[:40] + ".notifier"
    draft = folder / "tmp" / name
    with open(draft, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(letter.whole.replace(b"\r\n", b"\n"))
        file.flush()
        os.fsync(file.fileno())
    target = folder / "new"
    draft.replace(target / name)
    listing = os.open(target, os.O_RDONLY)
    try:
        os.fsync(listing)
    finally:
        os.close(listing)
