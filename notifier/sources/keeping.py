"""The folder of one source under the state directory: its record, the copies of what was read, its mails.

::

    sources/<id>/state.json     the record: when read, how it went, what to ask with next
    sources/<id>/latest         what the last good statement was read from; latest.json says what it is
    sources/<id>/refused        the last thing that could not be believed, for somebody to look at
    sources/<id>/copies/        the last different ones before, newest last
    sources/<id>/mail/          mails, for kinds that are carried by mail

All of it is bounded, private to the daemon's user, and may be deleted at any time: what is lost is read again.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from notifier.sources.document import Document
from notifier.sources.schedule import Record
from notifier.sources.statement import TroubleKind

log = structlog.get_logger()

MOST_COPIES = 5
MOST_MAILS = 300
LONGEST_MAIL = 1024 * 1024
"""Octets of a mail that are kept: more than any notice, and a calendar part stands near the beginning."""

MAILS_KEPT = timedelta(days=120)

_MOMENTS = frozenset({"last_try", "last_good", "next_poll", "open_until", "as_of"})
_NAME = "%Y%m%dT%H%M%SZ"


class Keeper:
    """The folder of one source. Nothing but ``OSError`` is raised, where the disk does not take or give."""

    def __init__(self, state: Path, source: str) -> None:
        """``state`` is the state directory; nothing is made before something is kept."""
        self.folder = state / "sources" / source

    def record(self) -> Record:
        """What is known of the polls; a record that cannot be read counts as none, and all is read anew."""
        path = self.folder / "state.json"
        try:
            return _record(json.loads(path.read_bytes()))
        except FileNotFoundError:
            return Record()
        except (ValueError, TypeError, AttributeError, KeyError):
            log.warning("record of a source cannot be read and is begun anew", source=self.folder.name)
            return Record()

    def put_record(self, record: Record) -> None:
        """Put it there in place of the one before."""
        values = {key: value for key, value in dataclasses.asdict(record).items() if value}
        text = json.dumps(values, default=_plain, ensure_ascii=False, indent=1, sort_keys=True)
        self._write("state.json", text.encode())

    def latest(self) -> Document | None:
        """What the last good statement was read from; ``None`` if it is not there in one piece."""
        try:
            body = (self.folder / "latest").read_bytes()
            about = json.loads((self.folder / "latest.json").read_bytes())
            if about["digest"] != _digest(body):
                return None
            modified = datetime.fromisoformat(about["modified"]) if about["modified"] else None
            return Document(body, about["content_type"], about["url"], modified)
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError):
            log.warning("copy of a source cannot be read", source=self.folder.name)
            return None

    def put_latest(self, document: Document, now: datetime) -> None:
        """Keep what was read, and the one before as well if it was another."""
        before = self.latest()
        if before == document:
            return
        if before is not None and before.body != document.body:
            self._write(f"copies/{now:{_NAME}}", before.body)
            self._drop(self.folder / "copies", MOST_COPIES)
        about = {
            "content_type": document.content_type,
            "url": document.url,
            "modified": document.modified.isoformat() if document.modified else "",
            "digest": _digest(document.body),
        }
        self._write("latest", document.body)
        self._write("latest.json", json.dumps(about).encode())

    def put_refused(self, document: Document) -> None:
        """Keep what could not be believed."""
        self._write("refused", document.body)

    def add_mail(self, raw: bytes, now: datetime) -> bool:
        """Keep a mail; False for one that is already there. On disk for good once this returns."""
        digest = _digest(raw[:LONGEST_MAIL])[:16]
        folder = self.folder / "mail"
        if any(folder.glob(f"*-{digest}.eml")):
            return False
        self._write(f"mail/{now:{_NAME}}-{digest}.eml", raw[:LONGEST_MAIL])
        self._drop(folder, MOST_MAILS)
        return True

    def mails(self, now: datetime) -> list[Document]:
        """The mails that are not too old, in the order of their arrival; older ones are deleted."""
        oldest = f"{now - MAILS_KEPT:{_NAME}}"
        kept = []
        for path in self._files(self.folder / "mail"):
            if path.name < oldest:
                path.unlink(missing_ok=True)
            else:
                with contextlib.suppress(FileNotFoundError):
                    kept.append(Document(path.read_bytes(), "message/rfc822"))
        return kept

    def refuse_mail(self, mail: Document) -> None:
        """Put a mail aside that brings the reader down: it would do so at every poll."""
        self.put_refused(mail)
        for path in (self.folder / "mail").glob(f"*-{_digest(mail.body)[:16]}.eml"):
            path.unlink(missing_ok=True)

    def _files(self, folder: Path) -> list[Path]:
        return (
            sorted(path for path in folder.iterdir() if not path.name.startswith("."))
            if folder.is_dir()
            else []
        )

    def _drop(self, folder: Path, most: int) -> None:
        for path in self._files(folder)[:-most]:
            path.unlink(missing_ok=True)

    def _write(self, name: str, content: bytes) -> None:
        """Whole or not at all, whenever the power goes: written beside, brought to the disk, renamed."""
        path = self.folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            # Made empty and private first, so that at no moment anybody else can read what is in it.
            beside.touch(mode=0o600)
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


def _record(values: Mapping[str, Any]) -> Record:
    known = {field.name for field in dataclasses.fields(Record)}
    given = {key: value for key, value in values.items() if key in known}
    for key in _MOMENTS & given.keys():
        given[key] = _moment(given[key])
    if "trouble" in given:
        given["trouble"] = TroubleKind(given["trouble"])
    given["first_seen"] = {key: _moment(text) for key, text in given.get("first_seen", {}).items()}
    return Record(**given)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return moment


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
