"""What tests of sources share: a site, and a poller with a folder of its own."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from notifier.config.assembly import assemble
from notifier.config.report import Report
from notifier.config.sheets import Sheets, read_sheets
from notifier.config.sources import SourceKind, SourceSpec, Trust
from notifier.sources import Statement, Trouble
from notifier.sources.fetching import Client, Limits
from notifier.sources.keeping import Keeper
from notifier.sources.polling import Poller
from notifier.sources.reading import Names, names_of
from notifier.sources.schedule import Record
from tests.sources.examples import EXAMPLES, NOW
from tests.sources.server import Site, serving

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("pl", "en")


@pytest.fixture(scope="session")
def sheets() -> Sheets:
    """The files of the shipped catalogue."""
    report = Report()
    found, _ = read_sheets(ROOT / "config" / "catalogue", LANGUAGES, report)
    assert report.problems == []
    return found


@pytest.fixture(scope="session")
def known(sheets: Sheets) -> Names:
    """The names in the shipped catalogue."""
    return names_of(assemble(sheets, LANGUAGES))


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def spec(kind: str, url: str = "", **keys: object) -> SourceSpec:
    """A source of that kind with the keys of its example."""
    given = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in EXAMPLES[kind].config.items()
    }
    return SourceSpec("tried", SourceKind(kind), "Tried", Trust.TRUSTED, url, **{**given, **keys})


@dataclass
class Reader:
    """A poller, and the time."""

    state: Path
    poller: Poller
    client: Client
    now: datetime = NOW

    async def poll(self, source: SourceSpec, *, believe: bool = False) -> Statement | Trouble:
        return await self.poller.poll(source, self.now, believe=believe)

    def later(self, **length: float) -> None:
        self.now += timedelta(**length)

    def record(self) -> Record:
        return Keeper(self.state, "tried").record()


@pytest.fixture(scope="session")
def nobody() -> ssl.SSLContext:
    """Reading the certificates of the system takes longer than a poll; here nobody is asked in private."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
async def reader(tmp_path: Path, known: Names, nobody: ssl.SSLContext) -> AsyncIterator[Reader]:
    client = Client("notifier/0 (+https://przerwy.example.org)", Limits(octets=200_000, seconds=5), nobody)
    yield Reader(tmp_path, Poller(tmp_path, known, client), client)
    await client.close()
