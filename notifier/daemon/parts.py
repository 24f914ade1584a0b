"""What a service is made of, and what wakes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from notifier.config import Config, Settings
from notifier.cycle import Pass
from notifier.daemon.mailbox import Mailbox
from notifier.daemon.manager import ServiceManager
from notifier.daemon.polling import Polling
from notifier.daemon.watching import Watcher
from notifier.hooks import Line
from notifier.mail import Clock, Signer, Transport
from notifier.web import Listening


class Waker(Protocol):
    """What wakes the loop: the bell, or the replay that moves its own clock."""

    def set(self, moment: datetime | None) -> None:
        """Wake at a moment."""

    def ring(self) -> None:
        """Wake now."""

    async def wait(self) -> None:
        """Return when it is time to look at the facts again."""


@dataclass(slots=True)
class Hooks:
    """What others want to know of: each pass, and the address once it is served."""

    passed: Callable[[Pass], None] = lambda _: None
    listening: Callable[[Listening | None], None] = lambda _: None


@dataclass(slots=True)
class Parts:
    """What a service is made of; ``public`` is where the tree is written as files.

    ``link_key`` signs people's links; the default is for drills, whose links nobody answers, and who call nobody:
    ``lines`` are the ways to programs that the settings name. ``read_sources`` is the state directory that
    sources are read into, with their credentials among ``environ``; ``None`` reads none.
    """

    config: Config
    store_url: str
    public: Path
    transport: Transport
    clock: Clock
    waker: Waker
    owner: str
    manager: ServiceManager
    watcher: Watcher | None = None
    drill: bool = False
    mailbox: Mailbox | None = None
    hooks: Hooks = field(default_factory=Hooks)
    link_key: bytes = field(default=b"drill", repr=False)
    signer: Signer | None = None
    lines: Callable[[Settings], Sequence[Line]] = lambda _: ()
    polling: Polling = field(init=False)
    read_sources: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    review_password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        self.polling = Polling(self.read_sources, self.environ, self.clock)
