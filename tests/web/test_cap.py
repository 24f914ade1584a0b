"""Windows as messages of the Common Alerting Protocol: valid by its rules, each naming those that it replaces."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from notifier.model import Advice, Edition, Impact, Severity, Source, Status, Window
from notifier.web.cap import CapWords, message
from notifier.web.facts import WindowFacts, WindowState
from tests.feeds.sample import TOLD_AT, at, window

CAP = {"cap": "urn:oasis:names:tc:emergency:cap:1.2"}
SCHEMA = etree.RelaxNG(etree.parse(str(Path(__file__).with_name("cap.rng"))))
WORDS = [
    CapWords(
        code,
        "Przerwa",
        "Przerwa: PZ",
        "Nie zadziała…",
        "Przygotuj się.",
        "Polska",
        "https://x.example/windows/pz/",
    )
    for code in ("pl", "en")
]


def facts(
    *windows: Window, severity: Severity = Severity.MAJOR, state: WindowState = WindowState.NEXT
) -> WindowFacts:
    editions = tuple(
        Edition(each, n, TOLD_AT + n * timedelta(hours=1), TOLD_AT, "files", "anna", "because")
        for n, each in enumerate(windows, 1)
    )
    advice = Advice(windows[-1], "patient", severity, windows[-1].interval, (), (), (), "")
    return WindowFacts(editions, {"patient": advice}, state)


def told(row: WindowFacts, sender: str = "powiadomienia@example.org", drill: bool = False) -> etree._Element:
    alert = etree.fromstring(
        message(row, sender, "Przerwy & spółka", "kontakt@example.org", WORDS, drill=drill)
    )
    SCHEMA.assertValid(alert)
    return alert


def text(alert: etree._Element, name: str) -> list[str]:
    return [str(each.text) for each in alert.iterfind(f".//cap:{name}", CAP)]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("impact", Impact)
@pytest.mark.parametrize("state", WindowState)
@pytest.mark.parametrize("end", ["2024-01-20 16:00", None])
def test_every_window_is_a_valid_message(status, impact, state, end):
    alert = told(facts(window(status=status, impact=impact, end=end), state=state))
    assert text(alert, "language") == ["pl", "en"]
    assert bool(text(alert, "expires")) is bool(end)


@pytest.mark.parametrize(
    ("status", "state", "certainty", "urgency", "response"),
    [
        (Status.TENTATIVE, WindowState.NEXT, "Possible", "Future", "Prepare"),
        (Status.CONFIRMED, WindowState.NEXT, "Likely", "Future", "Prepare"),
        (Status.CONFIRMED, WindowState.NOW, "Likely", "Immediate", "Assess"),
        (Status.IN_PROCESS, WindowState.NOW, "Observed", "Immediate", "Assess"),
        (Status.COMPLETED, WindowState.PAST, "Observed", "Past", "AllClear"),
        (Status.CANCELLED, WindowState.CANCELLED, "Likely", "Past", "AllClear"),
        (Status.CONFIRMED, WindowState.PAST, "Likely", "Past", "Assess"),
    ],
    ids=str,
)
def test_no_all_clear_before_somebody_said_so(status, state, certainty, urgency, response):
    alert = told(facts(window(status=status), state=state))
    assert text(alert, "certainty") == [certainty] * 2
    assert text(alert, "urgency") == [urgency] * 2
    assert text(alert, "responseType") == [response] * 2


def test_an_update_and_a_cancellation_name_all_that_they_replace():
    first = window()
    moved = replace(first, start=at("2024-01-19 22:00"))
    off = replace(moved, status=Status.CANCELLED)
    alerts = [told(facts(*row)) for row in ([first], [first, moved], [first, moved, off])]
    assert [text(each, "msgType") for each in alerts] == [["Alert"], ["Update"], ["Cancel"]]
    named = [
        f"{text(each, 'sender')[0]},{text(each, 'identifier')[0]},{text(each, 'sent')[0]}" for each in alerts
    ]
    assert [text(each, "references") for each in alerts] == [[], [named[0]], [" ".join(named[:2])]]
    assert len({text(each, "identifier")[0] for each in alerts}) == 3


def test_instants_have_an_offset_and_utc_is_written_as_the_standard_wants_it():
    alert = told(facts(window()))
    assert text(alert, "onset") == ["2024-01-19T19:00:00-00:00"] * 2
    assert text(alert, "sent") == ["2024-01-12T10:30:00-00:00"]


def test_what_the_standard_has_no_words_for_is_in_parameters():
    alert = told(facts(window(impact=Impact.NONE), severity=Severity.CRITICAL))
    info = alert.find("cap:info", CAP)
    found = [(each[0].text, each[1].text) for each in info.iterfind("cap:parameter", CAP)]
    assert ("X-MAINTNOTE-IMPACT", "NO-IMPACT") in found
    assert ("X-MAINTNOTE-STATUS", "CONFIRMED") in found
    assert ("system", "mobywatel.online") in found
    assert ("severity-patient", "critical") in found
    assert text(alert, "severity") == ["Severe"] * 2


def test_a_drill_is_an_exercise_and_odd_words_do_no_harm():
    odd = replace(window("pz <1>, & \x00 co"), source=Source("A & B <c>\x01"))
    alert = told(facts(odd), sender="Jan <a@b>, i & spółka", drill=True)
    assert text(alert, "status") == ["Exercise"]
    assert text(alert, "source") == ["A & B <c>"]
