"""What one person is told: of all that is due, what concerns them, once, against what they were told before.

A notice is about a window and an audience; a person may never have heard of the window, may have heard an
older version of it, or may be out of it since they changed their choices. Hence, per person:

* whoever was told of a window hears that it is otherwise, will not be, or is over, whatever they have now;
* what has changed is told against the version *they* were told; if to them it has not, nothing is told;
* whoever never heard of it is told as for the first time, and of a cancellation nothing at all.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from notifier.cycle.concern import concerns
from notifier.feeds import CalendarEntry
from notifier.model import Catalogue, Change, Notice, Occasion, Subscriber, Window
from notifier.planning import changes_between
from notifier.store import Heard

FULL = frozenset({Occasion.ANNOUNCED, Occasion.CHANGED, Occasion.COMPLETED, Occasion.CANCELLED})
"""Occasions that tell everything; a reminder beside one of them would say it twice."""

OVER = frozenset({Occasion.ENDED, Occasion.COMPLETED})
FINAL = frozenset({Occasion.CANCELLED, Occasion.COMPLETED})
REVISING = frozenset({Occasion.CHANGED, *FINAL, Occasion.ENDED})
"""Occasions on which it matters what somebody was told before."""

HeardOf = Mapping[tuple[str, str], Mapping[int, Heard]]
"""By window and audience, who was told of it, and what."""

_NOBODY: Mapping[int, Heard] = {}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A notice with its id in the store and the entry of its window's event.

    ``covers`` are the ids of notices that need not be told beside it; ``told_edition`` is the version of
    the window that the person was told before, where the notice is put against that.
    """

    id: int
    notice: Notice
    event: CalendarEntry
    covers: tuple[int, ...] = ()
    told_edition: int | None = None

    @property
    def version(self) -> Hashable:
        """What tells apart the ways in which one notice is told to different people."""
        return self.notice.key.occasion, self.notice.changes, self.told_edition

    @property
    def pair(self) -> tuple[str, str]:
        """The window and the audience."""
        return self.notice.key.window, self.notice.key.audience


class Telling:
    """Chooses for each person among the notices of one pass.

    ``version`` gives the window as it was in an edition. People who are alike in all that matters here are
    thought about once.
    """

    def __init__(
        self, catalogue: Catalogue, heard: HeardOf, version: Callable[[str, int], Window] | None = None
    ) -> None:
        self.catalogue = catalogue
        self.heard = heard
        self._version = version
        self._known: dict[Hashable, tuple[Recorded, ...]] = {}

    def choose(self, person: Subscriber, items: Sequence[Recorded]) -> tuple[Recorded, ...]:
        """What this person is told, the gravest window first, one notice for a window and an audience."""
        heard = {pair: self._heard(pair, person) for pair in {item.pair for item in items}}
        key = (
            tuple(item.id for item in items),
            person.audiences,
            person.profile,
            person.systems,
            person.occasions,
            person.wishes.leads,
            frozenset(heard.items()),
        )
        if key not in self._known:
            self._known[key] = tuple(self._choose(person, items, heard))
        return self._known[key]

    def _heard(self, pair: tuple[str, str], person: Subscriber) -> Heard | None:
        return self.heard.get(pair, _NOBODY).get(person.id)

    def _choose(
        self,
        person: Subscriber,
        items: Sequence[Recorded],
        heard: Mapping[tuple[str, str], Heard | None],
    ) -> list[Recorded]:
        by_pair: dict[tuple[str, str], list[Recorded]] = {}
        for item in items:
            by_pair.setdefault(item.pair, []).append(item)
        found = [
            told
            for pair, about in by_pair.items()
            if (told := self._one(person, about, heard[pair])) is not None
        ]
        present = {item.pair[0] for item in found if item.pair[1] in person.audiences}
        return sorted(
            # Who read for another audience before hears of it in the words for the present one, if there are any.
            (item for item in found if item.pair[1] in person.audiences or item.pair[0] not in present),
            key=lambda item: (
                -item.notice.severity.rank,
                item.event.advice.window.start,
                item.notice.key,
            ),
        )

    def _one(self, person: Subscriber, about: Sequence[Recorded], heard: Heard | None) -> Recorded | None:
        """Of several notices on one window for one audience the one that says most, as told to this person."""
        in_order = sorted(about, key=lambda item: (item.notice.key.occasion in FULL, item.notice.due))
        final = [item for item in in_order if item.notice.key.occasion in FINAL]
        last = max(in_order, key=lambda item: (item.notice.due, item.id))
        if final and last.notice.key.occasion not in (Occasion.ANNOUNCED, Occasion.CHANGED):
            # Nothing that went before it is true any more.
            told = final[-1] if self._corrects(person, final[-1].notice, heard) else None
            kept = in_order if told is not None else []
        else:
            still = [item for item in in_order if item.notice.key.occasion not in FINAL]
            kept = [item for item in still if self._tells(person, item.notice, heard)]
            told = kept[-1] if kept else None
        if told is None:
            return None
        told = self._as_told_to(told, heard)
        return replace(told, covers=tuple(item.id for item in kept if item.id != told.id))

    def _tells(self, person: Subscriber, notice: Notice, heard: Heard | None) -> bool:
        """True for what concerns them now, and for what corrects what they were told."""
        if notice.key.occasion in REVISING and notice.key.occasion is not Occasion.CHANGED:
            return self._corrects(person, notice, heard)
        if notice.key.occasion is not Occasion.CHANGED or heard is None:
            return concerns(notice, person, self.catalogue)
        if self._changes(notice, heard):
            return True
        return notice.changes == (Change.ADVICE,) and concerns(notice, person, self.catalogue)

    def _corrects(self, person: Subscriber, notice: Notice, heard: Heard | None) -> bool:
        """That it will not be is for all who were told, that it is over for those who asked or expect it later."""
        if notice.key.occasion is Occasion.CANCELLED:
            return heard is not None
        if heard is not None and heard.extended:
            return True
        if notice.key.occasion not in person.occasions:
            return False
        return heard is not None or concerns(notice, person, self.catalogue)

    def _changes(self, notice: Notice, heard: Heard) -> tuple[Change, ...]:
        """What differs from the version this person was told."""
        if notice.advice is None:
            return ()
        told = self._told(notice, heard)
        return changes_between(told, notice.advice.window) if told is not None else notice.changes

    def _told(self, notice: Notice, heard: Heard) -> Window | None:
        if self._version is None:
            return notice.told
        return self._version(notice.key.window, heard.edition)

    def _as_told_to(self, item: Recorded, heard: Heard | None) -> Recorded:
        """The notice as it is put to them: against what they were told, or as new."""
        notice = item.notice
        if notice.key.occasion not in (Occasion.CHANGED, *FINAL):
            return item
        if heard is not None:
            changed = notice.key.occasion is Occasion.CHANGED
            changes = self._changes(notice, heard) or notice.changes if changed else notice.changes
            put = replace(notice, changes=changes, told=self._told(notice, heard))
            return replace(item, notice=put, told_edition=heard.edition)
        if notice.key.occasion is not Occasion.CHANGED:
            return item
        new = replace(notice.key, occasion=Occasion.ANNOUNCED)
        return replace(item, notice=replace(notice, key=new, changes=(), told=None))


def needs_heard(items: Iterable[Recorded]) -> set[str]:
    """The windows for which it matters what people were told before."""
    return {item.pair[0] for item in items if item.notice.key.occasion in REVISING}
