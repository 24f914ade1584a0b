"""When mail to somebody stops: the rule, from what came back and what did not. Pure.

- A complaint ends the subscription at once.
- *No such mailbox* (5.1.1, 5.1.3, 5.1.6, 5.1.10, 5.2.1) suppresses at once.
- Any other final failure suppresses when there are three, of mails handed over on different days, within 30 days.
- A failure that may pass (4.x, mailbox full) suppresses when mails of five different days failed within 30
  days and none in between arrived.
- A mail that was refused as unwanted, against some policy, too large or malformed (5.7, 5.6, 5.5.1-5.5.6, 5.3.4, 5.2.3)
  is the operator's trouble and no reader's. It suppresses nobody, and the operator is told.

Days are days in UTC on which mails were handed over, not on which reports came: a report that is read
twice, or late, counts once and for the same day.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from notifier.mail.bounces.report import Kind
from notifier.model import Farewell

WITHIN = timedelta(days=30)
FINAL_DAYS = 3
PASSING_DAYS = 5


class Weight(StrEnum):
    """What a failure says about the person it was meant for."""

    GONE = "gone"  #: there is no such mailbox
    FINAL = "final"  #: it could not be delivered, for a reason that is not quite clear
    PASSING = "passing"  #: not this time
    OURS = "ours"  #: nothing about the person: they do not want mail like this, or mail from us
    COMPLAINT = "complaint"  #: the person does not want it
    NOTHING = "nothing"  #: nothing, or nothing that is believed


@dataclass(frozen=True, slots=True)
class Bounce:
    """One mail that came back: when it had been handed over, and what was said (see ``report.Report``)."""

    at: datetime
    kind: str
    status: str = ""
    said: str = ""

    @property
    def weight(self) -> Weight:
        """What it says about the person."""
        if self.kind == Kind.COMPLAINT:
            return Weight.COMPLAINT
        if self.kind not in {Kind.HARD, Kind.SOFT}:
            return Weight.NOTHING
        if _OURS.fullmatch(self.status) or _UNWANTED.search(self.said):
            return Weight.OURS
        if self.kind == Kind.SOFT or self.status in _MAY_PASS:
            return Weight.PASSING
        return Weight.GONE if self.status in _GONE else Weight.FINAL


# RFC 3463: no such mailbox; no such form of address; moved, nobody knows where to; takes no mail at all
# (RFC 7505); switched off. Not 5.1.2, "no such domain": a name server may be broken for a day.
_GONE = frozenset({"5.1.1", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
# Mailbox full, server takes nothing now, waited too long: final for this mail and not for the next one.
_MAY_PASS = frozenset({"5.2.2", "5.3.2", "5.4.7"})
# Not 5.5.0, by which some large services mean a mailbox that does not exist.
_OURS = re.compile(r"[45]\.(?:7\.\d+|6\.\d+|5\.[1-6]|3\.4|2\.3)")
# Many servers say in words only that it is the sender they mind, and some under a code for "no such mailbox".
_UNWANTED = re.compile(
    r"\b[45]\.7\.\d|\bspam|\bblocked\b|\bblock(?:ed)?[ -]?list|\bblacklist|\breputation|\bpolicy\b"
    r"|\bdmarc\b|\bdkim\b|\bspf\b|\bunsolicited|\brate limit",
    re.IGNORECASE,
)


def judge(bounces: Collection[Bounce], arrived: Collection[datetime], now: datetime) -> Farewell | None:
    """Why mail to somebody is to stop, or ``None`` if it goes on.

    ``bounces`` is what came back from this person, ``arrived`` the moments at which mails were handed
    over that did not come back. What is older than 30 days does not count.
    """
    recent = [bounce for bounce in bounces if now - WITHIN <= bounce.at]
    of = {weight: [bounce.at for bounce in recent if bounce.weight is weight] for weight in Weight}
    if of[Weight.COMPLAINT]:
        return Farewell.COMPLAINED
    final, failed = of[Weight.FINAL], of[Weight.FINAL] + of[Weight.PASSING]
    if of[Weight.GONE] or _days(final) >= FINAL_DAYS or _days(_last_run(failed, arrived)) >= PASSING_DAYS:
        return Farewell.BOUNCED
    return None


def _last_run(failed: Collection[datetime], arrived: Collection[datetime]) -> list[datetime]:
    """The latest failures without an arrival among them.

    What was handed over after the last one does not break the run: nobody knows yet that it arrived.
    """
    last = max(failed, default=None)
    if last is None:
        return []
    broken = max((moment for moment in arrived if moment < last), default=None)
    return [moment for moment in failed if broken is None or moment > broken]


def _days(moments: Collection[datetime]) -> int:
    return len({moment.date() for moment in moments})
