"""One process per state directory."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from notifier.model import NotifierError

LOCK = "lock"
"""The file that is locked. It stays when the process ends."""


class LockError(NotifierError):
    """Another process has the state directory, or it cannot be used; ``path`` and ``reason`` say which."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


@contextlib.contextmanager
def alone_in(state: Path) -> Iterator[None]:
    """Hold the state directory for this process inside the block; the kernel lets go if it dies.

    Makes the directory, readable by this user only. Raises :class:`LockError`.
    """
    path = state / LOCK
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LockError(state, error.strerror or type(error).__name__) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            raise LockError(path, f"another notifier runs here (process {holder or 'unknown'})") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def holder_of(state: Path) -> int | None:
    """The process that holds the state directory, 0 where it does not say; ``None`` where nobody does.

    Raises :class:`LockError` where this user may not look.
    """
    path = state / LOCK
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LockError(path, error.strerror or type(error).__name__) from error
    try:
        # Shared and for no time at all: two who look do not meet, and one that starts is hardly ever met.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        said = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        return int(said) if said.isdecimal() else 0
    finally:
        os.close(descriptor)
    return None
