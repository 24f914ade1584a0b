"""Metrics as a Prometheus server reads them, by a small parser of its own for the text format (0.0.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from notifier.daemon.census import Census
from notifier.daemon.health import Health
from notifier.daemon.metrics import Family, Type, exposition
from notifier.daemon.tally import Tally
from notifier.model import MailState, Standing
from notifier.store import OutboxStats, Outcome
from tests.daemon.house import T0
from tests.daemon.test_health import done

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="((?:[^"\\\n]|\\[\\"n])*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{{LABEL}(?:,{LABEL})*\}})? (-?\d+(?:\.\d+)?)")


@dataclass
class Read:
    """One family as it was read."""

    type: str
    help: str
    samples: dict[str, float] = field(default_factory=dict)


def parse(text: str) -> dict[str, Read]:
    """Read it as promtool would: each family in one piece, described once before its samples, none twice."""
    assert text.endswith("\n")
    found: dict[str, Read] = {}
    helps: dict[str, str] = {}
    current = ""
    for line in text.splitlines():
        if line.startswith("# HELP "):
            _, _, name, words = line.split(" ", 3)
            assert name not in helps, "described twice"
            assert words.strip() == words != ""
            helps[name] = words
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert kind in {"counter", "gauge"}
            assert name not in found, "a family in two pieces"
            assert name in helps, "no help"
            found[name] = Read(kind, helps[name])
            current = name
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            assert sample[1] == current, "a sample outside its family"
            key = line.rpartition(" ")[0]
            assert key not in found[current].samples, "the same sample twice"
            found[current].samples[key] = float(sample[4])
    for name, family in found.items():
        assert family.samples, f"{name} is described and empty"
        # promtool's lint: counters end in _total, and nothing else does.
        assert (family.type == "counter") == name.endswith("_total"), name
    bases = [name.removesuffix("_total") for name in found]
    assert len(set(bases)) == len(bases), "OpenMetrics takes both for one family"
    return found


def full() -> Health:
    tally = Tally()
    tally.note(
        [
            Outcome(1, MailState.SENT, 250, "ok"),
            Outcome(2, MailState.REFUSED, 550, "no"),
            Outcome(3, MailState.WAITING, 451, "later", T0),
            Outcome(4, MailState.EXPIRED),
            Outcome(5, MailState.SENT, 250, "ok"),
        ],
        T0,
    )
    health = Health(tally)
    counts = dict.fromkeys(MailState, 0) | {MailState.HELD: 4, MailState.SENT: 9}
    census = Census(OutboxStats(counts, T0 - timedelta(minutes=5)), 3, dict.fromkeys(Standing, 2), 1)
    health.failed("no space", T0)
    health.passed(done(), census, None, 2)
    return health


def test_everything_an_operator_asks_for_is_there() -> None:
    found = parse(full().metrics())
    deliveries = found["notifier_deliveries_total"].samples
    assert deliveries == {
        'notifier_deliveries_total{outcome="sent"}': 2,
        'notifier_deliveries_total{outcome="refused"}': 1,
        'notifier_deliveries_total{outcome="deferred"}': 1,
        'notifier_deliveries_total{outcome="expired"}': 1,
    }
    assert found["notifier_passes_total"].samples == {
        'notifier_passes_total{result="ok"}': 1,
        'notifier_passes_total{result="failed"}': 1,
    }
    assert found["notifier_relay_last_reply_code"].samples == {"notifier_relay_last_reply_code": 250}
    assert found["notifier_subscribers"].samples['notifier_subscribers{standing="suppressed"}'] == 2
    assert found["notifier_mails_held"].samples == {"notifier_mails_held": 3}
    oldest = found["notifier_mails_oldest_waiting_timestamp_seconds"].samples
    assert list(oldest.values()) == [(T0 - timedelta(minutes=5)).timestamp()]


def test_what_is_not_known_yet_is_left_out() -> None:
    found = parse(Health().metrics())
    assert "notifier_relay_last_reply_code" not in found
    assert "notifier_mails_oldest_waiting_timestamp_seconds" not in found
    assert found["notifier_last_pass_timestamp_seconds"].samples == {
        "notifier_last_pass_timestamp_seconds": 0
    }
    assert set(found["notifier_deliveries_total"].samples.values()) == {0}, "counters begin at 0, not absent"


def test_a_label_cannot_break_out_of_its_quotes() -> None:
    odd = Family("a_total", Type.COUNTER, "Odd.", {'x"} 1\n# y\\': 1.5}, "l")
    text = exposition([odd])
    assert len(parse(text)["a_total"].samples) == 1
    assert text.count("\n") == 3


@pytest.mark.parametrize(
    "text",
    [
        "# TYPE a gauge\na 1\n",
        "# HELP a A.\n# TYPE a gauge\n",
        "# HELP a A.\n# TYPE a gauge\na 1\na 1\n",
        "# HELP a A.\n# TYPE a gauge\nb 1\n",
        "# HELP a A.\n# TYPE a counter\na 1\n",
        "# HELP a A.\n# TYPE a gauge\na one\n",
    ],
)
def test_the_parser_refuses_what_promtool_refuses(text: str) -> None:
    with pytest.raises(AssertionError):
        parse(text)
