"""What the daemon says about itself: enough for those who run it, and nobody's address."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

from structlog.typing import EventDict

from notifier.cycle import Pass
from notifier.daemon.census import Census
from notifier.daemon.health import Health
from notifier.mail import Relay, SmtpTransport
from notifier.model import MailState
from notifier.store import OutboxStats
from tests.daemon.house import HOUR, T0, service
from tests.mail.rogue import Rogue


def done(**changes: object) -> Pass:
    facts: dict[str, object] = {"editions": (), "notices": (), "mails": 0, "held": 0, "tree": None}
    return Pass(T0, **{**facts, "look_again": T0 + HOUR, **changes})  # type: ignore[arg-type]


def stats(**counts: int) -> Census:
    return Census(OutboxStats({state: counts.get(state.value, 0) for state in MailState}, None))


def test_before_the_first_pass_it_is_not_well() -> None:
    report, well = Health().report()
    assert (well, report["ok"], report["last_pass"]) == (False, False, None)
    assert "notifier_last_pass_timestamp_seconds 0\n" in Health().metrics()


def test_the_line_tells_what_there_is_to_do() -> None:
    health = Health()
    health.passed(done(), stats(waiting=2, claimed=1, sent=9), None, 4)
    assert health.line() == "4 windows ahead or open, 3 mails to go, next due 2026-05-04T13:00:00+02:00"
    health.passed(done(look_again=None), stats(held=7), None, 0)
    assert health.line() == "0 windows ahead or open, 0 mails to go, 7 mails held"
    health.failed("no space", T0)
    assert health.line() == "pass failed: no space"


def test_a_failed_pass_shows_until_one_succeeds() -> None:
    health = Health()
    health.passed(done(), stats(), None, 1)
    health.failed("no space", T0)
    report, well = health.report()
    assert (well, report["failure"], report["last_pass"]) == (
        False,
        "the last pass failed; the log says why",
        "2026-05-04T12:00:00+02:00",
    )
    assert "notifier_pass_failed 1\n" in health.metrics()
    health.passed(done(), stats(), None, 1)
    report, well = health.report()
    assert (well, "failure" in report) == (True, False)
    assert "notifier_pass_failed 0\n" in health.metrics()


def test_a_source_that_was_refused_is_told() -> None:
    health = Health()
    health.passed(done(refused=True), stats(), None, 1)
    report, well = health.report()
    assert (well, "refused" in str(report["sources"])) == (True, True)


def test_metrics_tell_of_the_pass() -> None:
    health = Health()
    health.passed(done(), stats(waiting=2, sent=9), None, 4)
    samples = health.metrics().splitlines()
    assert 'notifier_mails{state="waiting"} 2' in samples
    assert f"notifier_last_pass_timestamp_seconds {T0.timestamp():.0f}" in samples


async def test_nobodys_address_is_in_what_it_says(tmp_path: Path, logs: list[EventDict]) -> None:
    """Also where the relay's own words quote the address: refused for good, and for now."""
    async with Rogue({"rcpt": ["5xx", "4xx"]}) as server:
        relay = SmtpTransport(Relay("127.0.0.1", server.port), "przerwy@example.org", hello="notifier.test")
        async with service(tmp_path, people=("anna", "piotr", "zofia"), transport=relay) as house:
            await house.until(lambda: sorted(house.rows()) == ["refused", "sent", "waiting"])
            house.clock.advance(timedelta(seconds=1).total_seconds())
            await house.hand.look()
            (_, report), (status, metrics) = await house.get("/healthz"), await house.get("/metrics")
            assert status == 200
            counts = json.loads(report)["outbox"]
            assert {state: count for state, count in counts.items() if count} == {
                "sent": 1,
                "waiting": 1,
                "refused": 1,
            }
            assert 'notifier_mails{state="refused"} 1' in metrics
            for said in (report, metrics, house.service.health.line()):
                assert "@" not in said
                assert not re.search("anna|piotr|zofia", said)
    assert len(events_with_reply(logs)) == 2


def events_with_reply(logs: list[EventDict]) -> list[EventDict]:
    return [event for event in logs if "reply" in event]
