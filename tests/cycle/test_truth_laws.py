"""Laws of what sources say together, whatever they say and in whatever order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifier.model import Impact, Status
from notifier.sources import Claim, Statement
from tests.cycle.court import Court, claim, facts
from tests.cycle.town import DAY, HOUR, START, T0

SOURCES = "abcrs"
NEVER_OFF = (Status.TENTATIVE, Status.CONFIRMED, Status.IN_PROCESS)


@st.composite
def claims(draw: st.DrawFn, statuses: Sequence[Status] = tuple(Status)) -> Claim:
    """A claim of anything within a few days, so that many touch."""
    return claim(
        draw(st.sampled_from("12")),
        draw(st.sampled_from(["pz", "pz.login", "mojeid"])),
        start=draw(st.none() | st.integers(-4, 40).map(lambda hours: START + hours * HOUR)),
        hours=draw(st.none() | st.integers(1, 30)),
        status=draw(st.sampled_from(statuses)),
        impact=draw(st.sampled_from(Impact)),
        sure=draw(st.booleans() | st.just(True)),
        refers_to=draw(st.sampled_from(["", "", "1"])),
    )


@st.composite
def polls(
    draw: st.DrawFn, sources: str = SOURCES, statuses: Sequence[Status] = tuple(Status)
) -> list[tuple[str, list[Claim], bool]]:
    """What sources say one after the other: which, what, and whether that is all they know."""
    said = st.lists(claims(statuses), max_size=2, unique_by=lambda one: one.key)
    return draw(st.lists(st.tuples(st.sampled_from(sources), said, st.booleans()), max_size=8))


@st.composite
def works(draw: st.DrawFn) -> dict[str, list[Claim]]:
    """Works further apart than anybody is wrong about them, as some trusted sources tell them."""
    said: dict[str, list[Claim]] = {}
    for number in range(draw(st.integers(1, 3))):
        for source in draw(st.sets(st.sampled_from("abcd"), min_size=1)):
            early, late = draw(st.integers(-60, 60)), draw(st.integers(-90, 90))
            told = claim(
                str(number),
                draw(st.sampled_from(["pz", "pz.login"])),
                start=START + number * 3 * DAY + timedelta(minutes=early),
                hours=8 + late / 60,
                status=draw(st.sampled_from([Status.CONFIRMED, Status.CONFIRMED, Status.CANCELLED])),
                impact=draw(st.sampled_from([Impact.OUTAGE, Impact.DEGRADED])),
            )
            said.setdefault(source, []).append(told)
    return said


@given(works(), st.data())
def test_the_order_of_polls_does_not_matter(said: dict[str, list[Claim]], data: st.DataObject) -> None:
    def heard(order: Sequence[str]) -> list[object]:
        court = Court()
        for source in order:
            court.says(source, *said[source])
        return facts(court.windows)

    assert heard(data.draw(st.permutations(sorted(said)))) == heard(sorted(said))


@given(polls(), st.data())
def test_the_order_within_one_look_does_not_matter_at_all(
    told: list[tuple[str, list[Claim], bool]], data: st.DataObject
) -> None:
    statements = [
        Statement(source, T0 + number * HOUR, tuple(said), complete)
        for number, (source, said, complete) in enumerate(told)
    ]
    one, other = Court(now=T0 + DAY), Court(now=T0 + DAY)
    one.hears(*statements)
    other.hears(*data.draw(st.permutations(statements)))
    assert one.windows == other.windows
    assert one.judged.drafts == other.judged.drafts


@given(polls())
def test_a_source_that_repeats_itself_adds_nothing(told: list[tuple[str, list[Claim], bool]]) -> None:
    court = Court()
    for source, said, complete in told:
        court.says(source, *said, complete=complete)
        drafts = [(draft.witness.name, draft.window, draft.differs) for draft in court.judged.drafts]
        assert not court.says(source, *said, complete=complete)
        again = [(draft.witness.name, draft.window, draft.differs) for draft in court.judged.drafts]
        assert again == drafts


@given(polls())
def test_a_source_under_review_changes_nothing_in_public(
    told: list[tuple[str, list[Claim], bool]],
) -> None:
    whole, trusted = Court(), Court()
    for source, said, complete in told:
        whole.says(source, *said, complete=complete)
        if source in "abc":
            trusted.says(source, *said, complete=complete)
    assert whole.windows == trusted.windows


@st.composite
def versions(draw: st.DrawFn) -> Claim:
    """One outage, more or less."""
    return claim(
        "1",
        draw(st.sampled_from(["pz", "pz.login"])),
        start=START + draw(st.integers(0, 4)) * HOUR,
        hours=draw(st.integers(5, 12)),
    )


@given(st.lists(st.tuples(st.sampled_from("abc"), versions()), min_size=2, max_size=6))
def test_no_contradiction_makes_an_outage_shorter_than_anybody_who_is_trusted_says(
    told: list[tuple[str, Claim]],
) -> None:
    court = Court()
    for source, said in told:
        court.says(source, said)
        windows = {window.id: window for window in court.windows}
        for one in court.heard.witnesses.values():
            start, end = one.says.start, one.says.end
            assert start is not None
            assert end is not None
            assert windows[one.window].start <= start
            assert windows[one.window].interval.until >= end
            assert set(one.says.systems) == {"pz.login"} or windows[one.window].systems == ("pz",)


@given(polls(statuses=NEVER_OFF), st.data())
def test_nothing_is_cancelled_unless_somebody_says_so(
    told: list[tuple[str, list[Claim], bool]], data: st.DataObject
) -> None:
    court = Court()
    for source, said, complete in told:
        court.says(source, *said, complete=complete)
        court.stale(*data.draw(st.sets(st.sampled_from(SOURCES))), "nobody")
        assert all(window.status is not Status.CANCELLED for window in court.windows)


@given(polls("abc"), polls(), st.data())
def test_what_an_operator_says_of_a_window_is_never_overturned(
    before: list[tuple[str, list[Claim], bool]],
    after: list[tuple[str, list[Claim], bool]],
    data: st.DataObject,
) -> None:
    court = Court()
    court.says("a", claim("first"), complete=False)
    for source, said, complete in before:
        court.says(source, *said, complete=complete)
    status = data.draw(st.sampled_from(Status))
    word = court.operator(replace(court.windows[0], status=status)).window
    for source, said, complete in after:
        court.says(source, *said, complete=complete)
        court.stale(*data.draw(st.sets(st.sampled_from(SOURCES))), "nobody")
        assert court.editions.of[word.id][-1].window == word


@given(polls("rs"), st.data())
def test_a_rejected_reading_is_neither_asked_about_again_nor_published(
    told: list[tuple[str, list[Claim], bool]], data: st.DataObject
) -> None:
    court = Court()
    for source, said, complete in told:
        court.says(source, *said, complete=complete)
        while court.judged.drafts:
            draft = data.draw(st.sampled_from(court.judged.drafts))
            court.decides(draft, approve=False)
            assert draft.witness.name not in {one.witness.name for one in court.judged.drafts}
    assert not court.windows


@given(polls())
def test_what_a_person_approved_keeps_its_facts_until_a_person_says_otherwise(
    after: list[tuple[str, list[Claim], bool]],
) -> None:
    court = Court()
    court.says("r", claim("approved"), complete=False)
    court.decides(court.draft, approve=True)
    word = court.window
    for source, said, complete in after:
        court.says(source, *said, complete=complete and source != "r")
        now = court.editions.of[word.id][-1].window
        assert (now.start, now.end, now.systems, now.impact) == (
            word.start,
            word.end,
            word.systems,
            word.impact,
        )
        assert now.status is not Status.CANCELLED
