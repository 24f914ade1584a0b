"""How delivering is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from notifier.mail.outcome import Retry


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettings:
    """What may differ from one site to another.

    ``owner`` names this process among those that share the outbox and stays the same over restarts,
    so that a new process takes back at once what a dead one had claimed. ``lease`` must exceed
    ``longest``, the most that one mail can take with the relay stalling at every step (see
    ``Patience.longest``); what remains is how long a claimed mail may wait its turn. ``idle`` is how
    long a connection stays open unused, ``grace`` how long stopping may take.

    ``unwritten`` is how many answers may be on their way into the outbox before sending waits for them. It
    says how many mails are sent twice at most when the process is killed: these, and on each connection the
    one under way. While a disk takes a millisecond or two to write some, as many again come in: with fewer the
    line would stand still in between. A relay that does not take commands in groups is told one mail after the
    other, so there each connection waits for its own answer to be written.

    ``rate`` and ``domain_rate`` are mails a minute in all and to one domain; 0 is no limit.
    """

    owner: str
    connections: int = 4
    claim: int = 200
    lease: timedelta = timedelta(minutes=40)
    longest: timedelta = timedelta(minutes=30)
    unwritten: int = 50
    rate: int = 0
    domain_rate: int = 0
    look_again: timedelta = timedelta(seconds=15)
    idle: timedelta = timedelta(seconds=10)
    mails_per_connection: int = 1000
    grace: timedelta = timedelta(seconds=30)
    retry: Retry = field(default_factory=Retry)
