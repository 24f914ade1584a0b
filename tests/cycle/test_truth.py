"""What sources say together becomes windows and drafts; contradictions are shown, silence cancels nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from notifier.cycle import FILES, MISSING, reconcile
from notifier.cycle.witnesses import forgettable
from notifier.model import Impact, Status
from notifier.sources import Claim
from tests.cycle.court import Court, claim
from tests.cycle.town import DAY, HOUR, MINUTE, START, T0, window


def test_a_trusted_source_that_is_read_without_doubt_makes_a_window() -> None:
    court = Court()
    (made,) = court.says("a", claim())
    assert (made.origin, made.who, made.number, made.why) == ("a", "A", 1, "first seen")
    assert made.known_at == made.recorded_at == court.now
    assert made.window.id == "pz-2026-05-14"
    assert (made.window.start, made.window.systems) == (START, ("pz",))
    assert made.window.source.url == "https://example.org/notice"
    assert not court.judged.drafts


@pytest.mark.parametrize(
    ("source", "said"),
    [
        pytest.param("r", claim(), id="a source under review, however sure"),
        pytest.param("a", claim(sure=False), id="a trusted source that was read with a doubt"),
        pytest.param("a", claim("k", "wróżka"), id="a system that nobody knows"),
        pytest.param("a", claim(start=None), id="no start"),
        pytest.param("a", claim(hours=-3), id="an end before the start"),
        pytest.param("z", claim(), id="a source that is not configured any more"),
    ],
)
def test_anything_else_is_a_draft_that_changes_nothing(source: str, said: Claim) -> None:
    court = Court()
    assert not court.says(source, said)
    assert court.draft.witness.says == said
    assert not court.draft.window


def test_one_outage_told_by_five_sources_is_one_window_with_five_witnesses() -> None:
    court = Court()
    court.says("a", claim("1"))
    assert not court.says("b", claim("x", start=START + timedelta(seconds=30)))
    for source in "crs":
        assert not court.says(source, claim(source))
    assert [one.source for one in court.judged.telling[court.window.id]] == ["a", "b", "c", "r", "s"]
    assert not court.judged.drafts
    assert not court.window.disputed


@pytest.mark.parametrize(
    ("said", "same"),
    [
        (claim("x", start=START + 2 * HOUR), True),  # begins while the other lasts
        (claim("x", "pz.login"), True),  # a part of the same system
        (claim("x", start=START - HOUR, hours=0.5), True),  # an hour earlier, and a short one
        (claim("x", "mojeid"), False),
        (claim("x", start=START + 9 * HOUR), False),
        (claim("x", start=START - 2 * HOUR, hours=1), False),
        (claim("x", start=START - 13 * HOUR, hours=20), False),  # it holds the other, and is more than that
    ],
)
def test_claims_of_two_sources_are_of_one_window_if_they_can_be_of_one_work(said: Claim, same: bool) -> None:
    court = Court()
    court.says("a", claim())
    court.says("b", said)
    assert len(court.windows) == (1 if same else 2)


def test_two_claims_of_one_source_are_two_windows() -> None:
    court = Court()
    court.says("a", claim("1"), claim("2", start=START + HOUR))
    assert [one.id for one in court.windows] == ["pz-2026-05-14", "pz-2026-05-14-2"]


def test_equals_that_contradict_each_other_make_the_graver_of_both_and_it_is_marked() -> None:
    court = Court()
    court.says("a", claim(impact=Impact.DEGRADED))
    court.says("b", claim("x", "pz.login", start=START - MINUTE * 30, hours=4))
    assert court.window.disputed
    assert (court.window.start, court.window.end) == (START - MINUTE * 30, START + 8 * HOUR)
    assert (court.window.systems, court.window.impact) == (("pz",), Impact.OUTAGE)
    court.says("b", claim("x", impact=Impact.DEGRADED))
    assert not court.window.disputed


def test_a_reading_that_a_person_approved_holds_against_a_trusted_source() -> None:
    court = Court()
    court.says("r", claim())
    (made,) = court.decides(court.draft, approve=True)
    assert (made.origin, made.who, made.why) == ("r", "anna", "approved; first seen")
    court.says("a", claim("x", hours=9))
    assert court.window.end == START + 8 * HOUR
    assert court.window.disputed
    assert (court.draft.witness.source, court.draft.differs) == ("a", ("end",))
    court.decides(court.draft, approve=True)
    assert court.window.end == START + 9 * HOUR
    assert not court.judged.drafts


def test_a_draft_that_contradicts_a_window_says_how_and_marks_nothing() -> None:
    court = Court()
    court.says("a", claim())
    assert not court.says("r", claim("x", hours=12))
    assert (court.draft.window, court.draft.differs) == (court.window.id, ("end",))
    assert not court.window.disputed


def test_a_notice_whose_hours_change_moves_its_window() -> None:
    court = Court()
    court.says("a", claim())
    (made,) = court.says("a", claim(start=START + 3 * DAY))
    assert (made.number, made.window.id, made.why) == (2, "pz-2026-05-14", "changed: start, end")


def test_a_notice_that_names_the_earlier_one_speaks_of_its_window() -> None:
    court = Court()
    court.says("a", claim("1"), complete=False)
    court.says("a", claim("2", start=START + 3 * DAY, refers_to="1"), complete=False)
    assert court.window.start == START + 3 * DAY


def test_a_notice_in_so_many_words_cancels_even_without_a_reference() -> None:
    court = Court()
    court.says("a", claim("1"), complete=False)
    court.says("a", claim("1"), claim("2", status=Status.CANCELLED), complete=False)
    assert court.window.status is Status.CANCELLED


def test_one_that_says_cancelled_and_one_that_does_not_are_uncertain_together() -> None:
    court = Court()
    court.says("a", claim())
    court.says("b", claim(status=Status.CANCELLED))
    assert (court.window.status, court.window.disputed) == (Status.TENTATIVE, True)


def test_calling_off_what_nobody_knows_is_neither_window_nor_draft() -> None:
    court = Court()
    court.says("a", claim(status=Status.CANCELLED))
    court.says("r", claim(status=Status.CANCELLED))
    assert not court.windows
    assert not court.judged.drafts


def test_what_is_over_when_it_is_first_seen_is_history() -> None:
    court = Court(now=START + 30 * DAY)
    court.says("a", claim())
    court.says("r", claim())
    assert not court.heard.witnesses


def test_a_window_that_vanishes_is_not_confirmed_any_more_and_comes_back_as_it_was() -> None:
    court = Court()
    court.says("a", claim())
    (gone,) = court.says("a")
    assert (gone.origin, gone.window.status, gone.why) == (MISSING, Status.TENTATIVE, "no longer in a")
    assert not court.says("a")
    (back,) = court.says("a", claim())
    assert (back.origin, back.window.status) == ("a", Status.CONFIRMED)


def test_a_window_that_vanishes_from_one_of_two_sources_stays() -> None:
    court = Court()
    court.says("a", claim())
    court.says("b", claim())
    assert not court.says("b")
    (made,) = court.says("a")
    assert made.origin == MISSING


def test_a_feed_that_drops_an_old_entry_says_nothing_by_it() -> None:
    court = Court()
    court.says("a", claim(), complete=False)
    assert not court.says("a", complete=False)


@pytest.mark.parametrize(
    ("start", "windows"),
    [
        (START + 2 * HOUR, [(START + 2 * HOUR, Status.CONFIRMED)]),
        (START + 3 * DAY, [(START, Status.TENTATIVE), (START + 3 * DAY, Status.CONFIRMED)]),
    ],
    ids=["about the same time: it was moved", "another day: the first is not confirmed any more"],
)
def test_a_notice_without_a_name_that_comes_as_another_goes_replaces_it(
    start: datetime, windows: list[tuple[datetime, Status]]
) -> None:
    court = Court()
    court.says("a", claim("digest-1"), complete=False)
    court.says("a", claim("digest-2", start=start), complete=False)
    assert [(one.start, one.status) for one in court.windows] == windows


def test_a_window_that_is_over_may_vanish() -> None:
    court = Court()
    court.says("a", claim())
    court.now = START + 9 * HOUR
    assert not court.says("a")


def test_a_source_that_is_not_read_for_too_long_confirms_nothing_until_it_is_read_again() -> None:
    court = Court()
    court.says("a", claim())
    (stale,) = court.stale("a")
    assert (stale.window.status, stale.why) == (Status.TENTATIVE, "not read for too long: a")
    assert not court.stale("a")
    (again,) = court.stale("nobody")
    assert again.window.status is Status.CONFIRMED


def test_a_source_that_is_not_read_says_nothing_and_what_it_said_stays() -> None:
    court = Court()
    court.says("a", claim())
    court.says("r", claim("x", "mojeid"))
    court.now += 5 * DAY
    assert not court.look()
    assert court.window.status is Status.CONFIRMED
    assert court.draft.witness.source == "r"


class TestDecisions:
    """A person's word holds, and is asked for once."""

    def test_a_rejected_reading_stays_rejected_however_often_it_is_seen(self) -> None:
        court = Court()
        court.says("r", claim())
        court.decides(court.draft, approve=False)
        court.says("r", replace(claim(), evidence="Inaczej, a to samo."))
        court.says("r")
        court.says("r", claim())
        assert not court.judged.drafts
        court.says("r", claim(hours=3))
        assert court.draft.witness.says == claim(hours=3)

    def test_a_change_of_an_approved_reading_is_a_draft_again(self) -> None:
        court = Court()
        court.says("r", claim())
        court.decides(court.draft, approve=True)
        assert not court.says("r", claim(hours=3))
        assert (court.draft.window, court.draft.differs) == (court.window.id, ("end",))
        (made,) = court.decides(court.draft, approve=True)
        assert made.window.end == START + 3 * HOUR

    def test_a_reading_can_be_put_right_before_it_is_published(self) -> None:
        court = Court()
        court.says("a", claim(start=None, sure=False))
        (made,) = court.decides(court.draft, approve=True, claim=claim(hours=2))
        assert (made.window.end, made.who) == (START + 2 * HOUR, "anna")
        assert not court.says("a", claim(start=None, sure=False))
        assert not court.judged.drafts

    def test_what_was_published_and_is_rejected_is_not_confirmed_any_more(self) -> None:
        court = Court()
        court.says("r", claim())
        draft = court.draft
        court.decides(draft, approve=True)
        (made,) = court.decides(draft, approve=False)
        assert made.window.status is Status.TENTATIVE

    def test_an_approved_reading_that_vanishes_is_not_confirmed_any_more(self) -> None:
        court = Court()
        court.says("r", claim())
        court.decides(court.draft, approve=True)
        (made,) = court.says("r")
        assert (made.origin, made.window.status) == (MISSING, Status.TENTATIVE)

    def test_what_an_operator_changed_is_asked_about_and_not_changed_back(self) -> None:
        court = Court()
        court.says("a", claim())
        court.operator(replace(court.window, end=START + 20 * HOUR))
        assert not court.says("a", claim())
        assert not court.judged.drafts  # they knew of that
        assert not court.says("a", claim(hours=5))
        assert court.draft.differs == ("end",)
        (made,) = court.decides(court.draft, approve=True)
        assert (made.origin, made.window.end) == ("a", START + 5 * HOUR)

    def test_what_an_operator_cancelled_does_not_come_back(self) -> None:
        court = Court()
        court.says("a", claim())
        court.operator(replace(court.window, status=Status.CANCELLED))
        assert not court.says("a", claim())
        assert not court.says("b", claim())
        assert not court.says("a")
        assert court.window.status is Status.CANCELLED
        assert len(court.windows) == 1

    def test_a_window_from_the_files_is_told_by_sources_and_changed_by_none(self) -> None:
        court = Court()
        court.editions.add(reconcile(court.editions, [window()], T0, first=True).editions)
        assert not court.says("a", claim())
        assert not court.says("b", claim(hours=2))
        assert court.draft.differs == ("end",)
        assert court.window.id == "pz-1"
        assert [one.source for one in court.judged.telling["pz-1"]] == ["a", "b"]

    def test_a_source_confirms_what_the_files_tell_no_more(self) -> None:
        court = Court()
        court.editions.add(
            reconcile(court.editions, [window(), window("x", "mojeid")], T0, first=True).editions
        )
        court.says("a", claim())
        court.editions.add(
            reconcile(court.editions, [window("x", "mojeid")], court.now, first=False).editions
        )
        (made,) = court.look()
        assert (made.origin, made.window.status) == ("a", Status.CONFIRMED)
        assert court.editions.said(FILES)


def test_a_claim_is_forgotten_long_after_its_last_moment() -> None:
    court = Court()
    court.says("a", claim())
    (witness,) = court.heard.witnesses.values()
    assert not forgettable(witness, START + 8 * HOUR + 60 * DAY)
    assert forgettable(witness, START + 8 * HOUR + 60 * DAY + MINUTE)
