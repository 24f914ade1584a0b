"""How the relay is doing, and telling the log when that changes: one line for a trouble, not one a mail."""

from __future__ import annotations

from datetime import datetime

import structlog

from notifier.mail.answer import Reply, Step
from notifier.mail.health import Away, Health

log = structlog.get_logger()


class Standing:
    """:class:`Health` of one relay, with a voice."""

    def __init__(self, relay: str, connections: int) -> None:
        """``relay`` is its name for people, without secrets."""
        self._relay = relay
        self._health = Health(connections)

    @property
    def away(self) -> Away | None:
        """Set while the relay takes nothing from us."""
        return self._health.away

    @property
    def allowed(self) -> int:
        """How many connections may be open now."""
        return self._health.allowed

    def may_connect(self, now: datetime) -> bool:
        """True unless the relay is away and the next probe is not due yet."""
        return self._health.may_connect(now)

    def worked(self, now: datetime) -> None:
        """Note that the relay judged a mail."""
        ended = self._health.worked(now)
        if ended is not None:
            log.info("relay back", relay=self._relay, away_for=(now - ended.since).total_seconds())

    def trouble(self, reply: Reply, now: datetime, others: int) -> None:
        """Note that a connection failed before it was of any use, while ``others`` were open."""
        if not self._health.trouble(reply, now, others):
            if self._health.away is None:
                log.info(
                    "relay bears fewer connections", connections=others, code=reply.code, reply=reply.text
                )
            return
        refused = reply.step is Step.LOGIN and reply.code // 100 == 5
        log.error(
            "login refused by the relay" if refused else "relay away",
            relay=self._relay,
            step=reply.step.value,
            code=reply.code,
            reply=reply.text,
        )
