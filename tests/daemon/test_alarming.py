"""Mails to the operator: from a running daemon, through a real server, once, and over restarts."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from structlog.typing import EventDict

from notifier.config import Settings
from notifier.daemon.alarms import Alarm, Kind
from notifier.daemon.note import note_on
from notifier.mail import Relay, SmtpTransport
from notifier.model import Catalogue
from notifier.render import Renderer, SiteWords
from tests.daemon.house import HOUR, T0, House, entry, events, service, soon
from tests.daemon.test_trouble import on_the_file
from tests.mail.rogue import Rogue
from tests.render.test_language import misspelt

OPERATOR = "ola@example.org"
TO_HER = {"NOTIFIER_OPERATOR__MAIL": OPERATOR}
ROOT = Path(__file__).parents[2]


def through(server: Rogue) -> SmtpTransport:
    return SmtpTransport(Relay("127.0.0.1", server.port), "przerwy@example.org", hello="notifier.test")


def notes(server: Rogue) -> list[EmailMessage]:
    """The mails to the operator that the server has taken."""
    mails = [message_from_bytes(data, policy=policy.default) for data in server.messages]
    return [mail for mail in mails if mail["To"] == OPERATOR and isinstance(mail, EmailMessage)]


def memory(house: House) -> list[dict[str, object]]:
    connection = sqlite3.connect(house.state / "notifier.db")
    (row,) = connection.execute("SELECT value FROM marks WHERE key = 'alarms'").fetchall() or (("[]",),)
    connection.close()
    told: list[dict[str, object]] = json.loads(row[0])
    return told


def about(server: Rogue, words: str) -> list[EmailMessage]:
    """Those of them that say this in their subject."""
    return [note for note in notes(server) if words in note["Subject"]]


async def test_a_broken_configuration_is_told_once_and_once_when_it_is_right_again(
    tmp_path: Path, logs: list[EventDict]
) -> None:
    async with Rogue() as server, service(tmp_path, environ=TO_HER, transport=through(server)) as house:
        house.windows("- id: [\n")
        await house.at(T0 + HOUR)
        await server.got(2)
        for looks in (2, 3):
            await house.at(T0 + looks * HOUR)
        house.windows(soon())
        await house.at(T0 + 4 * HOUR)
        await server.got(3)
        await house.hand.look()
        begun, over = about(server, "w ustawieniach")
        assert begun["Subject"].startswith("Przerwy w e-zdrowiu: ")
        assert over["References"] == begun["Message-ID"] != over["Message-ID"]
        assert begun["Auto-Submitted"] == "auto-generated"
        assert "ours.yaml:1" in begun.get_content(), "the first mistake, with its place"
        assert "notifier check" in begun.get_content()
        assert [row["kind"] for row in memory(house)] == ["nothing-left"]
    told = [event["over"] for event in events(logs, "operator told") if event["trouble"] == "config"]
    assert told == [False, True]
    assert OPERATOR not in repr(logs)


async def test_a_restart_repeats_nothing(tmp_path: Path, logs: list[EventDict]) -> None:
    async with Rogue() as server:
        windows = (soon(), entry("gate-2", T0 + 60 * HOUR, system="gate", published=T0))
        async with service(tmp_path, *windows, environ=TO_HER, transport=through(server)) as house:
            await house.hand.look()
            told = {row["kind"] for row in memory(house)}
        seen = len(notes(server))
        async with service(tmp_path, environ=TO_HER, transport=through(server), again_at=T0 + HOUR) as house:
            await house.hand.look()
            assert {row["kind"] for row in memory(house)} == told
        assert len(notes(server)) == seen


async def test_an_outage_that_leaves_nothing_is_told_when_it_is_announced(
    tmp_path: Path, logs: list[EventDict]
) -> None:
    async with Rogue() as server, service(tmp_path, environ=TO_HER, transport=through(server)) as house:
        assert house.service.health.critical == {"gate-1"}, (
            "the small catalogue has one gate, and everything goes through it"
        )
        await server.got(1)
        (note,) = notes(server)
        assert "gate-1" in note["Subject"]
        assert "/windows/gate-1/" in note.get_content()
        await house.at(T0 + 50 * HOUR)
        await server.got(2)
        assert len(notes(server)) == 2, "and when it is past"


async def test_a_relay_that_was_away_is_told_when_it_is_back(tmp_path: Path, logs: list[EventDict]) -> None:
    async with Rogue() as gone:
        port = gone.port
    relay = SmtpTransport(Relay("127.0.0.1", port), "przerwy@example.org", hello="notifier.test")
    far = entry("gate-1", T0 + 30 * HOUR, system="gate", published=T0)
    async with service(tmp_path, far, people=("anna",), environ=TO_HER, transport=relay) as house:
        await house.until(lambda: house.service.delivery.away)
        for minutes in (10, 20, 30):
            await house.at(T0 + HOUR * minutes / 60)
        (line,) = events(logs, "relay still away")
        assert line["since"] == T0.isoformat()
        back = Rogue()
        back.port = port
        async with back:
            await house.at(T0 + HOUR)
            await house.until(lambda: house.rows() == ["sent"])
            await house.at(T0 + 2 * HOUR)
            await house.until(lambda: any("serwer poczty" in note["Subject"] for note in notes(back)))
            (note,) = [note for note in notes(back) if "serwer poczty" in note["Subject"]]
            assert "12:00" in note.get_content(), "from when"
            assert "connect" in note.get_content(), "and why"


async def test_it_tells_of_the_store_without_the_store(tmp_path: Path, logs: list[EventDict]) -> None:
    async with Rogue() as server, service(tmp_path, environ=TO_HER, transport=through(server)) as house:
        await server.got(1)  # the outage itself
        on_the_file(house, "ALTER TABLE marks RENAME TO lost")
        await house.at(T0 + HOUR)
        assert len(notes(server)) == 1, "not at once: most of such trouble mends by itself"
        await house.at(T0 + 2 * HOUR)
        await server.got(2)
        for looks in (3, 4):
            await house.at(T0 + looks * HOUR)
        on_the_file(house, "ALTER TABLE lost RENAME TO marks")
        await house.at(T0 + 5 * HOUR)
        await server.got(3)
        _, begun, over = notes(server)
        assert "no such table" in begun.get_content()
        assert over["In-Reply-To"] == begun["Message-ID"]
    assert len(events(logs, "passes still fail")) == 1


ANSWERS = [
    ("A mail put off for now is tried again at the next look.", {"rcpt": ["4xx", "4xx"]}, 1, ["rcpt"]),
    ("A relay in trouble is asked again.", {"mail": ["421"]}, 1, ["mail"]),
    ("An address that is refused is not tried for ever.", {"rcpt": ["5xx"]}, 0, ["rcpt"]),
    ("A mail that may have arrived is not sent twice.", {"content": ["drop"]}, 1, ["content"]),
]


@pytest.mark.parametrize(("sentence", "script", "arrive", "lines"), ANSWERS, ids=[row[0] for row in ANSWERS])
async def test_trouble_with_the_mail_itself(
    tmp_path: Path,
    logs: list[EventDict],
    sentence: str,
    script: dict[str, list[str]],
    arrive: int,
    lines: list[str],
) -> None:
    async with Rogue(script) as server, service(tmp_path, environ=TO_HER, transport=through(server)) as house:
        for _ in range(4):
            sending = house.service._vigil._alarming._sending
            if sending is not None:
                await sending
            await house.hand.look()
        assert len({mail["Message-ID"] for mail in notes(server)}) == len(notes(server)) == arrive, sentence
    assert [event["step"] for event in events(logs, "operator cannot be told")] == lines
    assert OPERATOR not in repr(logs)


async def test_without_an_address_there_is_no_mail_and_the_memory_goes_on(
    tmp_path: Path, logs: list[EventDict]
) -> None:
    async with Rogue() as server, service(tmp_path, transport=through(server)) as house:
        await house.hand.look()
        assert (server.messages, [row["told"] for row in memory(house)]) == ([], [True])
    assert events(logs, "operator told", "operator cannot be told") == []


NOTHING = Catalogue({}, {}, {}, {}, {}, {}, {}, {}, {})
RENDERER = Renderer(
    NOTHING, ROOT / "templates", SiteWords("Przerwy", "https://przerwy.example.pl", "kontakt@example.pl")
)


def written(kind: Kind, over: datetime | None, language: str) -> EmailMessage:
    """The mail about a trouble, as it is read."""
    settings = Settings.model_validate({"operator": {"mail": OPERATOR}, "site": {"languages": [language]}})
    alarm = Alarm(kind, "pz-1" if kind in {Kind.NOTHING_LEFT, Kind.SOURCE} else "", T0, "<said> so", 5, over)
    letter = note_on(alarm, RENDERER, settings, T0)
    assert letter.data.isascii()
    assert all(len(line) <= 78 for line in letter.data.split(b"\r\n"))
    assert b"\n" not in letter.data.replace(b"\r\n", b"")
    mail = message_from_bytes(letter.data, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert letter.message_id == mail["Message-ID"]
    assert mail["Content-Language"] == language
    return mail


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_trouble_has_words(language: str, kind: Kind) -> None:
    begun, over = (written(kind, end, language) for end in (None, T0 + HOUR))
    for mail in (begun, over):
        assert "<said> so" in mail.get_content()
        assert "12:00" in mail.get_content()
        assert ("pz-1" in mail["Subject"]) == (kind in {Kind.NOTHING_LEFT, Kind.SOURCE})
    assert "13:00" in over.get_content()
    assert begun["Subject"] != over["Subject"]
    if kind is not Kind.NOTHING_LEFT:
        assert ("notifier " in begun.get_content()) == (kind is not Kind.TEXTS), "what to type next"


@pytest.mark.client
def test_every_polish_word_is_a_word(program: Callable[..., str]) -> None:
    texts = (
        f"{mail['Subject']}\n{mail.get_content()}"
        for mail in (written(kind, over, "pl") for kind in Kind for over in (None, T0 + HOUR))
    )
    plain = re.sub(r"notifier [a-z-]+( [a-z-]+)*( ADRES)?|\S+://\S+|<said> so|pz-1", " ", "\n".join(texts))
    assert misspelt(plain, program("hunspell")) == []
