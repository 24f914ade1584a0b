"""Write the public tree as files: only what changed, each file whole, nothing outside its own directory."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from notifier.web.errors import WebError

MARKER = ".notifier-tree"
"""The file that makes a directory ours. It lists what we wrote, and nothing else is ever removed."""

_TEMPORARY = ".notifier-new"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_tree(
    directory: Path,
    tree: Mapping[str, bytes],
    at: datetime | None = None,
    before: Mapping[str, bytes] | None = None,
) -> list[str]:
    """Make ``directory`` hold exactly ``tree`` (address path -> bytes); return the paths that changed, sorted.

    A file appears whole or not at all (temporary file, then rename); a file whose bytes are the same is not
    touched, so its modification time stays true. Files written by an earlier call and now gone from the tree
    are removed, files of anybody else stay. The directory must be missing, empty, or already ours. No symbolic
    link below it is followed. Two writers at a time are refused.

    ``at`` becomes the modification time of what is written, instead of the time of writing. ``before`` is the tree
    that the caller wrote here last: a file that it held with the same bytes is not read, only looked for.

    Raises :class:`WebError` when the directory is not ours, a path is not plain, or the disk says no.
    """
    wanted = {path: _parts(path) for path in sorted(tree)}
    now, known = set(wanted), before or {}
    with _root(directory) as root, _one_writer(root, directory):
        held = _manifest(root, directory)
        changed: list[str] = []
        try:
            # The list grows before the files and shrinks after them: whatever moment the process dies at,
            # each of our files is on the list and a later call can still clear it away.
            _put_manifest(root, held | now, held)
            for path, parts in wanted.items():
                if path in held and known.get(path) == tree[path] and _stands(root, parts, len(tree[path])):
                    continue
                with _folder(root, parts[:-1], make=True) as folder:
                    if folder is not None and _put(folder, parts[-1], tree[path], at):
                        changed.append(path)
            changed += [path for path in sorted(held - now) if _remove(root, _parts(path))]
            _put_manifest(root, now, held | now)
        except OSError as error:
            raise WebError("cannot write below", str(directory), _reason(error)) from error
    return sorted(changed)


def modified(directory: Path, paths: Iterable[str]) -> dict[str, datetime]:
    """When the files at these paths were last modified; those that are missing are left out."""
    found: dict[str, datetime] = {}
    for path in paths:
        with contextlib.suppress(OSError):
            seconds = directory.joinpath(*_parts(path)).lstat().st_mtime
            found[path] = datetime.fromtimestamp(seconds, UTC)
    return found


def _parts(path: str) -> tuple[str, ...]:
    """The segments of an address path; raises :class:`WebError` for anything that is not plain."""
    parts = tuple(path.split("/")[1:])
    plain = bool(parts) and path.startswith("/") and all(part not in ("", ".", "..") for part in parts)
    reserved = any(part == MARKER or part.endswith(_TEMPORARY) for part in parts)
    if not plain or reserved or "\0" in path:
        raise WebError("cannot write the page", repr(path), "its path is not a plain one")
    return parts


def _reason(error: OSError) -> str:
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return f"{error.filename or 'a folder'} is a symbolic link or a file where a folder is needed"
    return error.strerror or str(error)


@contextlib.contextmanager
def _root(directory: Path) -> Iterator[int]:
    """The directory itself, opened once: everything below is reached from here, whatever is renamed above."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise WebError("cannot open the folder", str(directory), error.strerror or str(error)) from error
    try:
        yield handle
    finally:
        os.close(handle)


@contextlib.contextmanager
def _one_writer(root: int, directory: Path) -> Iterator[None]:
    try:
        fcntl.flock(root, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise WebError("cannot write below", str(directory), "another process is writing there") from error
    try:
        yield
    finally:
        fcntl.flock(root, fcntl.LOCK_UN)


def _manifest(root: int, directory: Path) -> set[str]:
    """The paths written before; raises :class:`WebError` when the directory belongs to somebody else."""
    data = _read(root, MARKER)
    if data is None:
        if os.listdir(root):
            raise WebError("will not write into", str(directory), f"it is not empty and has no {MARKER}")
        os.fchmod(root, 0o755)
        return set()
    try:
        return {path for path in json.loads(data)["files"] if _parts(path)}
    except (ValueError, KeyError, TypeError, AttributeError, WebError) as error:
        raise WebError("will not write into", str(directory), f"its {MARKER} is damaged: {error}") from error


def _put_manifest(root: int, paths: set[str], before: set[str]) -> None:
    if paths != before or not _exists(root, MARKER):
        text = json.dumps({"version": 1, "files": sorted(paths)}, ensure_ascii=False, indent=0)
        _put(root, MARKER, text.encode())


@contextlib.contextmanager
def _folder(root: int, parts: tuple[str, ...], *, make: bool) -> Iterator[int | None]:
    """The folder at ``parts`` below ``root``, or ``None`` when it is missing and not to be made."""
    handles = [os.dup(root)]
    try:
        for part in parts:
            step = _step(handles[-1], part, make=make)
            if step is None:
                break
            handles.append(step)
        yield handles[-1] if len(handles) == len(parts) + 1 else None
    finally:
        for handle in handles:
            os.close(handle)


def _step(parent: int, name: str, *, make: bool) -> int | None:
    try:
        return os.open(name, _FOLDER, dir_fd=parent)
    except FileNotFoundError:
        if not make:
            return None
    os.mkdir(name, dir_fd=parent)
    handle = os.open(name, _FOLDER, dir_fd=parent)
    # The tree is public and another program may serve it, whatever mask our private state is kept under.
    os.fchmod(handle, 0o755)
    return handle


def _exists(folder: int, name: str) -> bool:
    return name in os.listdir(folder)


def _read(folder: int, name: str) -> bytes | None:
    """The bytes of a regular file; ``None`` for a missing one, a link, or anything else."""
    try:
        handle = os.open(name, _READ, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENXIO):
            return None
        raise
    with os.fdopen(handle, "rb") as file:
        try:
            return file.read()
        except IsADirectoryError:
            return None


def _stands(root: int, parts: tuple[str, ...], size: int) -> bool:
    """True while a regular file of that size is there: enough for one that we wrote ourselves."""
    try:
        found = os.stat("/".join(parts), dir_fd=root, follow_symlinks=False)
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == size


def _put(folder: int, name: str, data: bytes, at: datetime | None = None) -> bool:
    """Write one file unless it holds these bytes already; True when it was written."""
    if _read(folder, name) == data:
        return False
    fresh = f"{name}{_TEMPORARY}"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(fresh, dir_fd=folder)  # left by a process that died here; we hold the lock
    # Not synced to disk: the tree can be built again from the facts at any moment.
    with os.fdopen(os.open(fresh, _CREATE, 0o600, dir_fd=folder), "wb") as file:
        os.fchmod(file.fileno(), 0o644)
        file.write(data)
        if at is not None:
            file.flush()  # what is written later would set the time once more
            os.utime(file.fileno(), (at.timestamp(), at.timestamp()))
    os.rename(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)
    return True


def _remove(root: int, parts: tuple[str, ...]) -> bool:
    """Remove one file of ours and the folders that it leaves empty; True when it was there."""
    with _folder(root, parts[:-1], make=False) as folder:
        if folder is None:
            return False
        try:
            os.unlink(parts[-1], dir_fd=folder)
        except FileNotFoundError:
            return False
    for depth in range(len(parts) - 1, 0, -1):
        with _folder(root, parts[: depth - 1], make=False) as above:
            if above is None:
                break
            try:
                os.rmdir(parts[depth - 1], dir_fd=above)
            except OSError:
                break  # somebody else's file lives there, or it went already
    return True
