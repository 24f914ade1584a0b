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


def concerns(notice: Notice, subscriber: Subscriber, catalogue: Catalogue) -> bool:
    """True when a notice is for this subscriber: their audience, and something of theirs is touched.

    Grave news goes to all of the audience; a bank's alone to those who named the bank or the system;
    a last call to those whose means depend on it, or who named none.
    """
    advice = notice.advice
    if notice.key.audience not in subscriber.audiences or advice is None:
        return False
    if Channel.MAIL not in notice.channels and notice.key.occasion not in subscriber.occasions:
        return False
    if notice.key.occasion is Occasion.CANCELLED:
        return notice.severity.rank >= Severity.MAJOR.rank or _named(notice, subscriber)
    if notice.severity.rank < Severity.MAJOR.rank and not _named(notice, subscriber):
        return False
    if notice.key.occasion is Occasion.LAST_CALL and subscriber.profile:
        return _is_called(notice, advice, subscriber.profile, catalogue)
    return (
        not subscriber.profile
        or _named(notice, subscriber)
        or _touched(notice, advice, subscriber.profile, catalogue)
    )


def _named(notice: Notice, subscriber: Subscriber) -> bool:
    """True when the subscriber named one of the window's systems, or has means at one of its banks."""
    windows = [notice.advice.window] if notice.advice else []
    systems = {
        system for window in [*windows, *([notice.told] if notice.told else [])] for system in window.systems
    }
    wanted = {*subscriber.systems, *(means.bank for means in subscriber.profile.means if means.bank)}
    return any(
        system in ancestors(want) or want in ancestors(system) for system in systems for want in wanted
    )


def _touched(notice: Notice, advice: Advice, profile: Profile, catalogue: Catalogue) -> bool:
    """True when one of the person's methods does not simply work all through the window."""
    if notice.changes:
        return True  # what was told before may have touched them: a correction goes to all who heard
    return any(answer.verdict is not Verdict.USABLE for answer in _theirs(advice, profile, catalogue))


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
