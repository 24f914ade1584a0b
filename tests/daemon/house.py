"""A daemon of one's own: a small configuration in a folder, a service put together by hand, and a process."""

from __future__ import annotations

import asyncio
import functools
import os
import shutil
import signal
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from structlog.typing import EventDict

from notifier.cycle import Pass, read_config
from notifier.daemon.calling import lines_of
from notifier.daemon.manager import ServiceManager
from notifier.daemon.parts import Hooks, Parts
from notifier.daemon.service import Service
from notifier.daemon.watching import Watcher
from notifier.mail import MaildirTransport, Transport
from notifier.store import NewSubscriber, Store
from notifier.web import Listening
from tests.mail.office import FakeClock

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "config" / "good" / "config"
T0 = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
"""When the clocks of these tests begin; a Monday noon in Warsaw."""

HOUR = timedelta(hours=1)
REVIEW_PASSWORD = "a password for tests alone"
TOML = '[site]\nlanguages = ["pl"]\n\n[schedule]\nsettle = "0s"\n'


def entry(id_: str, start: datetime, *, system: str, published: datetime, hours: float = 8) -> str:
    """One window as it stands in a file."""
    begin, end, told = (f"{at:%Y-%m-%dT%H:%MZ}" for at in (start, start + timedelta(hours=hours), published))
    return (
        f"- id: {id_}\n  systems: [{system}]\n  start: {begin}\n  end: {end}\n"
        f"  status: confirmed\n  impact: outage\n  source: {{name: COI, published: {told}}}\n"
    )


def soon(id_: str = "gate-1", start: datetime = T0 + 30 * HOUR) -> str:
    """An outage of the gate that was announced the day before the clocks begin."""
    return entry(id_, start, system="gate", published=T0 - 24 * HOUR)


def settle_in(folder: Path, *windows: str, of: Path = SMALL, toml: str = TOML) -> Path:
    """Copy a configuration, with these windows and nobody subscribed; returns its folder."""
    config = folder / "config"
    shutil.copytree(
        of, config, ignore=shutil.ignore_patterns("windows", "subscribers.yaml*", "notifier.toml")
    )
    (config / "windows").mkdir()
    (config / "windows" / "ours.yaml").write_text("".join(windows) or "[]\n")
    (config / "notifier.toml").write_text(toml)
    return config


@functools.cache
def empty_store() -> bytes:
    """A store file with its tables and nothing in them: making one takes longer than most of what is tested."""
    with tempfile.TemporaryDirectory() as folder:
        Store.open(f"sqlite:///{folder}/empty.db").close()
        return (Path(folder) / "empty.db").read_bytes()


def enter(url: str, *names: str, now: datetime = T0, audience: str = "patient") -> None:
    """Subscribe ``name@example.pl`` for each."""
    store = Store.open(url)
    try:
        people = [NewSubscriber(f"{name}@example.pl", (audience,), "pl") for name in names]
        store.subscribers.import_(people, "test", now)
    finally:
        store.close()


class Hand:
    """Wakes the service when told, and knows when it has gone back to sleep. Nothing waits for a clock."""

    def __init__(self) -> None:
        self.moment: datetime | None = None
        self._pulled = asyncio.Event()
        self._asleep = asyncio.Event()

    def set(self, moment: datetime | None) -> None:
        self.moment = moment

    def ring(self) -> None:
        self._pulled.set()

    async def wait(self) -> None:
        self._asleep.set()
        await self._pulled.wait()
        self._pulled.clear()
        self._asleep.clear()

    async def slept(self) -> None:
        """Until the service sleeps and nobody has rung."""
        async with asyncio.timeout(20):
            while self._pulled.is_set() or not self._asleep.is_set():
                await self._asleep.wait()
                await asyncio.sleep(0)

    async def look(self) -> None:
        """Have the service look at the facts once."""
        await self.slept()
        self.ring()
        await self.slept()


@dataclass
class House:
    """A service in this process, and what it says to the outside."""

    service: Service
    hand: Hand
    clock: FakeClock
    config: Path
    state: Path
    running: asyncio.Task[None]
    passes: list[Pass] = field(default_factory=list)
    where: Listening | None = None

    async def get(self, path: str) -> tuple[int, str]:
        """Ask the service's web server; status and text."""
        assert self.where is not None
        return await asyncio.to_thread(get, self.where.url.rstrip("/") + path)

    async def at(self, moment: datetime) -> None:
        """Have the service look at the facts at that moment."""
        await self.hand.slept()
        self.clock.advance((moment - self.clock.now()).total_seconds())
        await self.hand.look()

    def windows(self, *windows: str) -> None:
        """Write the file of windows anew."""
        (self.config / "windows" / "ours.yaml").write_text("".join(windows))

    async def until(self, wanted: Callable[[], object]) -> None:
        """Wait until it is true. For what only files can tell."""
        async with asyncio.timeout(10):
            while not wanted():  # noqa: ASYNC110 - no event tells what another thread did to a file
                await asyncio.sleep(0.002)

    def rows(self) -> list[str]:
        """The states of the mails, oldest first."""
        store = Store.open(self.service.parts.store_url, migrate=False)
        try:
            return [row.state.value for row in store.outbox.list(limit=10_000)[::-1]]
        finally:
            store.close()


@asynccontextmanager
async def service(
    folder: Path,
    *windows: str,
    people: tuple[str, ...] = (),
    transport: Transport | None = None,
    environ: Mapping[str, str] | None = None,
    manager: Mapping[str, str] | None = None,
    store_url: str = "",
    templates: Path | None = None,
    again_at: datetime | None = None,
    reads: bool = False,
    toml: str = TOML,
) -> AsyncIterator[House]:
    """Run a service on a configuration with these windows; it has made its first pass, and ends with the block.

    ``again_at`` starts it once more, at that moment, where one ran before; ``reads`` has it read sources.
    """
    config, state = folder / "config", folder / "state"
    url = store_url or f"sqlite:///{state / 'notifier.db'}"
    if again_at is None:
        settle_in(folder, *(windows or (soon(),)), toml=toml)
        state.mkdir()
        if not store_url:
            (state / "notifier.db").write_bytes(empty_store())
    if people:
        enter(url, *people)
    settings = {"NOTIFIER_WEB__LISTEN": "127.0.0.1:0", **(environ or {})}
    loaded = read_config(config, templates, settings)
    hand, clock, passes = Hand(), FakeClock(again_at or T0), []
    listening = asyncio.get_running_loop().create_future()
    made = Service(
        Parts(
            config=loaded,
            store_url=url,
            public=state / "public",
            transport=transport or MaildirTransport(state / "mail"),
            clock=clock,
            waker=hand,
            owner="test",
            manager=ServiceManager(manager or {}),
            watcher=Watcher(loaded, settings),
            lines=functools.partial(lines_of, environ=settings),
            hooks=Hooks(passed=passes.append, listening=listening.set_result),
            read_sources=state if reads else None,
            review_password=REVIEW_PASSWORD,
        )
    )
    running = asyncio.create_task(made.run())
    try:
        await asyncio.wait({running, listening}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        yield House(made, hand, clock, config, state, running, passes, listening.result())
        made.stop()
        async with asyncio.timeout(20):
            await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def get(url: str) -> tuple[int, str]:
    """Status and text of an answer; blocks."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


class Daemon:
    """``python -m notifier run`` as a process of its own."""

    def __init__(self, config: Path, state: Path, **settings: str) -> None:
        self.log = state.parent / "stderr"
        self._arguments = ["-m", "notifier", "run", "--config", str(config), "--state", str(state)]
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("NOTIFIER_")}
        self._environ = {**inherited, "PYTHONPATH": str(ROOT), "NOTIFIER_WEB__LISTEN": "", **settings}
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; its words are added to those of its former lives."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._arguments,
                env=self._environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def lives_until(self, event: Awaitable[object]) -> None:
        """Wait for something that the daemon brings about; fails with its log if it ends before."""
        assert self._process is not None
        end, happened = asyncio.create_task(self._process.wait()), asyncio.ensure_future(event)
        try:
            await asyncio.wait({end, happened}, timeout=30, return_when=asyncio.FIRST_COMPLETED)
            assert happened.done(), self.log.read_text()
            happened.result()
        finally:
            end.cancel()
            happened.cancel()
            await asyncio.gather(end, happened, return_exceptions=True)

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait for its end; the exit status, negative for a signal."""
        assert self._process is not None
        async with asyncio.timeout(30):
            return await self._process.wait()

    async def says(self, words: str) -> str:
        """Wait until these words are in the log; the whole log."""
        async with asyncio.timeout(30):
            while words not in (said := self.log.read_text()):
                assert self._process is not None
                assert self._process.returncode is None, said
                await asyncio.sleep(0.01)
        return said

    async def gone(self) -> None:
        """Make sure that it is gone."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


def events(logs: list[EventDict], *names: str) -> list[EventDict]:
    """The logged events of these names."""
    return [event for event in logs if event["event"] in names]
