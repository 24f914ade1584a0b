"""What is recorded for programs: with the notice or not at all, once, and as it is described."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from notifier.config.settings import WebhookSettings
from notifier.cycle.wanting import wants
from notifier.model import CallState, Channel, Notice, Occasion, Window
from notifier.store import ClaimedCall, Store
from notifier.web.openapi import document
from tests.cycle.town import DAY, HOUR, MINUTE, START, T0, Town, config, notice, window
from tests.web.test_openapi import FORMATS, closed, keys, met, within

URL = "https://ward.example.org/s3cret"
EVERYTHING = WebhookSettings(id="all", url=URL)


def town(*windows: Window, hooks: tuple[WebhookSettings, ...] = (EVERYTHING,)) -> Town:
    made = config(*windows, audiences=("patient", "doctor"))
    return Town(replace(made, settings=made.settings.model_copy(update={"webhooks": hooks})))


def told(store: Store, now=T0 + 400 * DAY, *hooks: str) -> list[tuple[ClaimedCall, dict[str, Any]]]:
    """All that waits, with what it says, oldest first; it is not waiting any more then."""
    found = []
    while claimed := store.calls.claim("test", now, DAY, hooks or ["all"]):
        found += [(call, json.loads(call.body)) for call in claimed]
    return found


def types(store: Store, now) -> list[tuple[str, str]]:
    return sorted((said["type"], said["data"]["audience"]) for _, said in told(store, now))


def test_a_notice_goes_to_every_hook_that_wants_it_once() -> None:
    doctors = WebhookSettings(id="doctors", url=URL, audiences=("doctor",))
    there = town(window(), hooks=(EVERYTHING, doctors))
    there.run(T0, T0 + MINUTE)
    there.restart()
    there.run(T0 + 2 * MINUTE)
    rows = [(row.hook, row.state) for row in there.store.calls.list()]
    assert sorted(rows) == [("all", CallState.WAITING)] * 2 + [("doctors", CallState.WAITING)]
    assert types(there.store, T0 + 3 * MINUTE) == [
        ("notice.announced", "doctor"),
        ("notice.announced", "patient"),
    ]


def test_a_pass_that_dies_leaves_neither_notice_nor_call(monkeypatch: pytest.MonkeyPatch) -> None:
    there = town(window())
    there.run(T0)

    def die(*_: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(there.store.marks, "put", die)
    with pytest.raises(RuntimeError):
        there.run(T0 + MINUTE)
    assert there.store.calls.list() == []
    monkeypatch.undo()
    there.restart()
    there.run(T0 + MINUTE)
    assert len(there.store.calls.list()) == 2


def test_the_id_follows_from_what_is_told_to_whom() -> None:
    other = WebhookSettings(id="other", url=URL)
    ids = [
        {row.message_id for row in made.store.calls.list()}
        for made in (town(window()), town(window()), town(window("pz-2")), town(window(), hooks=(other,)))
        if made.run(T0, T0 + MINUTE)
    ]
    assert ids[0] == ids[1]
    assert len(set.union(*ids)) == 6


def test_what_is_told_is_as_it_is_described() -> None:
    described = json.loads(document("https://x.example"))
    components = described["components"]["schemas"]
    whole = {"$ref": "#/components/schemas/Notice", "components": described["components"]}
    strict = Draft202012Validator(closed(whole), format_checker=FORMATS)
    there = town(window())
    there.run(T0, START - DAY)
    there.says(window(start=START + HOUR, hours=10))
    there.config = replace(
        there.config,
        settings=there.config.settings.model_copy(update={"webhooks": (EVERYTHING,)}),
    )
    there.restart()
    there.run(START - DAY + HOUR, START - DAY + 2 * HOUR)
    found: set[str] = set()
    said = [body for _, body in told(there.store, START - HOUR)]
    for body in said:
        assert [error.message for error in strict.iter_errors(body)] == []
        found |= set(met({"$ref": "#/components/schemas/Notice"}, body, components))
    changed = next(body for body in said if body["type"] == "notice.changed")
    assert changed["data"]["changes"] == ["moved"]
    assert changed["data"]["before"]["start"] == "2026-05-14T12:00:00+02:00"
    assert changed["data"]["window"]["start"] == "2026-05-14T13:00:00+02:00"
    assert changed["data"]["links"]["pages"]["pl"].endswith("/windows/pz-1/")
    wanted = {key for name in within("Notice", components) for key in keys(components[name], name)}
    assert wanted - found == set()


def test_a_method_is_as_good_as_at_its_worst() -> None:
    there = town(window())
    there.run(T0, T0 + MINUTE)
    ((_, said), *_) = told(there.store, T0 + HOUR)
    for task in said["data"]["advice"]["tasks"]:
        rows = [(row["method"], row["bank"], row["step"]) for row in task["methods"]]
        assert len(rows) == len(set(rows)), "a row for each, however many parts"
    verdicts = {row["verdict"] for task in said["data"]["advice"]["tasks"] for row in task["methods"]}
    assert {"usable", "unusable"} <= verdicts


def test_newer_news_replaces_what_still_waits() -> None:
    there = town(window())
    there.run(T0, T0 + MINUTE)
    there.operator(window(start=START + DAY), T0 + HOUR)
    there.run(T0 + HOUR + MINUTE, T0 + HOUR + 3 * MINUTE)
    states = [row.state for row in there.store.calls.list()]
    assert states == [CallState.SUPERSEDED] * 2 + [CallState.WAITING] * 2
    assert {kind for kind, _ in types(there.store, T0 + 2 * HOUR)} == {"notice.changed"}


def test_history_is_not_told() -> None:
    there = town(window(start=T0 - 20 * DAY, published=T0 - 30 * DAY))
    there.run(T0)
    assert there.store.notices.rows(sent_only=True) != []
    assert there.store.calls.list() == []


def test_without_hooks_nothing_is_recorded() -> None:
    there = town(window(), hooks=())
    there.run(T0)
    assert there.store.calls.list() == []


def hook(**wishes: Any) -> WebhookSettings:
    return WebhookSettings(id="a", url=URL, **wishes)


ON_REQUEST, MAIL = Channel.ON_REQUEST, Channel.MAIL
PZ_LOGIN, MBANK = window("w", "pz.login"), window("w", "bank.mbank")
WISHES = [
    ("Without wishes, whatever everybody is told.", hook(), notice(), True),
    (
        "Not what is told on request.",
        hook(),
        notice(Occasion.STARTED, channel=ON_REQUEST),
        False,
    ),
    (
        "Unless it is named.",
        hook(occasions=(Occasion.STARTED,)),
        notice(Occasion.STARTED, channel=ON_REQUEST),
        True,
    ),
    (
        "Reminders are those for everybody all the same.",
        hook(occasions=(Occasion.REMINDER,)),
        notice(Occasion.REMINDER, channel=ON_REQUEST),
        False,
    ),
    ("Another occasion.", hook(occasions=(Occasion.CANCELLED,)), notice(), False),
    ("Another audience.", hook(audiences=("doctor",)), notice(), False),
    ("A system around the one named.", hook(systems=("pz.login",)), notice(), True),
    ("A system within the one named.", hook(systems=("pz",)), notice(of=PZ_LOGIN), True),
    ("Another system.", hook(systems=("pz.sign", "p1")), notice(of=PZ_LOGIN), False),
    ("What was told of the system named.", hook(systems=("pz",)), notice(of=MBANK, told=window()), True),
]


@pytest.mark.parametrize(("sentence", "wish", "made", "wanted"), WISHES, ids=[row[0] for row in WISHES])
def test_what_a_hook_wants(sentence: str, wish: WebhookSettings, made: Notice, wanted: bool) -> None:
    assert wants(wish, made) is wanted, sentence
    assert not wants(wish, replace(made, sent=False))
    assert not wants(wish, replace(made, advice=None))
