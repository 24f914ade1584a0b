"""Several tasks read together from a course: what a digest says of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter

from notifier.availability.course import Section
from notifier.availability.judging import Waiting
from notifier.availability.tasks import TaskRows

_REMEMBERED = 1_000
"""Answers remembered for each panel on which ways wait among its rows."""

Texts = tuple[str, ...]


class Panel:
    """Some tasks, and what is said of all of them together in the pieces of a course.

    Nothing is kept from one window to the next: two windows seldom have many pieces in common, and to read a
    piece again costs less than to find out whether it was read.
    """

    def __init__(self, tables: Sequence[TaskRows]) -> None:
        """Take the tasks in the order of the catalogue."""
        self.tasks = sum(table.bit for table in tables)
        self._rows = sum(table.everything for table in tables)
        self._own = _taking([table.index for table in tables])
        self._waiting = lru_cache(_REMEMBERED)(self._taking_those_that_wait)

    def said(self, section: Section) -> str:
        """What a digest says of these pieces, but for when the first one begins.

        That is all verdicts, and the methods that work only for those who made a preparation, each with the
        time since when it cannot be made. It is said anew, with the time, where anything of it changes.
        """
        said = list(map(self._own, section.texts))
        if section.waiting:
            waiting = self._waiting
            said = [
                texts + waiting(judgement.waiting)(told) if told else texts
                for texts, told, judgement in zip(said, section.waits, section.judged, strict=True)
            ]
        before = said[0]
        words = list(before)
        for begin, texts in zip(section.begins, said, strict=True):
            if texts != before:
                words.append(begin)
                words += texts
                before = texts
        return "|".join(words)

    def _taking_those_that_wait(self, waiting: Waiting) -> Callable[[Texts], Texts]:
        return _taking(waiting.among(self._rows))


def _taking(places: Sequence[int]) -> Callable[[Texts], Texts]:
    """What takes some places out of a tuple, as a tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    return itemgetter(slice(places[0], places[0] + 1) if places else slice(0))
