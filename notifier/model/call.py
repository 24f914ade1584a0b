"""Calls: notices on their way to programs, by webhook or into a chat; the states of one."""

from __future__ import annotations

from enum import StrEnum


class CallState(StrEnum):
    """Where a call is on its way."""

    WAITING = "waiting"  #: to be made when its time comes
    CLAIMED = "claimed"  #: some worker has it until its lease runs out
    SENT = "sent"  #: the other end took it
    REFUSED = "refused"  #: the other end wants none
    EXPIRED = "expired"  #: it had lost its use before it could be made
    SUPERSEDED = "superseded"  #: newer news replaced it before it was made
