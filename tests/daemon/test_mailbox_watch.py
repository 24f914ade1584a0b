"""The daemon's looks into the mailbox: now and then, with one line for a trouble however long it lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.typing import EventDict

from notifier.config import Settings
from notifier.daemon import returned as module
from notifier.daemon.mailbox import Fate, Mailbox, MailboxError
from notifier.daemon.returned import Returned, mailbox_of
from notifier.mail import MailProblem
from notifier.model import InputProblems, MailState
from notifier.store import NewMail, NewSubscriber, Outcome, Reason, Store, StoreError
from tests.daemon.house import HOUR, T0, empty_store, events
from tests.mail.bounces.post import failed, message
from tests.mail.office import FakeClock

EVERY = 300.0
MAILBOX = Mailbox("localhost", 993, True, "INBOX", "u", "p")
Take = Callable[[bytes], Fate]
Look = Callable[[Mailbox, Take], dict[Fate, int]]
SETTINGS = Settings.model_validate({"mail": {"bounces": "bounces@example.org"}})
EMPTY = dict.fromkeys(Fate, 0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "notifier.db").write_bytes(empty_store())
    store = Store.open(f"sqlite:///{tmp_path / 'notifier.db'}")
    yield store
    store.close()


class Asleep(FakeClock):
    """Says when somebody has gone to sleep on it."""

    def __init__(self) -> None:
        super().__init__(T0)
        self.slept = asyncio.Event()

    def sleep(self, seconds: float) -> asyncio.Future[None]:
        self.slept.set()
        return super().sleep(seconds)


class Rounds:
    """Looks into a mailbox that the test answers for, and a clock that moves when told."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch, answers: list[object]) -> None:
        self.clock = Asleep()
        self.looks = 0
        self.fates: list[Fate] = []
        self._answers = iter(answers)
        self.stop = asyncio.Event()
        monkeypatch.setattr(module, "look", self._look)
        self.returned = Returned(store, SETTINGS, MAILBOX, self.clock)

    def _look(self, _: Mailbox, take: Take) -> dict[Fate, int]:
        self.looks += 1
        answer = next(self._answers, [])
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, list)
        fates = [take(raw) for raw in answer]
        self.fates += fates
        return {fate: fates.count(fate) for fate in Fate}

    async def go(self, times: int) -> None:
        """Let it look that often, a while apart, and end."""
        async with asyncio.timeout(20):
            watching = asyncio.create_task(self.returned.watch(self.stop))
            for _ in range(times):
                await self.clock.slept.wait()
                self.clock.slept.clear()
                self.clock.advance(EVERY)
            self.stop.set()
            await watching


async def test_a_mailbox_that_is_away_costs_one_line_and_one_more_when_it_is_back(
    store: Store, monkeypatch: pytest.MonkeyPatch, logs: list[EventDict]
) -> None:
    away = MailboxError("Connection refused")
    rounds = Rounds(store, monkeypatch, [[], away, away, away, [], []])
    await rounds.go(6)
    told = events(logs, "mailbox cannot be read", "mailbox can be read again")
    assert [(e["event"], e.get("reason")) for e in told] == [
        ("mailbox cannot be read", "Connection refused"),
        ("mailbox can be read again", None),
    ]


@pytest.mark.parametrize(
    "trouble", [StoreError("sqlite://", Reason.LOCKED), ZeroDivisionError(), RuntimeError("x")], ids=repr
)
async def test_no_trouble_ends_the_looking(
    store: Store, monkeypatch: pytest.MonkeyPatch, logs: list[EventDict], trouble: Exception
) -> None:
    rounds = Rounds(store, monkeypatch, [trouble, [], []])
    await rounds.go(3)
    assert rounds.looks >= 3
    assert len(events(logs, "mailbox cannot be read")) == 1


async def test_what_is_found_goes_on_record_and_the_rest_has_its_fate(
    store: Store, monkeypatch: pytest.MonkeyPatch, logs: list[EventDict]
) -> None:
    store.subscribers.import_([NewSubscriber("osoba@example.pl", ("patient",), "pl")], "test", T0)
    (person,) = (row.subscriber.id for row in store.subscribers.list())
    store.outbox.put_body("body", b"x", T0)
    store.outbox.enqueue([NewMail(person, (), "body", f"<{n}@x>", T0, T0 + HOUR) for n in (1, 2)], T0)
    sent, waiting = (mail.id for mail in store.outbox.claim("one", T0, HOUR, 2))
    store.outbox.settle([Outcome(sent, MailState.SENT, 250, "ok")], "one", T0)
    rounds = Rounds(store, monkeypatch, [])
    to = rounds.returned.sender
    rounds._answers = iter(
        [[failed(to=to(sent)), failed(to=to(sent)), failed(to=to(waiting)), message("Subject: Dzień dobry")]]
    )
    await rounds.go(1)
    assert rounds.fates == [Fate.DONE, Fate.DONE, Fate.AGAIN, Fate.LEFT]
    assert [row.subscriber_id for row in store.bounces.after(0)] == [person]
    (event,) = events(logs, "mailbox read")
    assert (event["done"], event["left"], event["again"]) == (2, 1, 1)


async def watched(returned: Returned) -> None:
    """Watch for a moment; where there is nothing to watch, it lasts all the same until it is told to end."""
    stop = asyncio.Event()
    watching = asyncio.create_task(returned.watch(stop))
    await asyncio.sleep(0)
    assert not watching.done()
    stop.set()
    await watching


async def test_a_mailbox_without_return_paths_is_not_read(store: Store, logs: list[EventDict]) -> None:
    await watched(Returned(store, Settings(), MAILBOX, FakeClock()))
    assert len(logs) == 1
    assert "[mail] bounces" in logs[0]["event"]


async def test_without_a_mailbox_there_is_nothing_to_do(store: Store, logs: list[EventDict]) -> None:
    await watched(Returned(store, SETTINGS, None, FakeClock()))
    assert logs == []


def test_without_an_address_for_it_mail_comes_back_to_the_sender(store: Store) -> None:
    plain, signed = (Returned(store, settings, None, FakeClock()) for settings in (Settings(), SETTINGS))
    assert (plain.sender(1), plain.header(1)) == ("", b"")
    assert signed.sender(1).startswith("bounces+1-")
    assert signed.header(1).startswith(b"X-Notifier-Mail: 1-")


def test_the_mailbox_is_put_together_from_settings_and_credentials(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {"bounces": {"imap": "imaps://mail.example.org/Zwroty", "done": "Stare", "every": "90s"}}
    )
    assert mailbox_of(Settings(), {}) is None
    (tmp_path / "bounces-user").write_text("u\n")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    with pytest.raises(InputProblems):
        mailbox_of(settings, environ)
    (tmp_path / "bounces-password").write_text("p\n")
    assert mailbox_of(settings, environ) == Mailbox(
        "mail.example.org", 993, True, "Zwroty", "u", "p", "Stare"
    )
    assert settings.bounces.every == timedelta(seconds=90)


def test_an_address_that_passes_the_settings_can_carry_return_paths(store: Store) -> None:
    longest = Settings.model_validate({"mail": {"bounces": "b" * 33 + "@example.org"}})
    try:
        assert Returned(store, longest, None, FakeClock()).sender(2**63 - 1)
    except MailProblem:
        pytest.fail("the settings allow what the return path does not")
