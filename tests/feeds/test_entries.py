"""Identities last; versions tell apart whatever may change the words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.feeds import CalendarEntry, NewsEntry, calendar_uid
from notifier.feeds.entries import identity
from notifier.model import WARSAW, Change, Occasion, Severity, Status
from tests.feeds.sample import TOLD_AT, advice, event, news, window


def test_identities_are_these_for_ever():
    # If this fails, every reader would show old items as new and every calendar would double its events.
    assert news().guid("pl") == "urn:uuid:1cdb1b9f-b2dc-5575-8ae8-9179b861e5f8"
    assert event().uid == "2d2617a2-3520-5956-b4f4-128de44387c5"


SAME_ITEM = [
    ("told at another time", {"published": TOLD_AT + timedelta(hours=1)}),
    ("of another severity", {"severity": Severity.MINOR}),
    ("about other times of the same window", {"of": window(end="2024-01-20 20:00")}),
]
OTHER_ITEM = [
    ("a change is news", {"occasion": Occasion.CHANGED}),
    ("the next edition is news", {"detail": "2"}),
    ("another audience has its own", {"audience": "doctor"}),
    ("another window has its own", {"of": window("p1-2024-02-01")}),
]


@pytest.mark.parametrize(("why", "how"), SAME_ITEM, ids=[why for why, _ in SAME_ITEM])
def test_the_same_item(why, how):
    assert news(**how).guid("pl") == news().guid("pl")


@pytest.mark.parametrize(("why", "how"), OTHER_ITEM, ids=[why for why, _ in OTHER_ITEM])
def test_another_item(why, how):
    assert news(**how).guid("pl") != news().guid("pl")


def test_languages_have_their_own_items_but_share_the_event():
    assert news().guid("pl") != news().guid("en")
    assert event().uid == calendar_uid("pz-2024-01-19", "patient")
    assert event(audience="doctor").uid != event().uid
    assert event(sequence=3, stamp=TOLD_AT + timedelta(days=1)).uid == event().uid


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_other_names_give_another_identity(one, other):
    assert (identity(*one) == identity(*other)) == (one == other)


NEWS_CHANGES = [
    ("published", lambda e: NewsEntry(e.notice, e.published + timedelta(seconds=1))),
    ("due", lambda e: NewsEntry(replace(e.notice, due=TOLD_AT + timedelta(hours=1)), e.published)),
    ("edition", lambda e: NewsEntry(replace(e.notice, edition=2), e.published)),
    ("severity", lambda e: NewsEntry(replace(e.notice, severity=Severity.MINOR), e.published)),
    (
        "advice",
        lambda e: NewsEntry(replace(e.notice, advice=replace(e.notice.advice, digest="x")), e.published),
    ),
    ("changes", lambda e: NewsEntry(replace(e.notice, changes=(Change.MOVED,)), e.published)),
]


@pytest.mark.parametrize(("what", "changed"), NEWS_CHANGES, ids=[what for what, _ in NEWS_CHANGES])
def test_news_has_another_version_with_another(what, changed):
    assert changed(news()).version != news().version


EVENT_CHANGES = [
    ("sequence", {"sequence": 1}),
    ("stamp", {"stamp": TOLD_AT + timedelta(seconds=1)}),
    ("reminders", {"reminders": (timedelta(hours=2),)}),
    ("severity", {"severity": Severity.MINOR}),
    ("status", {"of": window(status=Status.CANCELLED)}),
    ("start", {"of": window(start="2024-01-19 21:00")}),
    ("end", {"of": window(end=None)}),
    ("audience", {"audience": "doctor"}),
]


@pytest.mark.parametrize(("what", "how"), EVENT_CHANGES, ids=[what for what, _ in EVENT_CHANGES])
def test_an_event_has_another_version_with_another(what, how):
    assert event(**how).version != event().version


def test_the_same_facts_have_the_same_version_whatever_zone_they_are_written_in():
    assert news(published=TOLD_AT.astimezone(WARSAW)).version == news().version
    assert event(stamp=TOLD_AT.astimezone(WARSAW)).version == event().version


def test_times_without_a_zone_are_refused():
    naive = datetime(2024, 1, 12)
    with pytest.raises(ValueError, match="no time zone"):
        news(published=naive)
    with pytest.raises(ValueError, match="no time zone"):
        CalendarEntry(advice(window()), 0, naive, TOLD_AT)


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)),
    st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_versions_sort_by_time(moment, later):
    first = moment.replace(tzinfo=WARSAW)
    second = (first.astimezone(TOLD_AT.tzinfo) + later).astimezone(WARSAW)
    versions = [news(published=first).version, news(published=second).version]
    assert versions == sorted(versions)
