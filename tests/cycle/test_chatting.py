"""What is recorded for chats: in words, once for all whom it suits, and later where it cannot be written yet."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from notifier.config.settings import ChatSettings, WebhookSettings
from notifier.cycle.chatting import MARK
from notifier.model import CallState, Notice, Status, Window
from notifier.render import ChatWords, Renderer
from tests.cycle.mistakes import plant
from tests.cycle.town import DAY, HOUR, MINUTE, ROOT, START, T0, Town, config, window

TEAM = ChatSettings(id="team")
HOOK = WebhookSettings(id="ward", url="https://ward.example.org/")
BAD = window("bad", "pz", start=START + 20 * DAY)
FAILS = "told/chat.txt.j2"


def town(
    *chats: ChatSettings,
    templates: Path | None = None,
    languages: tuple[str, ...] = ("pl",),
    windows: tuple[Window, ...] = (),
    audiences: tuple[str, ...] = ("patient", "doctor"),
) -> Town:
    """Chats and one webhook, for two audiences."""
    made = config(*(windows or (window(),)), audiences=audiences, site={"languages": languages})
    settings = made.settings.model_copy(update={"chats": chats or (TEAM,), "webhooks": (HOOK,)})
    return Town(replace(made, settings=settings, templates=templates or made.templates))


def only(chat: ChatSettings, *occasions: str) -> ChatSettings:
    return ChatSettings.model_validate({**chat.model_dump(), "occasions": occasions})


def mended(place: Town) -> None:
    place.config = replace(place.config, templates=ROOT / "templates")
    place.restart()


def said(place: Town, *chats: str, now: datetime = T0 + 4 * HOUR) -> list[tuple[str, str, str]]:
    """What waits for each chat, oldest first: chat, title, text. It is not waiting any more then."""
    found = []
    while claimed := place.store.calls.claim("test", now, DAY, chats or ["team"]):
        for call in claimed:
            words = json.loads(call.body)
            found.append((call.hook, words["title"], words["body"]))
    return found


def calls(place: Town, receiver: str) -> list[CallState]:
    return [row.state for row in place.store.calls.list() if row.hook == receiver]


def test_what_reads_the_same_for_all_is_said_once() -> None:
    place = town()
    place.run(T0, T0 + MINUTE)
    place.restart()
    place.run(T0 + 2 * MINUTE)
    ((_, title, text),) = said(place)
    assert title == "Przerwa: Profil Zaufany, 14 maja"
    assert text.startswith("W czwartek 14 maja od 12:00 do 20:00 nie zalogujesz się Profilem Zaufanym")
    assert text.endswith("/windows/pz-1/")
    assert "Dla " not in text
    assert len(calls(place, "ward")) == 2, "programs hear of each audience"


FOR = [
    ("Parents get ready in another way.", "pz", ("patient", "parent"), {"Dla pacjenta", "Dla rodzica"}),
    ("For doctors there is nothing to get ready.", "p1", ("patient", "doctor"), {"Dla pacjenta"}),
    ("Both do the same.", "pz", ("patient", "doctor"), {"Zdąż przed 12:00 w czwartek 14 maja."}),
]


@pytest.mark.parametrize(("sentence", "system", "audiences", "lines"), FOR, ids=[row[0] for row in FOR])
def test_what_is_not_for_all_says_for_whom_it_is(
    sentence: str, system: str, audiences: tuple[str, ...], lines: set[str]
) -> None:
    place = town(only(TEAM, "last-call"), windows=(window("w", system),), audiences=audiences)
    texts = []
    for hours in range(26):
        now = START - DAY + hours * HOUR
        place.run(now)
        texts += [text for _, _, text in said(place, now=now)]
    assert {line for text in texts for line in lines if text.startswith(line)} == lines, sentence
    assert all(text.startswith(tuple(lines)) for text in texts)


def test_each_chat_has_its_language_and_its_wishes() -> None:
    english = ChatSettings(id="english", language="en", audiences=("doctor",))
    other = ChatSettings(id="other", systems=("p1",))
    place = town(TEAM, english, other, languages=("pl", "en"))
    place.run(T0, T0 + MINUTE)
    found = {chat: (title, text) for chat, title, text in said(place, "team", "english", "other")}
    assert set(found) == {"team", "english"}
    assert found["english"][0].startswith("Outage: Trusted Profile")
    assert found["english"][1].endswith("/en/windows/pz-1/")
    assert found["team"][0].startswith("Przerwa: ")


def test_newer_news_replaces_what_still_waits() -> None:
    place = town()
    place.run(T0, T0 + MINUTE)
    place.operator(window(start=START + DAY), T0 + HOUR)
    place.run(T0 + HOUR + MINUTE, T0 + HOUR + 3 * MINUTE)
    assert calls(place, "team") == [CallState.SUPERSEDED, CallState.WAITING]
    ((_, title, text),) = said(place)
    assert title == "Zmiana godzin: Profil Zaufany, 15 maja"
    assert "(wcześniej: w czwartek 14 maja od 12:00 do 20:00)" in text


# --- what cannot be put into words --------------------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Templates in which what is said in chats goes wrong for one window."""
    return plant(tmp_path, "{{ 1 // 0 }}", FAILS)


def both(templates: Path, *chats: ChatSettings) -> Town:
    return town(*chats, templates=templates, windows=(window("good"), BAD))


def test_nothing_else_is_held_up_and_the_operator_is_told_once(broken: Path) -> None:
    place = both(broken)
    with capture_logs() as logs:
        passes = [place.run(T0 + n * HOUR) for n in range(3)]
    (line,) = [event for event in logs if "could not be written" in event["event"]]
    assert (line["window"], line["audiences"], line["where"]) == ("bad", "doctor patient", f"{FAILS}:1")
    assert [len(done.untold) for done in passes[1:]] == [2, 2]
    assert len(calls(place, "ward")) == 4
    assert [text.rpartition("/windows/")[2] for _, _, text in said(place)] == ["good/"]


def test_after_mending_it_is_said_once(broken: Path) -> None:
    place = both(broken, TEAM, ChatSettings(id="doctors", audiences=("doctor",)))
    place.run(T0, T0 + MINUTE)
    place.restart()  # and it is still not right
    place.run(T0 + HOUR)
    assert (len(calls(place, "team")), len(calls(place, "doctors"))) == (1, 1)
    mended(place)
    assert place.run(T0 + 2 * HOUR).untold == ()
    place.restart()
    place.run(T0 + 3 * HOUR)
    assert (len(calls(place, "team")), len(calls(place, "doctors"))) == (2, 2)
    assert {text.rpartition("/windows/")[2] for _, _, text in said(place)} == {"good/", "bad/"}
    assert place.store.marks.get(MARK) == "[]"


def test_it_is_tried_again_after_a_restart_only(broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = both(broken)
    place.run(T0, T0 + MINUTE)
    tries: list[str] = []
    chat = Renderer.chat

    def counted(renderer: Renderer, told: Notice, *rest: Any) -> ChatWords:
        tries.append(told.key.audience)
        return chat(renderer, told, *rest)

    monkeypatch.setattr(Renderer, "chat", counted)
    place.run(T0 + HOUR, T0 + 2 * HOUR)
    assert tries == []
    place.restart()
    place.run(T0 + 3 * HOUR, T0 + 4 * HOUR)
    assert sorted(tries) == ["doctor", "patient"]


def test_newer_news_settles_what_was_owed(broken: Path) -> None:
    place = both(broken)
    place.run(T0, T0 + MINUTE)
    mended(place)
    place.operator(replace(BAD, status=Status.CANCELLED), T0 + HOUR)
    place.run(T0 + 2 * HOUR)
    assert [title.partition(":")[0] for _, title, _ in said(place)] == ["Przerwa", "Odwołane"]


def test_what_has_lost_its_use_is_owed_no_more(broken: Path) -> None:
    place = both(broken, only(TEAM, "announced"))
    place.run(T0, T0 + MINUTE)
    assert place.store.marks.get(MARK) != "[]"
    mended(place)
    place.run(START + 40 * DAY)
    assert place.store.marks.get(MARK) == "[]"
    assert len(calls(place, "team")) == 1


def test_a_chat_that_is_no_more_is_owed_nothing(broken: Path) -> None:
    place = both(broken)
    place.run(T0, T0 + MINUTE)
    other = (ChatSettings(id="other"),)
    settings = place.config.settings.model_copy(update={"chats": other})
    place.config = replace(place.config, settings=settings)
    mended(place)
    place.run(T0 + HOUR)
    assert calls(place, "other") == []
    assert place.store.marks.get(MARK) == "[]"
