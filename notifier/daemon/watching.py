"""Notices changed files, and takes them up only when all of them are right."""

from __future__ import annotations

import stat
from collections.abc import Mapping

import structlog

from notifier.config import Config
from notifier.cycle import read_config
from notifier.model import InputProblems

log = structlog.get_logger()

NEEDS_RESTART = ("store", "web", "mail", "bounces")
"""Sections that are used once, at the start."""


class Watcher:
    """Compares names, sizes and times of the files with those of the last look. Cheap enough for every minute."""

    def __init__(self, config: Config, environ: Mapping[str, str]) -> None:
        self.config = config
        self._environ = environ
        # The files were read before we were made and may have changed since: the first look reads them anew.
        self._seen: frozenset[tuple[str, int, int]] | None = None
        self.problems: tuple[str, ...] = ()
        """What is wrong with the files as they are now; they are not taken up while there is anything."""

    def look(self, *, force: bool = False) -> Config | None:
        """The new configuration if files changed and are right, else ``None``; problems are logged once."""
        traces = self._traces()
        if traces == self._seen and not force:
            return None
        self._seen = traces
        try:
            config = read_config(self.config.root, self.config.templates, self._environ)
        except InputProblems as error:
            for problem in error.problems:
                log.error("configuration has a problem", problem=str(problem))
            log.error("configuration not taken up, the last good one stays", problems=len(error.problems))
            self.problems = tuple(map(str, error.problems))
            return None
        refused, self.problems = bool(self.problems), ()
        if config.read_at_fingerprint == self.config.read_at_fingerprint and not force:
            if refused:
                log.info("configuration is right again, and as it was")
            return None
        changed = [
            name
            for name in NEEDS_RESTART
            if getattr(config.settings, name) != getattr(self.config.settings, name)
        ]
        if changed:
            log.warning("these settings count after a restart", sections=" ".join(changed))
        self.config = config
        log.info(
            "configuration reloaded", windows=len(config.windows), fingerprint=config.read_at_fingerprint[:12]
        )
        return config

    def _traces(self) -> frozenset[tuple[str, int, int]]:
        found = set()
        for root in (self.config.root, self.config.templates):
            for path in sorted(root.rglob("*")):
                try:
                    trace = path.stat()
                except OSError:  # removed while we looked; where it matters, reading will tell
                    continue
                if stat.S_ISREG(trace.st_mode):
                    found.add((str(path), trace.st_mtime_ns, trace.st_size))
        return frozenset(found)
