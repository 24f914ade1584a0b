"""Reading sources: what is due is fetched, kept, read, doubted, and told as a statement or a trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from notifier.model import iso
from notifier.sources.document import Document
from notifier.sources.fetching import Client, Limits, Request
from notifier.sources.keeping import Keeper
from notifier.sources.kind import BACK, Asked, Carrier, Kind, Memory, SourceError, Told
from notifier.sources.kinds import kind_of
from notifier.sources.mailbox import Login, look
from notifier.sources.reading import Names
from notifier.sources.schedule import Record, after_good, after_trouble, is_due, objection, open_until
from notifier.sources.source import Source
from notifier.sources.statement import Claim, Statement, Trouble, TroubleKind

log = structlog.get_logger()

MOST_CLAIMS = 2000
UNDATED_BACK = timedelta(days=60)
"""How long after its start, or its publication, a claim whose end nobody told is worth a look."""

READING_SECONDS = 60.0
"""How long the reading of one source's answer may take."""

AT_ONCE = 4
MOST_OCTETS = Limits().octets
"""The most a file may hold, as much as what is fetched."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What a poll has brought up before it is believed."""

    told: Told
    record: Record
    document: Document | None


class Poller:
    """Reads sources, each at its time. One poller a state directory; it may be thrown away at any time."""

    def __init__(
        self, state: Path, names: Names, client: Client, logins: Mapping[str, Login] | None = None
    ) -> None:
        """``names`` are those of the catalogue, ``logins`` those of mailboxes by id of their source."""
        self._state = state
        self._names = names
        self._client = client
        self._logins = logins or {}
        self._hosts: dict[str, asyncio.Lock] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    def record(self, source: Source) -> Record:
        """What is known of the polls of a source."""
        return Keeper(self._state, source.id).record()

    def next_poll(self, sources: Iterable[Source], now: datetime) -> datetime | None:
        """When the next of them is due, ``now`` if one is; ``None`` without sources."""
        records = [self.record(source) for source in sources]
        moments = [now if is_due(record, now) else record.next_poll or now for record in records]
        return min(moments, default=None)

    async def poll_due(self, sources: Sequence[Source], now: datetime) -> list[Statement | Trouble]:
        """Read those whose time has come: several at once, though one at a time from one server."""
        due = [source for source in sources if is_due(self.record(source), now)]
        return list(await asyncio.gather(*(self._in_turn(source, now) for source in due)))

    async def poll(self, source: Source, now: datetime, *, believe: bool = False) -> Statement | Trouble:
        """Read one now, due or not. ``believe``: also what looks like an old copy or a sudden silence.

        Raises ``OSError`` where the state directory cannot be written; all else is a trouble.
        """
        keeper = Keeper(self._state, source.id)
        record = keeper.record()
        try:
            read = await self._read(source, keeper, record, now)
            statement, record = _judged(source, read, keeper, now, believe=believe)
        except SourceError as error:
            failed = after_trouble(record, source, now, error.kind, error.detail, error.retry_after)
            return self._in_vain(source, keeper, record, failed, now)
        except OSError:
            raise
        except Exception as error:
            # Whatever a stranger's bytes bring about in a reader ends that poll and nothing else.
            log.exception("source could not be read", source=source.id)
            detail = f"could not be read: {type(error).__name__}"
            failed = after_trouble(record, source, now, TroubleKind.BAD_DATA, detail, None)
            return self._in_vain(source, keeper, record, failed, now)
        keeper.put_record(record)
        log.info("source read", source=source.id, claims=len(statement.claims), next=iso(record.next_poll))
        return statement

    async def _in_turn(self, source: Source, now: datetime) -> Statement | Trouble:
        host = urlsplit(source.url).netloc or source.id
        async with self._hosts.setdefault(host, asyncio.Lock()), self._room:
            return await self.poll(source, now)

    def _in_vain(
        self, source: Source, keeper: Keeper, before: Record, record: Record, now: datetime
    ) -> Trouble:
        keeper.put_record(record)
        kind, retry_at = record.trouble or TroubleKind.BAD_DATA, record.next_poll or now
        # One line when it begins or becomes another: the record and `sources list` say how long it lasts.
        if before.trouble is not kind:
            log.warning(
                "source not read",
                source=source.id,
                trouble=kind.value,
                detail=record.detail,
                again=iso(retry_at),
            )
        return Trouble(source.id, now, kind, record.detail, retry_at)

    async def _read(self, source: Source, keeper: Keeper, record: Record, now: datetime) -> _Read:
        kind = kind_of(source.kind)
        asked = Asked(source, now, self._names, Memory(now, record.first_seen))
        if kind.carrier is Carrier.DOCUMENT:
            document, record = await self._document(source, kind, keeper, record, now)
            try:
                told = await _in_thread(lambda: kind.read(document, asked))
            except SourceError:
                keeper.put_refused(document)
                raise
        else:
            document = None
            if kind.carrier is Carrier.MAILBOX:
                record = await self._mailbox(source, keeper, record, now)
            told = await _in_thread(lambda: _all_told(_each_told(kind, keeper, asked)))
        return _Read(told, replace(record, first_seen=asked.memory.used), document)

    async def _document(
        self, source: Source, kind: Kind, keeper: Keeper, record: Record, now: datetime
    ) -> tuple[Document, Record]:
        if source.path is not None:
            return await asyncio.to_thread(_file, source.path), record
        kept = keeper.latest()
        # Asking whether it has changed is of use only with the copy that has not.
        etag, modified = (record.etag, record.last_modified) if kept else ("", "")
        request = Request(source.url, kind.accept, etag, modified, source.obey_robots)
        answer = await self._client.get(request, now)
        record = replace(
            record, etag=answer.etag, last_modified=answer.last_modified, moved_to=answer.moved_to
        )
        if answer.document is not None:
            return answer.document, record
        if kept is None:
            raise SourceError(TroubleKind.BAD_DATA, "answered 304 to what was not asked")
        return kept, record

    async def _mailbox(self, source: Source, keeper: Keeper, record: Record, now: datetime) -> Record:
        login = self._logins.get(source.id)

        def take(raw: bytes) -> None:
            keeper.add_mail(raw, now)

        cursor = await asyncio.to_thread(look, source.url, login, record.cursor, now, take)
        return replace(record, cursor=cursor)


def _judged(
    source: Source, read: _Read, keeper: Keeper, now: datetime, *, believe: bool
) -> tuple[Statement, Record]:
    """The statement, if it is to be believed, with the record after it. Raises :class:`SourceError`."""
    told, document, record = read.told, read.document, read.record
    dated = told.as_of or (document.modified if document else None)
    # A date in the future would make everything after it look old.
    as_of = min(dated, now) if dated else None
    against = None if believe or document is None else objection(record, told, as_of, now)
    if against is not None and document is not None:
        keeper.put_refused(document)
        raise SourceError(*against)
    if len(told.claims) > MOST_CLAIMS:
        raise SourceError(TroubleKind.TOO_BIG, f"more than {MOST_CLAIMS} windows")
    if document is not None:
        keeper.put_latest(document, now)
    claims = tuple(_tidy(claim, now) for claim in told.claims if not _is_history(claim, now))
    good = replace(
        after_good(record, source, now),
        items=told.items,
        claims=len(claims),
        open_until=open_until(claims),
        as_of=as_of,
    )
    return Statement(source.id, now, claims, told.complete), good


def _is_history(claim: Claim, now: datetime) -> bool:
    """True for what was over long ago: the first look at a feed is not to bring up years of old news."""
    if claim.end is None and claim.start is None:
        return claim.published is not None and claim.published < now - UNDATED_BACK
    return (claim.end or claim.start or now) < now - (BACK if claim.end else UNDATED_BACK)


def _tidy(claim: Claim, now: datetime) -> Claim:
    """A claim published in the future would be known to nobody until then: such a date is none."""
    if claim.published is not None and claim.published > now:
        return replace(claim, published=None)
    return claim


def _each_told(kind: Kind, keeper: Keeper, asked: Asked) -> Iterator[Told]:
    """What each mail says; one that cannot be read at all is put aside and hinders no other."""
    for mail in keeper.mails(asked.now):
        try:
            yield kind.read(mail, asked)
        except SourceError as error:
            log.warning(
                "mail is put aside", source=asked.source.id, trouble=error.kind.value, detail=error.detail
            )
            keeper.refuse_mail(mail)
        except Exception:
            log.exception("mail could not be read and is put aside", source=asked.source.id)
            keeper.refuse_mail(mail)


def _all_told(mails: Iterable[Told]) -> Told:
    """What all mails say together; of two that speak of the same, the one written later holds."""
    claims: dict[str, Claim] = {}
    oldest = datetime.min.replace(tzinfo=UTC)
    in_order = sorted(mails, key=lambda told: told.as_of or oldest)
    for told in in_order:
        claims |= {claim.key: claim for claim in told.claims}
    return Told(tuple(claims.values()), len(in_order))


def _file(path: Path) -> Document:
    try:
        about = path.stat()
        if about.st_size > MOST_OCTETS:
            raise SourceError(TroubleKind.TOO_BIG, f"more than {MOST_OCTETS:,} octets")
        return Document(path.read_bytes(), modified=datetime.fromtimestamp(about.st_mtime, UTC))
    except OSError as error:
        raise SourceError(TroubleKind.NOT_SET_UP, f"the file cannot be read: {error.strerror}") from None


async def _in_thread(work: Callable[[], Told]) -> Told:
    """Beside the loop, which has other things to do, and not for ever."""
    waiting: Awaitable[Told] = asyncio.to_thread(work)
    try:
        return await asyncio.wait_for(waiting, READING_SECONDS)
    except TimeoutError:
        detail = f"takes more than {READING_SECONDS:g} s to read"
        raise SourceError(TroubleKind.BAD_DATA, detail) from None
