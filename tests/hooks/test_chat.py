"""One chat: apprise in a process of its own, against receivers that behave and those that do not."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifier.hooks import Answer, Chat, ChatProblem, check
from notifier.hooks.answer import Meaning
from notifier.store import ClaimedCall
from tests.hooks.receiver import DROP, ENDLESS, OK, STALL, TRICKLE, Receiver, answer, receiver

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
TITLE = "Przerwa: Profil Zaufany, 14 maja"
BODY = "Zażółć *gęślą* <jaźń> & _co_ :smile: \\n\n\nhttps://przerwy.example.org/windows/pz_1/"
SAID = json.dumps({"title": TITLE, "body": BODY}, ensure_ascii=False).encode()
CALL = ClaimedCall(1, "team", "msg_1", SAID, 0, None, NOW + timedelta(days=1))


def chat(there: Receiver, more: str = "", name: str = "Przerwy", patience: float = 25) -> Chat:
    port = there.url.partition("127.0.0.1:")[2].partition("/")[0]
    address = f"json://127.0.0.1:{port}/s3cret{more}"
    return Chat("team", address, name, "https://przerwy.example.org", asyncio.Semaphore(1), patience)


def children() -> set[str]:
    """The processes that this one has started, those that have ended and were not asked about too."""
    tasks = Path(f"/proc/{os.getpid()}/task").iterdir()
    return {child for task in tasks for child in (task / "children").read_text().split()}


async def test_what_is_said_arrives_as_it_is() -> None:
    async with receiver(answer("204 No Content")) as there:
        told = await chat(there).send(CALL, NOW)
    assert told == Answer(Meaning.TAKEN, None, "taken")
    (got,) = there.got
    assert got.line == "POST /s3cret HTTP/1.1"
    said = json.loads(got.body)
    assert (said["title"], said["message"]) == (TITLE, BODY)
    assert got.headers["user-agent"] == "Przerwy"


LATER = [
    ("Trouble of theirs.", answer("500 Oops"), ""),
    ("A redirect is not followed.", answer("302 There", "Location: /elsewhere"), ""),
    ("Hanging up is no answer, and trying again is not for the address to say.", DROP, "?retry=3&wait=0"),
    ("Nor whether it matters.", answer("403 No"), "?optional=yes"),
]


@pytest.mark.parametrize(("sentence", "said", "more"), LATER, ids=[row[0] for row in LATER])
async def test_what_was_not_taken_is_said_once_and_later_again(sentence: str, said: bytes, more: str) -> None:
    async with receiver(said) as there:
        told = await chat(there, more).send(CALL, NOW)
    assert told == Answer(Meaning.LATER, None, "not taken"), sentence
    assert len(there.got) == 1


async def test_who_takes_too_long_is_left_and_nothing_stays_behind() -> None:
    before = children()
    async with receiver(TRICKLE) as there:
        line = chat(there, patience=3)
        began = time.monotonic()
        told = await line.send(CALL, NOW)
        assert time.monotonic() - began < 6, "ended, and not waited for until it ends by itself"
        assert (told.meaning, told.text) == (Meaning.LATER, "no answer within 3 s")
        assert children() <= before
        assert not line.turns.locked()


async def test_an_answer_without_end_is_the_end_of_that_process_only() -> None:
    """By its memory or by the time it takes, whichever comes first."""
    async with receiver(ENDLESS) as there:
        told = await chat(there, patience=4).send(CALL, NOW)
    assert told.meaning is Meaning.LATER


async def test_the_end_of_the_daemon_waits_for_nobody() -> None:
    before = children()
    async with receiver(STALL) as there:
        sending = asyncio.create_task(chat(there).send(CALL, NOW))
        await there.count(1)
        assert children() > before
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        assert children() <= before


async def test_chats_take_turns() -> None:
    async with receiver(STALL, OK) as there:
        turns = asyncio.Semaphore(1)
        first, second = (
            Chat(id_, chat(there).address, "Przerwy", "https://przerwy.example.org", turns) for id_ in "ab"
        )
        sending = [asyncio.create_task(line.send(CALL, NOW)) for line in (first, second)]
        await there.count(1)
        assert len(there.got) == 1
        there.free.set()
        told = await asyncio.gather(*sending)
    assert [each.meaning for each in told] == [Meaning.LATER, Meaning.TAKEN]


async def test_who_speaks_may_have_any_name() -> None:
    """The name is a header, too, which takes no Polish letters."""
    async with receiver() as there:
        told = await chat(there, name="Przerwy w łączności").send(CALL, NOW)
    assert told.meaning is Meaning.TAKEN
    assert there.got[0].headers["user-agent"] == "notifier"


async def test_apprise_that_cannot_be_loaded_is_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "apprise.py").write_text("raise RuntimeError('s3cret')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    async with receiver() as there:
        told = await chat(there).send(CALL, NOW)
    assert told == Answer(Meaning.LATER, None, "apprise failed")
    with pytest.raises(ChatProblem, match="cannot be checked: CalledProcessError") as caught:
        check({"team": "json://127.0.0.1/s3cret"})
    assert "s3cret" not in repr(caught.value)


@pytest.mark.parametrize("address", ["slak://T/s3cret/x", "s3cret", "mmost://s3cret"])
def test_an_address_that_nobody_understands_is_told_and_not_shown(address: str) -> None:
    with pytest.raises(ChatProblem, match="chat second: its address is none that apprise") as caught:
        check({"first": "json://127.0.0.1/", "second": address})
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_chat_is_one_channel() -> None:
    here = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    check({"one": f"{here}/#a", "unnamed": here, "found by itself": "tgram://123456789:abcdefg_hijklmnop"})
    check({})
    with pytest.raises(ChatProblem, match="several channels"):
        check({"two": f"{here}/#a/#b"})


def test_the_address_is_not_shown() -> None:
    line = Chat("team", "slack://s3cret", "Przerwy", "https://przerwy.example.org", asyncio.Semaphore(1))
    assert "s3cret" not in repr(line)


def test_apprise_is_never_loaded_here() -> None:
    code = "import sys, notifier.hooks, notifier.daemon; print('apprise' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert out.stdout.strip() == "False"
