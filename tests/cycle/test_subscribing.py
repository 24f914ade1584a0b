"""Letters about subscriptions, word for word; and the list in the configuration, followed."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import structlog

from notifier.config import SubscriberSpec
from notifier.cycle.listed import follow_file
from notifier.model import Farewell, MailKind, Standing
from notifier.store import Consent, NewSubscriber, Store
from tests.web.front import DAY, NOW, Front, links_in, opened, text_of

GOLDEN = Path(__file__).parent / "golden"
WORDS = Path(__file__).parents[1] / "words.dic"
ANNA = NewSubscriber("anna@example.org", ("patient",), "pl")
CONSENT = Consent(NOW, "192.0.2.7", wording="pl-1")


@pytest.fixture
def front() -> Iterator[Front]:
    with structlog.testing.capture_logs(), opened() as store:
        yield Front(store)


def letters(front: Front, language: str) -> dict[str, EmailMessage]:
    """One letter of each kind, written at the same time to the first subscriber there is."""
    anna, desk = replace(ANNA, language=language), front.desk
    assert desk.ask(anna, CONSENT, NOW)
    id_ = front.row().subscriber.id
    found = {"confirm": _taken(front)}
    assert desk.confirm(id_, "192.0.2.7", NOW)
    assert desk.ask(anna, CONSENT, NOW)
    found["known"] = _taken(front)
    assert desk.leave(id_, NOW) is Standing.LEFT
    found["farewell"] = _taken(front)
    return found


def _taken(front: Front) -> EmailMessage:
    [(_, letter)] = front.letters()
    return letter


@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_word_of_every_letter(front: Front, language: str, golden: Callable[..., None]) -> None:
    for kind, letter in letters(front, language).items():
        html = letter.get_body(("html",))
        assert html is not None
        text = f"Subject: {letter['Subject']}\n\n{text_of(letter)}".replace("\r\n", "\n")
        golden(GOLDEN / f"letter-{kind}.{language}.txt", text)
        golden(GOLDEN / f"letter-{kind}.{language}.html", str(html.get_content()).replace("\r\n", "\n"))


@pytest.mark.parametrize("language", ["pl", "en"])
def test_letters_are_mail_as_any_other(front: Front, language: str) -> None:
    for letter in letters(front, language).values():
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["List-Id"] == f"<{language}.przerwy.example.org>"
        assert letter["Content-Language"] == language
        assert letter["Reply-To"] == "pomoc@example.org"
        assert "References" not in letter
        html = letter.get_body(("html",))
        assert html is not None
        document = str(html.get_content())
        assert f'<html lang="{language}"' in document
        assert "<script" not in document
        assert "src=" not in document, "nothing is loaded from anywhere"


def test_text_and_html_lead_to_the_same_place_and_nowhere_else(front: Front) -> None:
    for letter in letters(front, "pl").values():
        [link] = set(links_in(letter))
        assert link.startswith("https://przerwy.example.org/")
        assert links_in(letter).count(link) == 2, "once in each"


def test_every_polish_word_is_a_word(front: Front, program: Callable[..., str]) -> None:
    texts = [f"{letter['Subject']}\n{text_of(letter)}" for letter in letters(front, "pl").values()]
    texts.append((Path(__file__).parents[2] / "templates" / "words" / "pl-subscribe.yaml").read_text())
    plain = "\n".join(re.sub(r"^(#.*|[a-z0-9-]+:)", "", line) for text in texts for line in text.splitlines())
    plain = re.sub(r"\S+@\S+|\S+://\S+|\{\w+\}|\w+(?:\.\w+)+\S*", " ", plain)
    command = [program("hunspell"), "-i", "utf-8", "-d", "pl_PL", "-p", str(WORDS), "-l"]
    run = subprocess.run(command, input=plain, capture_output=True, text=True, check=False, timeout=60)
    if run.returncode:
        pytest.skip(f"needs the Polish dictionary of hunspell: {run.stderr.strip()}")
    assert sorted(set(run.stdout.split())) == []


class TestTogether:
    def test_a_wish_without_its_letter_is_no_wish(
        self, front: Front, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError("no space left")

        monkeypatch.setattr(front.store.outbox, "enqueue", full)
        with pytest.raises(OSError, match="no space left"):
            front.desk.ask(ANNA, CONSENT, NOW)
        assert front.store.subscribers.list(active_only=False) == []

    def test_two_wishes_at_one_moment_are_two_letters(self, front: Front) -> None:
        assert front.desk.ask(ANNA, CONSENT, NOW)
        assert front.desk.ask(ANNA, CONSENT, NOW)
        assert len({mail.message_id for mail in front.store.outbox.list()}) == 2

    def test_a_letter_lives_as_long_as_its_link(self, front: Front) -> None:
        front.desk.ask(ANNA, CONSENT, NOW)
        [mail] = front.store.outbox.list()
        assert (mail.kind, mail.send_at, mail.expires_at) == (MailKind.LETTER, NOW, NOW + 7 * DAY)

    def test_a_language_that_is_no_longer_spoken_is_answered_in_the_first(self, front: Front) -> None:
        front.desk.ask(replace(ANNA, language="uk"), CONSENT, NOW)
        [(_, letter)] = front.letters()
        assert letter["Content-Language"] == "pl"

    def test_no_letter_names_the_address(self, front: Front) -> None:
        for letter in letters(front, "en").values():
            raw = message_from_bytes(letter.as_bytes(), policy=policy.default).as_string()
            assert "anna@" not in raw


def spec(*names: str) -> list[SubscriberSpec]:
    return [SubscriberSpec(f"{name}@example.org", ("patient",), "pl") for name in names]


def follow(store: Store, *names: str) -> list[dict[str, object]]:
    with structlog.testing.capture_logs() as logs:
        follow_file(store, spec(*names), NOW)
    assert "example.org" not in str(logs)
    return [{key: value for key, value in line.items() if key != "log_level"} for line in logs]


def test_the_list_follows_the_file_and_says_what_it_did() -> None:
    with structlog.testing.capture_logs(), opened() as store:
        assert follow(store, "anna", "jan", "ewa") == []
        assert follow(store, "anna", "jan", "ewa") == []
        assert follow(store, "anna", "ewa") == [
            {"event": "subscribers removed: not in subscribers.yaml any more", "people": 1}
        ]
        store.subscribers.leave("ewa@example.org", Farewell.UNSUBSCRIBED, NOW)
        assert follow(store, "anna", "ewa") == [
            {"event": "entries of subscribers.yaml without effect: these people left", "entries": [2]}
        ]
        assert [row.subscriber.email for row in store.subscribers.list()] == ["anna@example.org"]
        assert follow(store) == [
            {"event": "subscribers.yaml lists nobody: those who came by it stay", "people": 2}
        ]
        assert follow(store, "jan") == [
            {"event": "subscribers removed: not in subscribers.yaml any more", "people": 2}
        ]
