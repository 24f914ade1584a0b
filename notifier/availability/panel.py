"""Several tasks read together from a course: what a digest says of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from operator import itemgetter

from notifier.availability.course import Course
from notifier.availability.judging import Waiting
from notifier.availability.tasks import TaskRows

_REMEMBERED = 1_000
"""Answers remembered for each panel on which ways wait among its rows."""


class Panel:
    """Some tasks, and what is said of all of them together in the pieces of a course.

    Nothing is kept from one window to the next: two windows seldom have many pieces in common, and to read a
    piece again costs less than to find out whether it was read.
    """

    def __init__(self, tables: Sequence[TaskRows]) -> None:
        """Take the tasks in the order of the catalogue."""
        self.tasks = sum(table.bit for table in tables)
        places = [table.index for table in tables]
        rows = sum(table.everything for table in tables)
        self._waiting = lru_cache(_REMEMBERED)(partial(Waiting.among, rows=rows))
        self._pick: Callable[[tuple[str, ...]], tuple[str, ...]] = (
            itemgetter(*places) if len(places) > 1 else itemgetter(slice(places[0], places[0] + 1))
        )

    def said(self, course: Course, first: int, last: int) -> str:
        """What a digest says of these pieces, both included and judged, but for when the first one begins.

        That is all verdicts, and the methods that work only for those who made a preparation, each with the
        time since when it cannot be made. It is said anew, with the time, where anything of it changes.
        """
        pieces = slice(first - course.begin, last + 1 - course.begin)
        said = list(map(self._pick, course.texts[pieces]))
        waits = course.waits[pieces]
        if any(waits):
            judged = course.judged[pieces]
            said = [
                (*texts, *[told[way] for way in self._waiting(judgement.waiting)]) if told else texts
                for texts, told, judgement in zip(said, waits, judged, strict=True)
            ]
        before = said[0]
        words = [*before]
        for begin, texts in zip(course.begins[pieces], said, strict=True):
            if texts != before:
                words.append(begin)
                words += texts
                before = texts
        return "|".join(words)
