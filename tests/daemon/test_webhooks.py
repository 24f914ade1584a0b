"""Webhooks in a running daemon: told, told again, and told of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from structlog.typing import EventDict

from notifier.config import Settings
from notifier.daemon.calling import lines_of
from notifier.hooks import SecretProblem
from notifier.model import CallState
from notifier.store import CallRow, Store
from notifier.web.openapi import document
from tests.daemon.house import HOUR, T0, TOML, House, entry, events, service, soon
from tests.hooks.receiver import OK, Receiver, answer, receiver
from tests.hooks.test_post import SECRET
from tests.web.test_openapi import closed

MORE = entry("gate-2", T0 + 60 * HOUR, system="gate", published=T0 - 24 * HOUR)


def hooks(there: Receiver) -> str:
    return f'{TOML}[[webhooks]]\nid = "ward"\nurl = "{there.url}"\naudiences = ["patient"]\n'


@pytest.fixture
def environ(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A place with the secret."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "webhook-ward").write_text(SECRET)
    return {"CREDENTIALS_DIRECTORY": str(folder)}


def rows(house: House) -> list[CallRow]:
    store = Store.open(house.service.parts.store_url, migrate=False)
    try:
        return store.calls.list()
    finally:
        store.close()


def sent(house: House) -> int:
    return sum(row.state is CallState.SENT for row in rows(house))


async def test_a_program_hears_of_it_and_of_what_follows(
    tmp_path: Path, environ: dict[str, str], logs: list[EventDict]
) -> None:
    async with receiver() as there, service(tmp_path, environ=environ, toml=hooks(there)) as house:
        await house.until(lambda: sent(house) == 1)
        house.windows(soon(), MORE)
        await house.hand.look()
        await house.until(lambda: sent(house) == 2)
        await house.hand.look()
        _, text = await house.get("/metrics")
    told = [json.loads(posted.body)["data"]["window"]["id"] for posted in there.got]
    assert told == ["gate-1", "gate-2"]
    assert 'notifier_calls_answered_total{outcome="sent"} 2\n' in text
    assert 'notifier_calls{state="sent"} 2\n' in text
    assert "notifier_receivers_failing 0\n" in text
    assert "s3cret" not in repr(logs)


async def test_a_restart_takes_up_what_was_not_told_under_the_same_id(
    tmp_path: Path, environ: dict[str, str], logs: list[EventDict]
) -> None:
    async with receiver(answer("500 Oops"), OK) as there:
        async with service(tmp_path, environ=environ, toml=hooks(there)) as house:
            await house.until(lambda: sum(row.attempts for row in rows(house)) == 1)
            await house.hand.look()
            snapshot = json.loads(house.service.health.snapshot())
            assert snapshot["receivers_failing"] == {"ward": "not taken"}
        again = service(tmp_path, environ=environ, again_at=T0 + HOUR)
        async with again as house:
            await house.until(lambda: sent(house) == 1)
    first, second = (posted.headers["webhook-id"] for posted in there.got)
    assert first == second
    assert there.got[0].body == there.got[1].body
    assert len(events(logs, "receiver fails")) == 1


async def test_a_reload_asks_again_who_wanted_no_more(
    tmp_path: Path, environ: dict[str, str], logs: list[EventDict]
) -> None:
    async with (
        receiver(answer("410 Gone"), OK) as there,
        service(tmp_path, environ=environ, toml=hooks(there)) as house,
    ):
        await house.until(lambda: [row.state for row in rows(house)] == [CallState.REFUSED])
        house.windows(soon(), MORE)
        await house.hand.look()
        await house.until(lambda: sent(house) == 1)
    assert len(events(logs, "configuration reloaded")) == 1


async def test_a_secret_that_goes_missing_is_no_reason_to_call_without(
    tmp_path: Path, environ: dict[str, str], logs: list[EventDict]
) -> None:
    async with receiver() as there, service(tmp_path, environ=environ, toml=hooks(there)) as house:
        await house.until(lambda: sent(house) == 1)
        (Path(environ["CREDENTIALS_DIRECTORY"]) / "webhook-ward").write_text("whsec_short")
        house.windows(soon(), MORE)
        await house.hand.look()
        assert len(rows(house)) == 1
    (refused,) = events(logs, "configuration not taken up, the last good one stays")
    assert "webhook ward: its secret is not base64" in refused["reason"]


def test_every_webhook_has_a_secret_or_nothing_begins(environ: dict[str, str]) -> None:
    settings = Settings.model_validate({"webhooks": [{"id": "ward", "url": "http://127.0.0.1:1/"}]})
    (made,) = lines_of(settings, environ)
    assert made.id == "ward"
    with pytest.raises(SecretProblem, match="is missing"):
        lines_of(settings, {})


async def test_health_is_as_it_is_described(tmp_path: Path) -> None:
    described = json.loads(document("https://x.example"))
    whole = {"$ref": "#/components/schemas/Health", "components": described["components"]}
    strict = Draft202012Validator(closed(whole))
    async with service(tmp_path) as house:
        _, text = await house.get("/healthz")
        house.service.health.failed("no space", T0)
        code, failed = await house.get("/healthz")
    assert code == 503
    for said in (json.loads(text), json.loads(failed)):
        assert [error.message for error in strict.iter_errors(said)] == []
    assert set(json.loads(failed)) == set(described["components"]["schemas"]["Health"]["properties"])
