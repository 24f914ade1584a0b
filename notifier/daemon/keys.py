"""The key that people's links are signed with.

Machines that share a store must share the key, or a link from one is a stranger's to the other: they are given
the same credential file. A machine that is given none makes a key once, in its state directory; losing that
file makes every link in every mail sent so far worthless.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

from notifier.config import read_secrets
from notifier.model import NotifierError
from notifier.store import Store

PRINT = "link-key-print"
"""The mark in the store by which another key is noticed."""

KEY = "link-key"
"""The file in the state directory."""

_BYTES = 32


class KeyProblem(NotifierError):
    """The key cannot be read or made; ``path`` and ``reason`` say where and why, and never what is in it."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


def link_key(state: Path, environ: Mapping[str, str]) -> bytes:
    """The key: the credential ``link-key``, else the one in the state directory, made if there is none.

    Raises :class:`KeyProblem`, and :class:`~notifier.model.InputProblems` for a credential that is no key.
    """
    given = read_secrets(environ).link_key
    if given:
        return given.encode()
    path = state / KEY
    try:
        if not path.exists():
            _make(path)
        text = path.read_bytes()
    except OSError as error:
        raise KeyProblem(path, error.strerror or type(error).__name__) from error
    key = text.strip()
    if len(key) != 2 * _BYTES:
        raise KeyProblem(
            path, "holds no key; put the one back that was there, or remove the file for a new one"
        )
    return key


def same_key(store: Store, key: bytes, *, keep: bool) -> bool:
    """True if the links of this store were signed with that key so far, or with none.

    With ``keep`` it is the one from now on. What is stored tells nothing about the key.
    """
    print_ = hmac.new(key, PRINT.encode(), hashlib.sha256).hexdigest()
    known = store.marks.get(PRINT)
    if keep and known != print_:
        store.marks.put(PRINT, print_)
    return known in (None, print_)


def _make(path: Path) -> None:
    """Put a new key there, whole or not at all; the first of two processes wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{KEY}.", dir=path.parent)  # readable by its owner alone
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(_BYTES)}\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
    finally:
        fresh.unlink()
