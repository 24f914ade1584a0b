"""What holds of every message, whatever the outages, the reader and the occasion."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.availability import Adviser, Effects, Outlook
from notifier.model import (
    Change,
    Impact,
    Means,
    Notice,
    NoticeKey,
    Occasion,
    Profile,
    Severity,
    Status,
    Window,
)
from tests.render.people import CATALOGUE, NETWORK, RENDERER, at, outage

SYSTEMS = sorted(CATALOGUE.systems)
MEANS = [
    Means(method.id, bank.id if method.per_bank else None)
    for method in CATALOGUE.methods.values()
    for bank in (CATALOGUE.banks.values() if method.per_bank else [None])
    if bank is None or method.id in bank.services
]
BANKS = {bank.say("pl") for bank in CATALOGUE.banks.values()}
FLAW = re.compile(r"\{|\}|None|Undefined|  |\.\.|,,| ,| \.|:\.|;\.|!|\(\)|24:00")
ENDS = re.compile(r"[.:?)\"”]$")


@st.composite
def windows(draw: st.DrawFn) -> Window:
    start = at("2026-10-24 20:00") + timedelta(minutes=30 * draw(st.integers(0, 30)))
    end = draw(st.one_of(st.none(), st.integers(1, 80).map(lambda n: start + timedelta(minutes=30 * n))))
    systems = draw(st.lists(st.sampled_from(SYSTEMS), min_size=1, max_size=4, unique=True))
    return replace(
        outage(" ".join(systems), "2026-10-24 20:00", None),
        id=f"w{draw(st.integers(0, 10**6))}",
        start=start,
        end=end,
        status=draw(st.sampled_from(Status)),
        impact=draw(st.sampled_from(Impact)),
    )


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    """A notice about one of up to three windows, as a planner could make it."""
    found = draw(st.lists(windows(), min_size=1, max_size=3, unique_by=lambda window: window.id))
    audience = draw(st.sampled_from(sorted(CATALOGUE.audiences)))
    advice = Adviser(Outlook(NETWORK, found), Effects(NETWORK)).advise(found[0], audience)
    occasion = draw(st.sampled_from(Occasion))
    due = found[0].start + timedelta(hours=draw(st.integers(-200, 60)))
    return Notice(
        key=NoticeKey(found[0].id, audience, occasion),
        due=due,
        useful_until=due + timedelta(days=1),
        sent=True,
        reason="a law holds for it",
        edition=1,
        sequence=0,
        severity=advice.severity,
        advice=advice,
        changes=tuple(draw(st.lists(st.sampled_from(Change), unique=True, max_size=3)))
        if occasion is Occasion.CHANGED
        else (),
        told=draw(st.one_of(st.none(), windows())),
    )


PROFILES = st.lists(st.sampled_from(MEANS), max_size=4).map(lambda means: Profile(frozenset(means)))


@settings(max_examples=60)
@given(notices(), PROFILES, st.sampled_from(["pl", "en"]))
def test_every_message_can_be_told_without_a_flaw(notice: Notice, profile: Profile, language: str) -> None:
    told = RENDERER.notice(notice, language, profile)
    assert not (found := FLAW.search(told.text)), told.text[max(0, found.start() - 60) : found.end() + 20]
    body = told.text.partition("\nŹródło: ")[0].partition("\nSource: ")[0].partition("\n\n")[2]
    for line in body.split("\nGdzie pytać")[0].split("\nWhom to ask")[0].splitlines():
        if line.startswith(("- ", "1. ", "2. ")):
            assert ENDS.search(line), line
    assert (
        all(word not in told.text for word in ("na pewno", "papier")) or notice.advice is None or _p1(notice)
    )


def _p1(notice: Notice) -> bool:
    """True when P1 may be lost, and paper with it the right thing to speak of."""
    answers = notice.advice.tasks if notice.advice else ()
    return any(part.answer.last_resort in {"K15", "K16"} for task in answers for part in task.parts)


@settings(max_examples=30)
@given(notices(), st.lists(st.sampled_from([means for means in MEANS if means.bank]), min_size=1, max_size=2))
def test_a_person_is_told_of_no_bank_but_their_own(notice: Notice, means: list[Means]) -> None:
    profile = Profile(frozenset(means))
    text = RENDERER.notice(notice, "pl", profile).text
    works = text.partition("\nCo działa\n")[2].partition("\n\n")[0]
    own = {CATALOGUE.banks[each.bank].say("pl") for each in means if each.bank}
    marks = {mark for mark in re.findall(r"\(([^()]*(?:\([^()]*\))?)\)", works) if mark in BANKS}
    assert all(any(mark in name for name in own) for mark in marks), "a name may hold another one in brackets"


@settings(max_examples=30)
@given(notices(), st.sampled_from(["pl", "en"]))
def test_a_mail_of_one_has_the_title_as_its_subject(notice: Notice, language: str) -> None:
    assert RENDERER.mail([notice], language).subject == RENDERER.notice(notice, language).title


@settings(max_examples=30)
@given(st.lists(notices(), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_notices_does_not_matter(found: list[Notice], random: object) -> None:
    unique = list({notice.key: notice for notice in found}.values())
    assert RENDERER.mail(unique, "pl") == RENDERER.mail(unique[::-1], "pl")


@settings(max_examples=30)
@given(notices())
def test_alarms_ring_before_their_deadline(notice: Notice) -> None:
    if notice.advice is not None and notice.advice.severity is not Severity.NONE:
        deadlines = [item.by for item in notice.advice.prepare if item.by is not None]
        for alarm in RENDERER.alarms(notice.advice, "pl"):
            assert alarm.at < max(deadlines)
