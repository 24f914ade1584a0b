"""What the page of a window holds for one audience, on the screen and on the sheet of paper."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from markupsafe import Markup

from notifier.model import Advice
from notifier.web.picture import Picture, pictures
from notifier.web.qr import qr_code
from notifier.web.timeline import Timeline, timeline

_SIZES = (("huge", 1250), ("large", 2100), ("medium", 2850), ("small", 3800))
"""How large the letters on the sheet are for how many of them: at most these fit on one A4 page."""

_LANE = 90
"""How many letters take as much room on paper as one method of a picture."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One audience: the advice in words (HTML), as a table and as pictures, and the code of its address.

    There is no table for what is over. ``size`` names how large the letters on paper can be.
    """

    audience: str
    told: str
    table: Timeline | None
    drawn: tuple[Picture, ...]
    code: Markup
    size: str


def sheet(
    advice: Advice, told: str, address: str, disputed: Set[str], *, live: bool, alone: tuple[bool, bool]
) -> Sheet:
    """The sheet for one audience; ``alone`` says whether nothing else is known just before and just after."""
    table = timeline(advice, disputed) if live else None
    before, after = alone
    drawn = pictures(table, advice, before=before, after=after) if table else ()
    code = qr_code(f"{address}#{advice.audience}")
    return Sheet(advice.audience, told, table, drawn, code, _size(told, drawn))


def _size(told: str, drawn: Sequence[Picture]) -> str:
    """The less there is to say, the larger."""
    length = len(Markup(told).striptags()) + _LANE * sum(len(picture.lanes) for picture in drawn[:1])
    return next((size for size, most in _SIZES if length <= most), "tiny")
