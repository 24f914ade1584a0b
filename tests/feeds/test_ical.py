"""Calendars as icalendar reads them, and as RFC 5545, 5546 and 7986 want them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from notifier.feeds import CalendarMethod, FeedError, Organizer
from notifier.feeds.clean import clean, clean_line
from notifier.model import Impact, Severity, Status
from tests.feeds.sample import BASE, TEXT, TOLD_AT, Ring, Teller, Told, at, event, feeds, window

SENDER = Organizer("Przerwy, w e-zdrowiu", "przerwy@example.org")


def made(*entries, teller=None, language="pl", **how):
    return feeds(teller).calendar("patient", language, entries, **how)


def read(*entries, **how):
    parsed = Calendar.from_ical(made(*entries, **how))
    for component in parsed.walk():
        assert not component.errors
    return parsed


def only(*entries, **how):
    (found,) = read(*entries, **how).events
    return found


def lines(ics: bytes) -> list[str]:
    """The content lines, unfolded (RFC 5545, 3.1)."""
    return re.sub(rb"\r\n[ \t]", b"", ics).decode().split("\r\n")


def test_an_event_says_all_of_it():
    found = only(event(sequence=2, stamp=TOLD_AT + timedelta(hours=3)))
    assert found["uid"] == event().uid
    assert found.decoded("dtstart") == datetime(2024, 1, 19, 19, tzinfo=UTC)
    assert found.decoded("dtend") == datetime(2024, 1, 20, 15, tzinfo=UTC)
    assert found.decoded("dtstamp") == found.decoded("last-modified") == TOLD_AT + timedelta(hours=3)
    assert found.decoded("created") == TOLD_AT
    assert found["sequence"] == 2
    assert found["summary"] == "Przerwa: pz-2024-01-19 [pl]"
    assert found["description"] == TEXT
    assert found["url"] == f"{BASE}/windows/pz-2024-01-19/"
    assert found["transp"] == "TRANSPARENT"
    assert found["status"] == "CONFIRMED"
    assert found.categories == ["critical", "pz", "mobywatel.online", "krytyczne", "Profil Zaufany"]
    assert found["x-maintnote-maintenance-id"] == "pz-2024-01-19"
    assert "organizer" not in found
    assert "attendee" not in found


STATUS = [
    (Status.TENTATIVE, "TENTATIVE", "TENTATIVE"),
    (Status.CONFIRMED, "CONFIRMED", "CONFIRMED"),
    (Status.IN_PROCESS, "CONFIRMED", "IN-PROCESS"),
    (Status.COMPLETED, "CONFIRMED", "COMPLETED"),
    (Status.CANCELLED, "CANCELLED", "CANCELLED"),
]


@pytest.mark.parametrize(("status", "said", "maintnote"), STATUS, ids=[row[0] for row in STATUS])
def test_status(status, said, maintnote):
    found = only(event(window(status=status)))
    assert (found["status"], found["x-maintnote-status"]) == (said, maintnote)
    assert bool(found.walk("VALARM")) == (status not in {Status.CANCELLED, Status.COMPLETED})


@pytest.mark.parametrize(
    ("impact", "said"), [(Impact.OUTAGE, "OUTAGE"), (Impact.DEGRADED, "DEGRADED"), (Impact.NONE, "NO-IMPACT")]
)
def test_impact(impact, said):
    assert only(event(window(impact=impact)))["x-maintnote-impact"] == said


def test_an_unknown_end_is_left_out_and_not_guessed():
    found = only(event(window(end=None)))
    assert "dtend" not in found
    assert "duration" not in found


def test_reminders_ring_before_the_start_and_preparations_at_their_instant():
    ring = Ring(at("2024-01-19 19:45"), "uruchom aplikację\nmObywatel")
    ics = made(event(reminders=(timedelta(hours=2), timedelta(days=7))), teller=Teller(rings=(ring,)))
    alarms = Calendar.from_ical(ics).walk("VALARM")
    assert [alarm.decoded("trigger") for alarm in alarms] == [
        timedelta(days=-7),
        timedelta(hours=-2),
        datetime(2024, 1, 19, 18, 45, tzinfo=UTC),
    ]
    assert {alarm["action"] for alarm in alarms} == {"DISPLAY"}
    assert alarms[2]["description"] == "uruchom aplikację mObywatel"
    assert "TRIGGER;VALUE=DATE-TIME:20240119T184500Z" in lines(ics)
    assert "TRIGGER:-PT2H" in lines(ics)


def test_the_calendar_names_itself_and_how_often_to_look():
    ics = made(event(), language="en")
    head = lines(ics)[: lines(ics).index("BEGIN:VEVENT")]
    assert head[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//notifier//planned outages//EN"]
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in head
    assert "X-PUBLISHED-TTL:PT1H" in head
    assert "NAME:Przerwy: patient [en]" in head
    assert "X-WR-CALNAME:Przerwy: patient [en]" in head
    assert f"SOURCE;VALUE=URI:{BASE}/feeds/patient.en.ics" in head
    assert f"URL:{BASE}/en/" in head
    assert "LAST-MODIFIED:20240112T093000Z" in head
    assert not [line for line in head if line.startswith(("UID", "METHOD"))]


def test_all_times_are_utc_and_no_line_is_longer_than_75_octets():
    long = Told("Nie działa " + "źółć" * 60, text="ąęśćżźńół " * 200)
    ics = made(event(), event(window("b", end=None)), teller=Teller(words=lambda _: long))
    assert b"TZID" not in ics
    assert all(len(line) <= 75 for line in ics.split(b"\r\n"))
    assert ics.count(b"\n") == ics.count(b"\r\n")
    for line in ics.split(b"\r\n"):
        line.decode()  # no letter is cut in two
    assert Calendar.from_ical(ics).events[0]["description"] == long.text
    times = [line for line in lines(ics) if line.startswith(("DT", "CREATED", "LAST-MODIFIED"))]
    assert len(times) == 10
    assert all(re.fullmatch(r"[A-Z-]+:\d{8}T\d{6}Z", line) for line in times)


def test_an_empty_calendar_is_valid_and_shows_nothing():
    ics = made()
    parsed = Calendar.from_ical(ics)
    parsed.validate()
    assert parsed.events == []
    assert parsed.subcomponents  # RFC 5545, 3.6: at least one component
    assert b"LAST-MODIFIED" not in ics
    assert ics == made()


def test_events_come_by_start_whatever_order_they_came_in():
    entries = [
        event(window("late", "2024-03-01 20:00", "2024-03-01 22:00")),
        event(window("early", "2024-02-01 20:00", "2024-02-01 22:00")),
    ]
    found = read(*entries).events
    assert [str(one["summary"]) for one in found] == ["Przerwa: early [pl]", "Przerwa: late [pl]"]
    assert made(*entries) == made(*entries[::-1])


def test_events_happen_once_each_for_a_reader_that_expands_recurrence():
    entries = [
        event(window(f"w{day}", f"2024-01-{day} 20:00", f"2024-01-{day} 22:00")) for day in (10, 12, 14)
    ]
    query = recurring_ical_events.of(read(*entries))
    found = query.between(datetime(2024, 1, 11, tzinfo=UTC), datetime(2024, 1, 13, tzinfo=UTC))
    assert [str(one["summary"]) for one in found] == ["Przerwa: w12 [pl]"]
    assert len(list(query.all())) == 3


def test_the_mail_part_is_the_event_of_the_feed_with_method_and_organizer():
    entry = event(sequence=1)
    ics = feeds().event_calendar(entry, "pl", CalendarMethod.PUBLISH, SENDER)
    parsed = Calendar.from_ical(ics)
    assert parsed["method"] == "PUBLISH"
    (found,) = parsed.events
    assert found["organizer"] == "mailto:przerwy@example.org"
    assert found["organizer"].params["CN"] == "Przerwy, w e-zdrowiu"
    for name in ("uid", "sequence", "dtstamp", "dtstart", "summary"):  # RFC 5546, 3.2.1
        assert name in found
    assert "attendee" not in found
    fed = lines(made(entry))
    sent = [line for line in lines(ics) if not line.startswith("ORGANIZER")]
    assert sent[sent.index("BEGIN:VEVENT") :] == fed[fed.index("BEGIN:VEVENT") :]


def test_a_cancellation_updates_the_event_that_was_sent():
    before = Calendar.from_ical(feeds().event_calendar(event(), "pl", CalendarMethod.PUBLISH, SENDER))
    entry = event(window(status=Status.CANCELLED), sequence=1)
    after = Calendar.from_ical(feeds().event_calendar(entry, "pl", CalendarMethod.CANCEL, SENDER))
    assert after["method"] == "CANCEL"
    assert after.events[0]["uid"] == before.events[0]["uid"]
    assert after.events[0]["sequence"] > before.events[0]["sequence"]
    assert after.events[0]["status"] == "CANCELLED"


@pytest.mark.parametrize(
    ("method", "status"),
    [(CalendarMethod.CANCEL, Status.CONFIRMED), (CalendarMethod.PUBLISH, Status.CANCELLED)],
    ids=["what goes on is not cancelled", "what is cancelled is not published"],
)
def test_a_method_that_contradicts_the_status_is_refused(method, status):
    with pytest.raises(FeedError, match="does not fit"):
        feeds().event_calendar(event(window(status=status)), "pl", method, SENDER)


def test_no_severity_is_no_category():
    assert "none" not in only(event(severity=Severity.NONE)).categories
    bare = Teller(words=lambda _: Told("x", categories=()))
    assert "categories" not in only(event(window(systems=()), severity=Severity.NONE), teller=bare)


def test_ready_events_are_told_once():
    teller = Teller()
    shop = feeds(teller)
    first = shop.calendar("patient", "pl", [event(), event(window("b"))])
    assert shop.calendar("patient", "pl", [event(), event(window("b"))]) == first
    assert teller.asked == ["b", "pz-2024-01-19"]
    moved = event(window(start="2024-01-19 22:00"), sequence=1)
    assert shop.calendar("patient", "pl", [moved, event(window("b"))]) != first
    assert teller.asked[2:] == ["pz-2024-01-19"]


@given(title=st.text(st.characters()), text=st.text(st.characters()), ring=st.text(st.characters()))
def test_whatever_a_source_wrote_is_read_back_as_it_was_cleaned(title, text, ring):
    teller = Teller(words=lambda _: Told(title, text=text, categories=(title,)), rings=(Ring(TOLD_AT, ring),))
    found = only(event(reminders=()), teller=teller)
    assert found["summary"] == clean_line(title)
    assert found["description"] == clean(text)
    assert found.walk("VALARM")[0]["description"] == clean_line(ring)
    assert found.decoded("dtstart") == datetime(2024, 1, 19, 19, tzinfo=UTC)
