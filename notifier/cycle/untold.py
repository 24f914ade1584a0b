"""What could not be put into words: counted for as long as it is so, and told to the operator once."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import structlog

from notifier.render import Omissions, Untold

MOST_LINES = 10
"""So many lines in one pass at most."""

NAMED = 5
"""So many windows are named in one line: a mistake in what all texts share is one trouble."""

_log = structlog.get_logger()


class Silences:
    """The accounts of one configuration: of what is public, begun anew with each tree, and of mails and chats."""

    def __init__(self) -> None:
        self.public = Omissions()
        self.sent = Omissions()
        self._told: set[tuple[str, str]] = set()

    def found(self, owed: Collection[tuple[str, str]]) -> tuple[Untold, ...]:
        """What stands unwritten now: in the tree, and in what is still ``owed``, as windows and audiences."""
        sent = (text for text in self.sent.found if (text.window, text.audience) in owed)
        return tuple(sorted({*self.public.found, *sent}))

    def tell(self, found: Iterable[Untold]) -> None:
        """One line for each mistake of which the operator has not been told, with the windows that it silences."""
        texts: dict[tuple[str, str], list[Untold]] = {}
        for text in found:
            if (text.window, text.language) not in self._told:
                texts.setdefault((text.window, text.language), []).append(text)
        self._told |= texts.keys()
        mistakes: dict[tuple[str, str, str], list[Untold]] = {}
        for (_, language), same in texts.items():
            where = " ".join(dict.fromkeys(text.where for text in same))
            mistakes.setdefault((language, where, same[0].reason), []).extend(same)
        for (language, where, reason), silent in list(mistakes.items())[:MOST_LINES]:
            windows = sorted({text.window for text in silent} - {""})
            more = {"windows": len(windows)} if len(windows) > NAMED else {}
            _log.error(
                "text could not be written, it is left out until this is mended",
                window=" ".join(windows[:NAMED]),
                **more,
                language=language,
                audiences=" ".join(sorted({text.audience for text in silent} - {""})),
                where=where,
                reason=reason,
            )
        if len(mistakes) > MOST_LINES:
            _log.error("more texts could not be written", mistakes=len(mistakes) - MOST_LINES)
