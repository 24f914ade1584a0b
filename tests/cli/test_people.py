"""``subscribers``: entering with and without a letter, who left and stays away, handing out and forgetting."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from notifier.cli import commands
from notifier.daemon import link_key
from notifier.model import Farewell, MailKind, Standing
from notifier.render import Links, Purpose
from notifier.store import Store
from tests.cli.conftest import ROOT
from tests.web.front import NOW

pytestmark = pytest.mark.usefixtures("quick")
Run = Callable[..., Any]
HEADER = "email,audience,language,have,systems\n"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run ``subscribers …``; the JSON it prints with ``--json``, else all it says."""

    def run_(*arguments: str, status: int = 0) -> Any:
        place = ["--config", str(ROOT / "config"), "--state", str(tmp_path)]
        result = CliRunner().invoke(commands(), ["subscribers", *arguments, *place])
        said = result.stdout + result.stderr + (str(result.exception) if result.exception else "")
        assert (result.exit_code == 0) == (status == 0), said
        return json.loads(result.stdout) if "--json" in arguments else said

    return run_


@pytest.fixture
def store(tmp_path: Path) -> Any:
    opened = Store.open(f"sqlite:///{tmp_path}/notifier.db")
    yield opened
    opened.close()


def csv(folder: Path, *rows: str) -> str:
    path = folder / "people.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows))
    return str(path)


class TestAdding:
    def test_a_letter_asks_them(self, run: Run, store: Store, tmp_path: Path) -> None:
        assert "within 7 days" in run("add", "anna@example.org", "--audience", "doctor", "--have", "sign-zus")
        row = store.subscribers.find("anna@example.org")
        assert row is not None
        assert row.standing is Standing.PENDING
        assert (row.consent.asked_from, row.consent.wording) == ("operator", "pl-operator")
        [mail] = store.outbox.list()
        assert mail.kind is MailKind.LETTER
        links = Links("http://127.0.0.1:8080", link_key(tmp_path, {}))
        token = links.token(Purpose.CONFIRM, row.subscriber.id)
        assert token.encode() in store.outbox.body(mail.body_digest).replace(b"=\r\n", b"")
        assert "no letter can go" not in run("add", "anna@example.org", "--audience", "nurse")

    def test_the_operator_may_vouch(self, run: Run, store: Store) -> None:
        who = ("add", "anna@example.org", "--audience", "doctor", "--confirmed-by-me")
        assert "Subscribed." in run(*who)
        assert "already" in run(*who)
        [row] = store.subscribers.list()
        assert (row.origin, row.consent.confirmed_at) == ("operator", None)
        assert store.outbox.list() == []
        assert "subscribed already" in run("add", "anna@example.org", "--audience", "doctor", status=1)

    def test_who_left_stays_away_unless_it_is_meant(self, run: Run, store: Store) -> None:
        who = ("add", "anna@example.org", "--audience", "doctor", "--confirmed-by-me")
        run(*who)
        store.subscribers.leave("anna@example.org", Farewell.UNSUBSCRIBED, NOW)
        assert "--again" in run(*who, status=1)
        assert "Subscribed." in run(*who, "--again")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["anna", "--audience", "doctor"], "not a mail address"),
            (["anna@example.org", "--audience", "king"], "unknown audience"),
            (["anna@example.org", "--audience", "doctor", "--have", "magic"], "unknown method"),
            (["anna@example.org", "--audience", "doctor", "--language", "xx"], "unknown language"),
            (["anna@example.org"], "--audience"),
        ],
    )
    def test_mistakes_are_named(self, run: Run, store: Store, arguments: list[str], said: str) -> None:
        assert said in run("add", *arguments, status=2)
        assert store.subscribers.list(active_only=False) == []

    def test_a_key_that_is_not_the_daemons_makes_no_letter(
        self, run: Run, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.marks.put("link-key-print", "of another key")
        assert "CREDENTIALS_DIRECTORY" in run("add", "anna@example.org", "--audience", "doctor", status=1)
        assert store.subscribers.list(active_only=False) == []


class TestImporting:
    def test_who_left_is_named_by_line_and_not_by_address(
        self, run: Run, store: Store, tmp_path: Path
    ) -> None:
        rows = (
            "anna@example.org,doctor,pl,,",
            "jan@example.org,patient,pl,,",
            "ewa@example.org,patient,pl,,",
        )
        file = csv(tmp_path, *rows)
        run("import", file)
        store.subscribers.leave("jan@example.org", Farewell.UNSUBSCRIBED, NOW)
        row = store.subscribers.find("ewa@example.org")
        assert row is not None
        store.subscribers.suppress(row.subscriber.id, Farewell.BOUNCED, NOW)
        said = run("import", file)
        assert "people.csv:3:1: wants no mail any more" in said
        assert "people.csv:4:1: wants no mail any more" in said
        assert "2 departed" in said
        assert "example.org" not in said
        assert run("import", file, "--json")["departed"] == 2
        counts = run("import", file, "--again", "--json")
        assert (counts["added"], counts["unchanged"], counts["departed"]) == (2, 1, 0)


class TestOnePerson:
    def test_everything_is_handed_out(self, run: Run, tmp_path: Path) -> None:
        run("import", csv(tmp_path, "anna@example.org,doctor patient,pl,mojeid:bank.ing,pz"))
        document = run("export", "anna@example.org", "--json")
        assert document["audiences"] == ["doctor", "patient"]
        assert run("export", str(document["id"]), "--json") == document
        text = run("export", "anna@example.org")
        assert "email: anna@example.org\n" in text
        assert "have:\n  - mojeid:bank.ing\n" in text
        assert "mails:\n" in text

    @pytest.mark.parametrize("command", ["erase", "remove"])
    def test_who_is_forgotten_stays_away(self, run: Run, store: Store, tmp_path: Path, command: str) -> None:
        file = csv(tmp_path, "anna@example.org,doctor,pl,,")
        run("import", file)
        run(command, "anna@example.org")
        [row] = store.subscribers.list(active_only=False)
        why = {"erase": Farewell.ERASED, "remove": Farewell.REMOVED}[command]
        assert (row.standing, row.left_why) == (Standing.GONE, why)
        assert run("import", file, "--json")["departed"] == 1
        assert run("list", "--all", "--json") == {"subscribers": []}

    @pytest.mark.parametrize("command", ["erase", "remove", "export"])
    @pytest.mark.parametrize("who", ["nobody@example.org", "17"])
    def test_nobody_is_told_to_be_nobody(self, run: Run, command: str, who: str) -> None:
        assert "nobody" in run(command, who, status=3)


def test_the_list_shows_how_people_stand(run: Run, store: Store) -> None:
    run("add", "anna@example.org", "--audience", "doctor")
    run("add", "jan@example.org", "--audience", "doctor", "--confirmed-by-me")
    assert [one["standing"] for one in run("list", "--json")["subscribers"]] == ["active"]
    assert [one["standing"] for one in run("list", "--all", "--json")["subscribers"]] == ["pending", "active"]
    assert "pending" in run("list", "--all")


def test_only_the_owner_reads_the_key(run: Run, tmp_path: Path) -> None:
    run("add", "anna@example.org", "--audience", "doctor")
    assert (tmp_path / "link-key").stat().st_mode & 0o777 == 0o600
