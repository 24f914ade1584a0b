"""Subscribers in the file and elsewhere: checked against the catalogue, never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifier.config import Known, SubscriberSpec, check, faults_of, load
from tests.config.planting import GOOD, copy_of_good

ANNA = SubscriberSpec(
    "anna@example.org", ("patient",), "pl", ("mojeid:bank.dwa", "paper"), ("hub",), ("ended",)
)

CHANGES = [
    ("an address with a blank", {"email": "anna @example.org"}, "email", 0, "not a mail address"),
    ("an address without a domain", {"email": "anna@"}, "email", 0, "not a mail address"),
    ("an address that would be two", {"email": "a@x.pl,b@x.pl"}, "email", 0, "not a mail address"),
    ("an address with a line break", {"email": "a@x.pl\nBcc: b@x.pl"}, "email", 0, "not a mail address"),
    ("another language", {"language": "uk"}, "language", 0, "unknown language `uk`"),
    ("an unknown audience", {"audiences": ("patient", "nurse")}, "audiences", 1, "unknown audience `nurse`"),
    ("an unknown method", {"have": ("paper", "mojId")}, "have", 1, "unknown method `mojId`"),
    ("an unknown bank", {"have": ("mojeid:bank.trzy",)}, "have", 0, "unknown bank `bank.trzy`"),
    ("a bank with a method that has none", {"have": ("paper:bank.dwa",)}, "have", 0, "`paper` is not per bank"),
    ("an unknown system", {"systems": ("gate", "gat")}, "systems", 1, "unknown system `gat`"),
    ("an unknown occasion", {"occasions": ("end",)}, "occasions", 0, "unknown occasion `end`"),
]  # fmt: skip


@pytest.fixture(scope="module")
def known() -> Known:
    return Known.in_catalogue(load(GOOD / "config", GOOD / "templates").catalogue)


def test_a_good_subscriber_has_no_faults(known: Known) -> None:
    assert list(faults_of(ANNA, known)) == []


@pytest.mark.parametrize(
    ("sentence", "change", "field", "index", "what"), CHANGES, ids=[row[0] for row in CHANGES]
)
def test_a_fault_is_named_by_field_and_item(
    known: Known, sentence: str, change: dict[str, str | tuple[str, ...]], field: str, index: int, what: str
) -> None:
    values = {name: getattr(ANNA, name) for name in ANNA.__slots__}
    (fault,) = faults_of(SubscriberSpec(**{**values, **change}), known)
    assert (fault.field, fault.index) == (field, index), sentence
    assert what in fault.what


def test_a_bank_that_does_not_offer_the_method(tmp_path: Path) -> None:
    copy = copy_of_good(tmp_path)
    banks = copy / "config/catalogue/banks.yaml"
    banks.write_text(banks.read_text().replace("  services:\n    mojeid: {facts: [F1]}\n", ""))
    (problem,) = check(copy / "config", copy / "templates")
    assert problem.what == "`bank.jeden` does not offer `mojeid`"
    assert problem.remedy == "did you mean `bank.dwa`?"


SLIPS = [
    "- anna@example.org: [patient]\n",
    "- anna@example.org\n",
    "- email: anna@example.org\n  audiences: [anna@example.org]\n  language: anna@example.org\n",
    "- email: [anna@example.org]\n  audiences: [patient]\n",
    "- email: anna@example.org\n  audiences: anna@example.org\n  have: ['x:anna@example.org', anna@example.org]\n",
    "- email: anna@example.org\n  anna@example.org: x\n  anna@example.org: y\n",
    "- email: *anna@example.org\n",
    "- email: anna@example.org: x\n",
    "- email: !anna@example.org x\n",
    "- {email: anna@example.org, audiences: [patient]}\n- {email: Anna@example.org, audiences: [patient]}\n",
]


@pytest.mark.parametrize("content", SLIPS)
def test_no_slip_of_the_pen_puts_an_address_into_a_problem(tmp_path: Path, content: str) -> None:
    copy = copy_of_good(tmp_path)
    (copy / "config/subscribers.yaml").write_text(content)
    problems = check(copy / "config", copy / "templates")
    assert problems
    assert "anna@" not in "".join(map(str, problems)).casefold()
