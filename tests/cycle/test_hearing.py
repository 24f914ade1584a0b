"""What sources say reaches people by passes, outlives the process, and is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from notifier.config.sources import SourceKind, SourceSpec, Trust
from notifier.cycle.hearing import Hearing, read_claim, write_claim
from notifier.cycle.witnesses import Decision, digest_of
from notifier.model import Occasion, Status
from notifier.sources import Claim, Statement
from tests.cycle.court import claim
from tests.cycle.town import DAY, HOUR, MINUTE, START, T0, Town, config, window

PATIENT = ("patient",)
DISPUTED = "Źródła podają o tej przerwie różnie."


def source(id: str = "a", trust: Trust = Trust.TRUSTED, stale_after: timedelta = DAY) -> SourceSpec:
    return SourceSpec(
        id, SourceKind.FEED, id.upper(), trust, url="http://127.0.0.1/", stale_after=stale_after
    )


def town(*sources: SourceSpec) -> Town:
    made = Town(replace(config(audiences=PATIENT, schedule={"settle": timedelta(0)}), sources=sources))
    made.people("ola")
    made.run(T0)
    return made


def said(source: str, hours: int, *claims: Claim, complete: bool = True) -> Statement:
    return Statement(source, T0 + hours * HOUR, claims, complete)


@pytest.fixture
def place() -> Town:
    return town(source("a"), source("r", Trust.REVIEW, 30 * DAY))


def _text(place: Town) -> str:
    """The last mail in one line."""
    return " ".join(place.mails()[-1].part("text/plain").split())


def occasions(place: Town) -> list[Occasion]:
    return [row.key.occasion for row in place.store.notices.rows() if row.sent]


def test_a_trusted_word_is_told_in_the_pass_that_hears_it(place: Town) -> None:
    done = place.cycle.run_pass(T0 + HOUR, publish=False, said=[said("a", 1, claim())])
    assert [edition.origin for edition in done.editions] == ["a"]
    assert (done.mails, done.drafts) == (1, 0)
    (letter,) = place.mails()
    assert "A" in letter.part("text/plain")
    again = place.cycle.run_pass(T0 + 2 * HOUR, publish=False, said=[said("a", 2, claim())])
    assert not again.editions


def test_sources_that_contradict_each_other_are_told_with_the_longer_time_and_that_they_do() -> None:
    place = town(source("a"), source("b"))
    place.cycle.run_pass(T0 + HOUR, publish=False, said=[said("a", 1, claim())])
    assert DISPUTED not in _text(place)
    place.cycle.run_pass(T0 + 2 * HOUR, publish=False, said=[said("b", 2, claim(hours=10))])
    assert DISPUTED in _text(place)
    place.cycle.run_pass(T0 + 3 * HOUR, publish=False, said=[said("b", 3, claim())])
    assert DISPUTED not in _text(place)


def test_a_word_under_review_is_told_to_nobody(place: Town) -> None:
    before = place.run(T0, publish=True).tree
    done = place.cycle.run_pass(T0 + HOUR, said=[said("r", 1, claim())])
    assert (done.editions, done.mails, done.drafts) == ((), 0, 1)
    assert before is not None
    told = [path for path in before if path.startswith(("/feeds/", "/api/"))]
    assert all((done.tree or before)[path] == before[path] for path in told)


def test_what_was_heard_is_known_after_a_restart(place: Town) -> None:
    place.cycle.run_pass(T0 + HOUR, publish=False, said=[said("a", 1, claim()), said("r", 1, claim(hours=2))])
    place.restart()
    done = place.run(T0 + 2 * HOUR)
    assert (done.editions, done.drafts) == ((), 1)
    gone = place.cycle.run_pass(T0 + 3 * HOUR, publish=False, said=[said("a", 3)])
    assert [edition.window.status for edition in gone.editions] == [Status.TENTATIVE]
    assert Occasion.CANCELLED not in occasions(place)


def test_a_pass_that_fails_hears_it_again(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(type(place.store.notices), "add", _fails)
        with pytest.raises(OSError, match="full"):
            place.cycle.run_pass(T0 + HOUR, publish=False, said=[said("a", 1, claim())])
    assert not place.store.hearsay.witnesses()
    done = place.cycle.run_pass(T0 + HOUR, publish=False, said=[said("a", 1, claim())])
    assert len(done.editions) == 1


def test_a_source_that_is_not_read_any_more_makes_its_windows_uncertain(place: Town) -> None:
    place.cycle.run_pass(T0 + HOUR, publish=False, said=[said("a", 1, claim())])
    assert not place.run(T0 + HOUR + DAY).editions
    done = place.run(T0 + HOUR + DAY + MINUTE)
    assert [edition.why for edition in done.editions] == ["not read for too long: a"]
    assert done.stale == {"a": "not read for 24 h"}
    assert occasions(place)[-1] is Occasion.CHANGED
    assert "jeszcze niepotwierdzon" in place.mails()[-1].part("text/plain")
    assert not place.run(T0 + HOUR + DAY + 2 * MINUTE).editions
    back = place.cycle.run_pass(T0 + 3 * DAY, publish=False, said=[said("a", 72, claim())])
    assert [edition.window.status for edition in back.editions] == [Status.CONFIRMED]
    assert not back.stale


def test_a_source_that_was_taken_out_confirms_nothing(place: Town) -> None:
    place.cycle.run_pass(T0 + HOUR, publish=False, said=[said("a", 1, claim())])
    place.config = replace(place.config, sources=())
    place.restart()
    assert [edition.window.status for edition in place.run(T0 + 2 * HOUR).editions] == [Status.TENTATIVE]


def test_a_decision_from_elsewhere_counts_at_the_next_judgement(place: Town) -> None:
    place.cycle.run_pass(T0 + HOUR, publish=False, said=[said("r", 1, claim())])
    made = Decision("r", "k", digest_of(claim()), True, claim(hours=2), "anna", "", T0 + 2 * HOUR)
    Hearing(place.config, place.store).decide(made)
    (edition,) = place.run(T0 + 3 * HOUR).editions
    assert (edition.who, edition.window.end) == ("anna", START + 2 * HOUR)


def test_what_was_rejected_elsewhere_waits_no_more(place: Town) -> None:
    done = place.cycle.run_pass(T0 + HOUR, publish=False, said=[said("r", 1, claim())])
    assert done.drafts == 1
    made = Decision("r", "k", digest_of(claim()), False, None, "anna", "", T0 + 2 * HOUR)
    Hearing(place.config, place.store).decide(made)
    assert place.run(T0 + 3 * HOUR).drafts == 0


def test_files_come_first_so_that_sources_find_their_windows(place: Town) -> None:
    place.config = replace(place.config, windows=(window(),))
    place.restart()
    done = place.cycle.run_pass(T0 + HOUR, publish=False, said=[said("a", 1, claim())])
    assert [edition.origin for edition in done.editions] == ["files"]
    assert [row.window_id for row in place.store.hearsay.witnesses()] == ["pz-1"]


def test_claims_are_kept_as_they_were() -> None:
    for one in (claim(), claim(start=None, sure=False), claim("ż", "pz", "p1", published=T0, refers_to="x")):
        assert read_claim(write_claim(one)) == one


def _fails(*_: object) -> None:
    raise OSError("disk full")
