"""``notifier bounce``: what a mail server's pipe gets to know."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from notifier.cli import call
from notifier.mail.bounces import LONGEST, ReturnPaths, return_paths
from notifier.model import MailState
from notifier.store import NewMail, NewSubscriber, Outcome, Store
from tests.mail.bounces.post import failed, message

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
FORGER = ReturnPaths("bounces@example.org", b"x")
SETTINGS = '[mail]\nbounces = "bounces@example.org"\n'


class Place:
    """A configuration, a store with one mail that was sent and one that waits, and the command."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.state = folder / "state"
        self._capsys, self._patch = capsys, patch
        self.settings(SETTINGS)
        self.store = Store.open(f"sqlite:///{self.state / 'notifier.db'}")
        self.paths = return_paths(self.store, "bounces@example.org")
        self.store.subscribers.import_([NewSubscriber("osoba@example.pl", ("patient",), "pl")], "test", NOW)
        (person,) = (row.subscriber.id for row in self.store.subscribers.list())
        self.store.outbox.put_body("body", b"x", NOW)
        new = [NewMail(person, (), "body", f"<{n}@x>", NOW, NOW + timedelta(days=1)) for n in (1, 2)]
        self.store.outbox.enqueue(new, NOW)
        self.sent, self.waiting = (
            mail.id for mail in self.store.outbox.claim("one", NOW, timedelta(hours=1), 2)
        )
        self.store.outbox.settle([Outcome(self.sent, MailState.SENT, 250, "ok")], "one", NOW)

    def settings(self, text: str) -> None:
        (self.folder / "notifier.toml").write_text(text)

    def bounce(self, raw: bytes, to: str = "") -> tuple[int, str, str]:
        """Status, output and errors of the command with that on its standard input."""
        given = io.BytesIO(raw)
        self._patch.setattr("sys.stdin", SimpleNamespace(buffer=given))
        status = call(["bounce", "--to", to, "--config", str(self.folder), "--state", str(self.state)])
        assert given.read() == b"", "all is read: whoever writes to us meets no closed pipe"
        out, err = self._capsys.readouterr()
        assert "@example" not in out + err
        return status, out, err


@pytest.fixture
def place(
    tmp_path: Path, empty_store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    for name in [name for name in os.environ if name.startswith("NOTIFIER_")]:
        monkeypatch.delenv(name)
    (tmp_path / "state").mkdir()
    shutil.copy(empty_store, tmp_path / "state")
    made = Place(tmp_path, capsys, monkeypatch)
    yield made
    made.store.close()


Told = tuple[int, str]
GIVEN: list[tuple[str, Callable[[Place], tuple[bytes, str]], Told]] = [
    ("a report at its return path", lambda p: (failed(), p.paths.of(p.sent)), (0, "counted\n")),
    ("an answer by a program", lambda p: (message("Precedence: bulk"), p.paths.of(p.sent)), (0, "nothing\n")),
    ("a letter", lambda p: (message("From: a@example.pl", "?"), p.paths.of(p.sent)), (0, "unclear\n")),
    ("nothing", lambda p: (b"", ""), (0, "unclear\n")),
    ("garbage", lambda p: (bytes(range(256)) * 100, "@@@"), (0, "unclear\n")),
    ("more than is looked at", lambda p: (failed() + b"x" * 3 * LONGEST, p.paths.of(p.sent)), (0, "counted\n")),
    ("a forged address", lambda p: (failed(), FORGER.of(p.sent)), (0, "unclear\n")),
    ("about no mail of ours", lambda p: (failed(), p.paths.of(999)), (0, "nothing\n")),
    ("about a mail whose answer is not written yet", lambda p: (failed(), p.paths.of(p.waiting)), (75, "early\n")),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "given", "told"), GIVEN, ids=[row[0] for row in GIVEN])
def test_the_status_says_whether_to_try_again(
    place: Place, sentence: str, given: Callable[[Place], tuple[bytes, str]], told: Told
) -> None:
    assert place.bounce(*given(place)) == (*told, ""), sentence


def test_the_same_again_is_known(place: Place) -> None:
    to = place.paths.of(place.sent)
    assert place.bounce(failed(), to)[1] == "counted\n"
    assert place.bounce(failed(), to)[:2] == (0, "known\n")


def _no_store(place: Place) -> None:
    place.store.close()
    (place.state / "notifier.db").unlink()


def _no_folder(place: Place) -> None:
    place.folder = place.folder / "nowhere"


TROUBLE: list[tuple[str, Callable[[Place], None], str]] = [
    ("no store", _no_store, "there is no such database yet"),
    (
        "a store that is none",
        lambda p: (p.state / "notifier.db").write_bytes(b"x" * 5000) and None,
        "damaged",
    ),
    ("settings with a mistake", lambda p: p.settings("[mail\n"), "notifier.toml:1:"),
    ("no address for returned mail", lambda p: p.settings(""), "bounces"),
    ("no settings at all", _no_folder, "bounces"),
    (
        "a mistake of ours",
        lambda p: p._patch.setattr("notifier.cli.bouncing.take", lambda *_: 1 / 0),
        "returned mail could not be taken",
    ),
]


@pytest.mark.parametrize(("sentence", "trouble", "said"), TROUBLE, ids=[row[0] for row in TROUBLE])
def test_whatever_is_wrong_with_us_the_mail_server_keeps_the_report(
    place: Place, sentence: str, trouble: Callable[[Place], None], said: str
) -> None:
    to = place.paths.of(place.sent)
    trouble(place)
    status, out, err = place.bounce(failed(), to)
    assert (status, out) == (os.EX_TEMPFAIL, ""), sentence
    assert said in err
