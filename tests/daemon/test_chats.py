"""Chats in a running daemon: told in words, by apprise, without anybody's address in the log."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.typing import EventDict

from notifier.config import Settings
from notifier.daemon.calling import check_chats, lines_of
from notifier.hooks import Chat, ChatProblem
from tests.daemon.house import HOUR, TOML, events, service, soon
from tests.daemon.test_webhooks import MORE, rows, sent
from tests.hooks.receiver import OK, Receiver, answer, receiver

CHATS = f'{TOML}[[chats]]\nid = "team"\naudiences = ["patient"]\n'


def address(there: Receiver) -> str:
    return there.url.replace("http://", "json://").replace("/hook?token=", "/") + "\n"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A place for the address."""
    (tmp_path / "credentials").mkdir()
    return {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}


def enter(environ: dict[str, str], text: str) -> None:
    (Path(environ["CREDENTIALS_DIRECTORY"]) / "chat-team").write_text(text)


@pytest.fixture(autouse=True)
def _secret(caplog: pytest.LogCaptureFixture, logs: list[EventDict]) -> Iterator[None]:
    """Whatever happens, nobody's log has the address."""
    with caplog.at_level(logging.DEBUG):
        yield
    assert "s3cret" not in repr(logs)
    assert "s3cret" not in caplog.text


async def test_a_notice_reaches_the_chat_in_polish(tmp_path: Path, environ: dict[str, str]) -> None:
    async with receiver() as there:
        enter(environ, address(there))
        async with service(tmp_path, environ=environ, toml=CHATS) as house:
            await house.until(lambda: sent(house) == 1)
            await house.hand.look()
            _, text = await house.get("/metrics")
    said = json.loads(there.got[0].body)
    assert said["title"] == "Przerwa: Brama, 5–6 maja"
    assert said["message"].startswith("Od wtorku 5 maja, 18:00, do środy 6 maja, 02:00, ")
    assert said["message"].endswith("/windows/gate-1/")
    assert 'notifier_calls{state="sent"} 1\n' in text
    assert "notifier_receivers_failing 0\n" in text


async def test_what_a_chat_did_not_take_is_said_again_after_a_restart(
    tmp_path: Path, environ: dict[str, str], logs: list[EventDict]
) -> None:
    async with receiver(answer("500 Oops"), OK) as there:
        enter(environ, address(there))
        async with service(tmp_path, environ=environ, toml=CHATS) as house:
            await house.until(lambda: sum(row.attempts for row in rows(house)) == 1)
            began = house.clock.now()
        async with service(tmp_path, environ=environ, again_at=began + HOUR) as house:
            await house.until(lambda: sent(house) == 1)
    assert there.got[0].body == there.got[1].body
    (failed,) = events(logs, "receiver fails")
    assert (failed["hook"], failed["reason"]) == ("team", "not taken")


async def test_an_address_that_goes_wrong_leaves_what_was_good(
    tmp_path: Path, environ: dict[str, str], logs: list[EventDict]
) -> None:
    async with receiver() as there:
        enter(environ, address(there))
        async with service(tmp_path, environ=environ, toml=CHATS) as house:
            await house.until(lambda: sent(house) == 1)
            enter(environ, "slak://s3cret")
            house.windows(soon(), MORE)
            await house.hand.look()
            assert len(rows(house)) == 1
    (refused,) = events(logs, "configuration not taken up, the last good one stays")
    assert refused["reason"].startswith("chat team: its address is none that apprise understands")


def test_every_chat_has_an_address_or_nothing_begins(environ: dict[str, str]) -> None:
    settings = Settings.model_validate({"chats": [{"id": "team"}]})
    assert check_chats(settings, environ) == {}
    with pytest.raises(ChatProblem, match=r"chat team: its address is missing: put the file chat-team into"):
        lines_of(settings, environ)
    enter(environ, "json://127.0.0.1/s3cret")
    (made,) = lines_of(settings, environ)
    assert isinstance(made, Chat)
    assert (made.id, made.name) == ("team", "Przerwy w e-zdrowiu")
