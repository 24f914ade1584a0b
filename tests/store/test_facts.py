"""Editions, notices and marks: what goes in comes out again, once."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.model import (
    FOREVER,
    WARSAW,
    Change,
    Channel,
    Edition,
    Impact,
    NoticeKey,
    Occasion,
    Severity,
    Source,
    Status,
    Window,
)
from notifier.store import Store, StoreConflict
from tests.store.conftest import Open
from tests.store.samples import DAY, HOUR, MINUTE, NOW, edition, notice, window


class TestEditions:
    def test_a_new_store_knows_no_window(self, store: Store) -> None:
        assert store.editions.all() == []
        assert store.editions.latest() == {}
        assert store.editions.of("pz-march") == []
        assert store.editions.changed_since(NOW - 1000 * DAY) == []

    def test_editions_come_back_by_window_and_number(self, store: Store) -> None:
        second, first, other = edition(number=2), edition(number=1), edition("bank-april")
        store.editions.append([second, other, first])
        assert store.editions.all() == [other, first, second]
        assert store.editions.of("pz-march") == [first, second]

    def test_latest_is_the_highest_number_and_not_the_last_recorded(self, store: Store) -> None:
        tenth, ninth = edition(number=10), edition(number=9, recorded_at=NOW + DAY)
        store.editions.append([tenth, ninth, edition("bank-april")])
        assert store.editions.latest() == {"bank-april": edition("bank-april"), "pz-march": tenth}

    def test_changed_since_leaves_out_the_moment_itself(self, store: Store) -> None:
        late, early = edition(number=2, recorded_at=NOW + HOUR), edition(number=1, recorded_at=NOW)
        store.editions.append([late, early])
        assert store.editions.changed_since(NOW - MINUTE) == [early, late]
        assert store.editions.changed_since(NOW) == [late]

    def test_the_same_number_twice_is_a_conflict_and_nothing_of_the_call_is_kept(self, store: Store) -> None:
        store.editions.append([edition(number=1)])
        with pytest.raises(StoreConflict) as caught:
            store.editions.append([edition(number=2), replace(edition(number=1), who="jan")])
        assert "editions" in caught.value.detail
        assert store.editions.all() == [edition(number=1)]

    def test_appending_nothing_is_fine(self, store: Store) -> None:
        store.editions.append([])
        assert store.editions.all() == []

    def test_a_naive_time_is_refused_as_such(self, store: Store) -> None:
        naive = replace(edition(), known_at=NOW.replace(tzinfo=None))
        with pytest.raises(ValueError, match="no time zone"):
            store.editions.append([naive])

    def test_warsaw_times_come_back_in_utc(self, store: Store) -> None:
        start = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=WARSAW)
        local = Edition(window(start=start, hours=None), 1, start, start, "files", "", "")
        store.editions.append([local])
        [back] = store.editions.all()
        assert back.window.start.isoformat() == "2026-10-25T01:30:00+00:00"
        assert back.known_at.utcoffset() == timedelta(0)


instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).flatmap(
    lambda naive: st.integers(-12, 14).map(
        lambda hours: naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    )
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
windows = st.builds(
    Window,
    id=texts,
    systems=st.lists(texts, max_size=3).map(tuple),
    start=instants,
    end=st.none() | instants,
    status=st.sampled_from(Status),
    impact=st.sampled_from(Impact),
    source=st.builds(Source, texts, texts, st.none() | instants),
    note=texts,
)


editions = st.builds(
    Edition,
    window=windows,
    number=st.integers(1, 10_000),
    known_at=instants,
    recorded_at=instants,
    origin=texts,
    who=texts,
    why=texts,
)


class _Undo(Exception):
    """Ends a transaction without keeping it."""


def test_any_edition_comes_back_equal(open_store: Open) -> None:
    store = open_store("sqlite://")

    @given(editions)
    def law(any_edition: Edition) -> None:
        with contextlib.suppress(_Undo), store.transaction():
            store.editions.append([any_edition])
            assert store.editions.all() == [any_edition]
            raise _Undo
        assert store.editions.all() == []

    law()


class TestNotices:
    def test_a_notice_is_added_once_however_often_it_is_planned(self, store: Store) -> None:
        [(first, _)] = store.notices.add([(notice(), NOW)], NOW)
        added = store.notices.add([(notice(), NOW), (notice(audience="doctor"), NOW)], NOW + MINUTE)
        assert [one.key.audience for _, one in added] == ["doctor"]
        assert added[0][0] != first
        assert store.notices.add([(notice(), NOW)], NOW + HOUR) == []
        assert [row.planned_at for row in store.notices.rows()] == [NOW, NOW + MINUTE]

    def test_two_with_one_key_in_one_call_are_one(self, store: Store) -> None:
        added = store.notices.add([(notice(), NOW), (replace(notice(), reason="again"), NOW)], NOW)
        assert [one.reason for _, one in added] == ["a window became known"]

    def test_those_added_come_back_in_the_order_given(self, store: Store) -> None:
        given_order = [notice(audience=name) for name in ("patient", "doctor", "nurse", "parent")]
        added = store.notices.add([(one, NOW) for one in given_order], NOW)
        assert [one for _, one in added] == given_order
        assert {id_: one.key for id_, one in added} == {row.id: row.key for row in store.notices.rows()}

    def test_adding_nothing_adds_nothing(self, store: Store) -> None:
        assert store.notices.add([], NOW) == []

    def test_the_detail_tells_two_reminders_apart(self, store: Store) -> None:
        reminders = [notice(occasion=Occasion.REMINDER, detail=lead) for lead in ("P7D", "PT24H")]
        assert len(store.notices.add([(one, NOW) for one in reminders], NOW)) == 2

    def test_every_column_comes_back(self, store: Store) -> None:
        full = replace(
            notice(occasion=Occasion.CHANGED, detail="2"),
            useful_until=FOREVER,
            severity=Severity.CRITICAL,
            edition=7,
            sequence=3,
            changes=(Change.MOVED, Change.SYSTEMS),
            told=window(hours=None),
        )
        [(id_, _)] = store.notices.add([(full, NOW - HOUR)], NOW)
        [row] = store.notices.rows()
        assert row.id == id_
        assert row.key == NoticeKey("pz-march", "patient", Occasion.CHANGED, "2")
        assert (row.due, row.useful_until) == (NOW, FOREVER)
        assert (row.sent, row.reason) == (True, "a window became known")
        assert (row.edition, row.sequence, row.severity) == (7, 3, Severity.CRITICAL)
        assert row.digest == ""
        assert row.channels == frozenset({Channel.MAIL, Channel.NEWS})
        assert row.changes == (Change.MOVED, Change.SYSTEMS)
        assert row.told == window(hours=None)
        assert (row.planned_at, row.published_at) == (NOW, NOW - HOUR)

    def test_known_is_asked_for_some_windows_or_for_all(self, store: Store) -> None:
        both = [notice("a"), notice("b", sent=False)]
        store.notices.add([(one, NOW) for one in both], NOW)
        assert store.notices.known(None) == {one.key for one in both}
        assert store.notices.known({"b"}) == {both[1].key}
        assert store.notices.known([]) == set()

    def test_known_takes_more_windows_than_fit_in_one_statement(self, store: Store) -> None:
        store.notices.add([(notice("w2499"), NOW), (notice("w0"), NOW)], NOW)
        found = store.notices.known([f"w{n}" for n in range(2500)])
        assert {key.window for key in found} == {"w0", "w2499"}

    def test_rows_are_narrowed_by_time_window_and_sent(self, store: Store) -> None:
        store.notices.add([(notice("old"), NOW - DAY)], NOW)
        store.notices.add([(notice("new"), NOW), (notice("quiet", sent=False), None)], NOW)
        assert [row.key.window for row in store.notices.rows()] == ["old", "new", "quiet"]
        assert [row.key.window for row in store.notices.rows(since=NOW)] == ["new", "quiet"]
        assert [row.key.window for row in store.notices.rows(sent_only=True)] == ["old", "new"]
        assert [row.key.window for row in store.notices.rows(window="quiet")] == ["quiet"]
        assert store.notices.rows(since=NOW + timedelta(microseconds=1)) == []

    def test_told_is_the_last_notice_really_sent(self, store: Store) -> None:
        assert store.notices.told("pz-march", "patient") is None
        first, second = notice(), notice(occasion=Occasion.CHANGED, detail="2")
        store.notices.add([(first, NOW)], NOW)
        store.notices.add([(second, NOW)], NOW)
        store.notices.add([(notice(occasion=Occasion.STARTED, sent=False), None)], NOW)
        store.notices.add([(notice("other"), NOW), (notice(audience="doctor"), NOW)], NOW)
        told = store.notices.told("pz-march", "patient")
        assert told is not None
        assert told.key == second.key


class TestMarks:
    def test_a_mark_is_what_was_put_there_last(self, store: Store) -> None:
        assert store.marks.get("last-pass") is None
        store.marks.put("last-pass", NOW.isoformat())
        store.marks.put("other", "")
        store.marks.put("last-pass", "later")
        assert store.marks.get("last-pass") == "later"
        assert store.marks.get("other") == ""


@given(instants)
def test_instants_keep_their_order_and_their_microseconds(moment: datetime) -> None:
    from notifier.store.types import instant, microseconds

    assert instant(microseconds(moment)) == moment
    assert instant(microseconds(moment)).tzinfo is UTC
    assert microseconds(moment) < microseconds(moment + timedelta(microseconds=1))
