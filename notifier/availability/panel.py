"""Several tasks followed together through time: what a digest says of them, and where it says something anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, compress
from operator import itemgetter, ne

from notifier.availability.course import Course
from notifier.availability.tasks import TaskRows

class Panel:
    """Some tasks followed through a course, as runs of pieces in which the same is said of all of them.

    Runs are read as they are asked for, many at once.
    """

    def __init__(self, tables: Sequence[TaskRows]) -> None:
        """Take the tasks in the order of the catalogue."""
        self.tasks = sum(table.bit for table in tables)
        places = [table.index for table in tables]
        self._pick: Callable[[tuple[str, ...]], tuple[str, ...]] = (
            itemgetter(*places) if len(places) > 1 else itemgetter(slice(places[0], places[0] + 1))
        )
        self._course: Course | None = None
        self._begin = self._end = 0

    def said(self, course: Course, first: int, last: int) -> str:
        """What a digest says of these pieces, both included and judged, but for when the first one begins."""
        begin = self._begin
        if course is not self._course or first < begin or last >= self._end:
            begin = self._reach(course, first, last)
        run, until = self._run_of[first - begin], self._run_of[last - begin]
        line = self._lines[run]
        line = line[line.index("|") :]
        return line if run == until else "|".join((line, *self._lines[run + 1 : until + 1]))

    def _reach(self, course: Course, first: int, last: int) -> int:
        """Read on to these pieces, or start again with them where they do not follow; returns where it began."""
        if course is not self._course or not self._begin <= first <= self._end + course.GAP:
            self._course = course
            self._begin = self._end = first
            self._ahead = 1
            self._run_of: list[int] = []
            self._lines: list[str] = []
            self._last: tuple[str, ...] | None = None
        if last >= self._end:
            self._read(course, last)
        return self._begin

    def _read(self, course: Course, last: int) -> None:
        """Read on, at least up to this piece of the outlook."""
        until = max(last + 1, min(self._end + self._ahead, course.end))
        self._ahead = min(2 * self._ahead, course.AHEAD)
        ahead = slice(self._end - course.begin, until - course.begin)
        said = list(map(self._pick, course.said[ahead]))
        news = list(map(ne, said, [self._last, *said]))
        self._run_of += list(accumulate(news, initial=len(self._lines) - 1))[1:]
        self._lines += [
            f"{start}|{'|'.join(texts)}"
            for start, texts in compress(zip(course.begins[ahead], said, strict=True), news)
        ]
        self._last, self._end = said[-1], until
