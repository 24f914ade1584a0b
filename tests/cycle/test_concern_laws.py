"""Who gets mail, against the reasoning itself: nobody who cannot be affected, and everybody who is.

The reference reasons naively from the rules, without the advice that notices carry.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, example, given
from hypothesis import strategies as st

from notifier.cycle.concern import concerns
from notifier.model import Impact, Means, Profile, Severity, Status, Subscriber, Verdict, Window, ancestors
from tests.availability.reference import Reference
from tests.cycle.town import HOUR, START, catalogue, notice, window

WHOLE = catalogue(())
SYSTEMS = sorted({*WHOLE.systems, *WHOLE.banks})
METHODS = sorted(WHOLE.methods)
AUDIENCES = sorted(WHOLE.audiences)


@st.composite
def means(draw: st.DrawFn) -> Means:
    method = draw(st.sampled_from(METHODS))
    bank = draw(st.sampled_from([None, *sorted(WHOLE.banks)])) if WHOLE.methods[method].per_bank else None
    return Means(method, bank)


windows = st.builds(
    lambda systems, impact, status: replace(window("w", *systems, hours=4), impact=impact, status=status),
    st.lists(st.sampled_from(SYSTEMS), min_size=1, max_size=2, unique=True),
    st.sampled_from([Impact.OUTAGE, Impact.OUTAGE, Impact.DEGRADED]),
    st.sampled_from([Status.CONFIRMED, Status.CONFIRMED, Status.TENTATIVE]),
)
people = st.builds(
    lambda audience, have, systems: Subscriber(
        1, "a@example.pl", "pl", (audience,), Profile(frozenset(have)), tuple(systems)
    ),
    st.sampled_from(AUDIENCES),
    st.lists(means(), max_size=3),
    st.lists(st.sampled_from(SYSTEMS), max_size=1),
)


def touched(of: Window, person: Subscriber) -> bool:
    """True when a way of theirs to do something they do, or a system this takes whatever the way, is hit."""
    known, without = Reference(WHOLE, [of]), Reference(WHOLE, [])
    now = START + HOUR
    for task in WHOLE.tasks_of(person.audiences[0]):
        if any(
            known.verdict(way, now) is not Verdict.USABLE
            and known.verdict(way, now) is not without.verdict(way, now)
            for way in known.ways_of(task.id, person.profile)
        ):
            return True
    return False


def named(of: Window, person: Subscriber) -> bool:
    banks = {have.bank for have in person.profile.means if have.bank}
    return any(
        theirs in ancestors(system) or system in ancestors(theirs)
        for theirs in {*person.systems, *banks}
        for system in of.systems
    )


def expected(of: Window, person: Subscriber, severity: Severity) -> bool:
    """Somebody who named the system; for grave news also who has something that does not plainly work."""
    if named(of, person):
        return True
    if severity.rank < Severity.MAJOR.rank:
        return False
    return not person.profile or touched(of, person)


@given(windows, people)
@example(window("w", "pz"), Subscriber(1, "", "pl", ("patient",), Profile.of(["edowod-phone"])))
@example(window("w", "pz"), Subscriber(1, "", "pl", ("doctor",), Profile.of(["sign-pz"])))
def test_mail_is_for_those_of_whom_something_is_touched(of: Window, person: Subscriber) -> None:
    news = notice(of=of, audience=person.audiences[0])
    assume(news.severity is not Severity.NONE)
    assert concerns(news, person, WHOLE) is expected(of, person, news.severity)
