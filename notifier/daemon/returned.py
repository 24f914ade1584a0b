"""What the daemon does about mail that comes back: a return path for each mail, and looks into the mailbox."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from notifier.config import Settings, read_secrets
from notifier.daemon.mailbox import Fate, Mailbox, MailboxError, look
from notifier.mail import Clock
from notifier.mail.bounces import ReturnPaths, Taken, return_paths, take
from notifier.mail.clock import within
from notifier.model import NotifierError
from notifier.store import Store

log = structlog.get_logger()

_FATES = {Taken.UNCLEAR: Fate.LEFT, Taken.EARLY: Fate.AGAIN}


def mailbox_of(settings: Settings, environ: Mapping[str, str]) -> Mailbox | None:
    """The mailbox that the settings name, if any. Raises :class:`InputProblems` for secrets with a mistake."""
    chosen = settings.bounces
    if not chosen.imap:
        return None
    secrets = read_secrets(environ)
    return Mailbox.parse(chosen.imap, secrets.bounces_user, secrets.bounces_password, chosen.done)


class Returned:
    """Return paths, and the reading of what came back by them. Nothing in here ends the daemon."""

    def __init__(self, store: Store, settings: Settings, mailbox: Mailbox | None, clock: Clock) -> None:
        """Raises :class:`StoreError` where the key of the return paths cannot be read or made."""
        base = settings.mail.bounces
        self._store = store
        self._paths: ReturnPaths | None = return_paths(store, base) if base else None
        self._mailbox = mailbox
        self._every = settings.bounces.every.total_seconds()
        self._clock = clock
        self._trouble = ""

    def sender(self, mail_id: int) -> str:
        """The address on a mail's envelope; empty for that of all mails."""
        return self._paths.of(mail_id) if self._paths else ""

    def header(self, mail_id: int) -> bytes:
        """The header line by which a complaint finds its mail; empty where nobody would read it."""
        return self._paths.header(mail_id) if self._paths else b""

    async def watch(self, stop: asyncio.Event) -> None:
        """Look into the mailbox, if there is one, now and then until ``stop`` is set."""
        if self._mailbox is None:
            await stop.wait()
            return
        if self._paths is None:
            log.error("mailbox is not read: set [mail] bounces, or no report can be told from another")
            await stop.wait()
            return
        while not stop.is_set():
            await self._look(self._mailbox, self._paths)
            await within(self._clock, self._every, stop.wait())

    async def _look(self, mailbox: Mailbox, paths: ReturnPaths) -> None:
        def fate(raw: bytes) -> Fate:
            return _FATES.get(take(self._store, paths, raw), Fate.DONE)

        try:
            counts = await asyncio.to_thread(look, mailbox, fate)
        except MailboxError as error:
            self._note(error.reason)
        except NotifierError as error:
            self._note(str(error))
        except Exception as error:
            log.exception("mailbox cannot be read")
            self._trouble = type(error).__name__
        else:
            self._note("")
            if any(counts.values()):
                log.info("mailbox read", **{name.value: count for name, count in counts.items()})

    def _note(self, trouble: str) -> None:
        """One line when it begins, or becomes another, and one when it is over."""
        if trouble and trouble != self._trouble:
            log.error("mailbox cannot be read", reason=trouble, again_in=self._every)
        if self._trouble and not trouble:
            log.info("mailbox can be read again")
        self._trouble = trouble
