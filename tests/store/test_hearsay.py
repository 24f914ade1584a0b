"""What sources said is kept as it was put, and decisions in the order in which they were made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notifier.store import DecisionRow, Store, StoreConflict, WitnessRow
from tests.store.samples import HOUR, NOW, edition

WITNESS = WitnessRow("a", "ż-1", '{"key": "ż-1"}', NOW, None, None, "", None, "")
DECISION = DecisionRow("a", "ż-1", "0f", True, None, "anna", "", NOW)


def test_a_witness_is_kept_in_place_of_the_one_before(store: Store) -> None:
    other = replace(WITNESS, key="2", gone_at=NOW, believed="{}", approved_by="anna", approved_at=NOW)
    store.hearsay.put_witnesses([WITNESS, other])
    later = replace(WITNESS, says="{}", since=NOW + HOUR, window_id="pz-1")
    store.hearsay.put_witnesses([later])
    assert store.hearsay.witnesses() == [other, later]
    store.hearsay.drop_witnesses([("a", "2"), ("nobody", "ż-1")])
    assert store.hearsay.witnesses() == [later]


def test_the_last_reading_of_each_source_is_known(store: Store) -> None:
    for source, at in (("a", NOW), ("b", NOW), ("a", NOW + HOUR)):
        store.hearsay.put_read(source, at)
    assert store.hearsay.read_at() == {"a": NOW + HOUR, "b": NOW}


def test_decisions_come_in_the_order_in_which_they_were_made(store: Store) -> None:
    made = [DECISION, replace(DECISION, approved=False, claim="{}", at=NOW - HOUR), DECISION]
    assert store.hearsay.newest_decision() == 0
    for number, one in enumerate(made, 1):
        store.hearsay.decide(one)
        assert store.hearsay.newest_decision() == number
    assert store.hearsay.decisions() == made


def test_all_of_it_is_undone_with_its_transaction(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            store.hearsay.put_witnesses([WITNESS])
            store.hearsay.put_read("a", NOW)
            store.hearsay.decide(DECISION)
            store.editions.append([edition(), edition()])

    with pytest.raises(StoreConflict):
        fail()
    assert (store.hearsay.witnesses(), dict(store.hearsay.read_at()), store.hearsay.decisions()) == (
        [],
        {},
        [],
    )
