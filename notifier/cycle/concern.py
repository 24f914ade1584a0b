"""Whom a notice concerns."""

from __future__ import annotations

from collections.abc import Iterator

from notifier.model import (
    Advice,
    Catalogue,
    Channel,
    MethodAnswer,
    Notice,
    Occasion,
    Profile,
    Severity,
    Subscriber,
    Verdict,
    ancestors,
    iso,
)
from notifier.planning import label


def concerns(notice: Notice, subscriber: Subscriber, catalogue: Catalogue) -> bool:
    """True when a notice is for this subscriber: their audience, and something of theirs is touched.

    Grave news goes to all of the audience who have something that is touched, or of whom nothing is known;
    a bank's alone to those who named the bank or the system; a last call to those whose means depend on
    it, or who named none. What corrects earlier news goes to further people: :mod:`notifier.cycle.telling`.
    """
    advice = notice.advice
    if notice.key.audience not in subscriber.audiences or advice is None or not wanted(notice, subscriber):
        return False
    named = _named(notice, subscriber)
    if notice.severity.rank < Severity.MAJOR.rank and not named:
        return False
    if notice.key.occasion is Occasion.LAST_CALL and subscriber.profile:
        return _is_called(notice, advice, subscriber.profile, catalogue)
    return named or not subscriber.profile or _touched(advice, subscriber.profile, catalogue)


def wanted(notice: Notice, subscriber: Subscriber) -> bool:
    """True for what is mailed to everybody or was asked for; of reminders, those at the times they chose."""
    leads = subscriber.wishes.leads
    if notice.key.occasion is Occasion.REMINDER:
        if leads is not None:
            return notice.key.detail.partition("@")[0] in map(label, leads)
        return Channel.MAIL in notice.channels
    return Channel.MAIL in notice.channels or notice.key.occasion in subscriber.occasions


def _named(notice: Notice, subscriber: Subscriber) -> bool:
    """True when the subscriber named one of the window's systems, or has means at one of its banks."""
    windows = [notice.advice.window] if notice.advice else []
    systems = {
        system for window in [*windows, *([notice.told] if notice.told else [])] for system in window.systems
    }
    theirs = {*subscriber.systems, *(means.bank for means in subscriber.profile.means if means.bank)}
    return any(
        system in ancestors(their) or their in ancestors(system) for system in systems for their in theirs
    )


def _touched(advice: Advice, profile: Profile, catalogue: Catalogue) -> bool:
    """True when one of their methods, or a task that takes none at all, does not plainly work all the time.

    Where a task's own systems are lost, all methods for it are.
    """
    bare = [part.answer for task in advice.tasks for part in task.parts if not part.answer.methods]
    return any(answer.verdict is not Verdict.USABLE for answer in bare) or any(
        # What is doubtful on any day has no window behind it, and is no news.
        answer.because and answer.verdict is not Verdict.USABLE
        for answer in _theirs(advice, profile, catalogue)
    )


def _is_called(notice: Notice, advice: Advice, profile: Profile, catalogue: Catalogue) -> bool:
    """True when one of the person's methods needs a preparation by the moment of this call.

    Where several methods share a preparation, only the earliest of their moments has a call of its own.
    """
    calls = {item.by for item in advice.prepare}
    needed = {answer.prepare_by for answer in _theirs(advice, profile, catalogue)} - {None}
    return any(f"@{iso(by)}" == notice.key.detail or by not in calls for by in needed)


def _theirs(advice: Advice, profile: Profile, catalogue: Catalogue) -> Iterator[MethodAnswer]:
    """What is said of the methods a person has, and of those that take no means of one's own."""
    for task, _, answer in advice.answers():
        if profile.has(answer.method, answer.bank) or _free(catalogue, task.task, answer.method):
            yield answer


def _free(catalogue: Catalogue, task: str, method: str) -> bool:
    uses = (use for step in catalogue.tasks[task].steps for use in step.uses)
    return catalogue.methods[method].everyone or any(use.method == method and use.everyone for use in uses)
