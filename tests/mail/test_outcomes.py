"""One mail and one way to misbehave: what becomes of the mail, and when it is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from structlog.typing import EventDict

from notifier.mail import Privacy, Relay
from notifier.model import MailState
from tests.mail.office import SHORT, START, Office
from tests.mail.rogue import Rogue

LOGIN = ("me", "secret")
PROBE = (MailState.WAITING, 0, 5)  # the relay is away: nobody's attempt, asked again after five seconds
LATER = (MailState.WAITING, 1, 300)  # the mail waits five minutes
UNSURE = (MailState.WAITING, 1, 60)  # it may have arrived: after a minute, under the same Message-ID
NEVER = (MailState.REFUSED, 1, None)
SENT = (MailState.SENT, 1, None)

CASES = [
    ("greeting", "drop", PROBE, "hanging up at once is no verdict on a mail"),
    ("greeting", "stall", PROBE, "a relay that says nothing is away"),
    ("greeting", "4xx", PROBE, "busy"),
    ("greeting", "5xx", PROBE, "we are not welcome; somebody must change that, and mails wait for it"),
    ("greeting", "421", PROBE, "full for now"),
    ("greeting", "garbage", PROBE, "something else listens there"),
    ("ehlo", "drop", PROBE, "nothing was sent"),
    ("ehlo", "stall", PROBE, "nothing was sent"),
    ("ehlo", "4xx", PROBE, "not now"),
    ("ehlo", "5xx", SENT, "HELO does as well"),
    ("ehlo", "421", PROBE, "closing"),
    ("ehlo", "garbage", PROBE, "not understood"),
    ("auth", "drop", PROBE, "a login cut short is no refusal"),
    ("auth", "stall", PROBE, "its password store may be slow"),
    ("auth", "4xx", PROBE, "not now"),
    ("auth", "5xx", PROBE, "a wrong password is for the operator to mend"),
    ("auth", "421", PROBE, "closing"),
    ("auth", "garbage", PROBE, "not understood"),
    ("mail", "drop", PROBE, "the mail was not even named"),
    ("mail", "stall", PROBE, "the mail was not even named"),
    ("mail", "4xx", PROBE, "what is wrong with the sender is wrong for all mails"),
    ("mail", "5xx", PROBE, "and must not refuse all of them"),
    ("mail", "421", PROBE, "closing"),
    ("mail", "garbage", PROBE, "not understood"),
    ("rcpt", "drop", PROBE, "one drop blames nobody"),
    ("rcpt", "stall", PROBE, "one stall blames nobody"),
    ("rcpt", "4xx", LATER, "greylisting: five minutes later it will do"),
    ("rcpt", "5xx", NEVER, "nobody lives there"),
    ("rcpt", "421", PROBE, "closing, whoever the mail was for"),
    ("rcpt", "garbage", PROBE, "not understood"),
    ("rcpt", "554 5.7.1 {to}: Relay access denied", LATER, "a setting is wrong; it can be put right"),
    ("data", "drop", PROBE, "before the message: surely not sent"),
    ("data", "stall", PROBE, "before the message: surely not sent"),
    ("data", "4xx", LATER, "not this time"),
    ("data", "5xx", NEVER, "not at all"),
    ("data", "421", PROBE, "closing"),
    ("data", "garbage", PROBE, "not understood"),
    ("content", "drop", UNSURE, "the line went dead after the dot: perhaps it has it"),
    ("content", "stall", UNSURE, "no answer in time: perhaps it has it"),
    ("content", "4xx", LATER, "it says that it has not"),
    ("content", "5xx", NEVER, "it will not take this message"),
    ("content", "421", PROBE, "it says that it closes instead of taking it"),
    ("content", "garbage", UNSURE, "this may have meant yes"),
    ("quit", "drop", SENT, "settled before the goodbye"),
    ("quit", "stall", SENT, "settled before the goodbye"),
    ("quit", "5xx", SENT, "settled before the goodbye"),
    ("greeting", "crumbs", SENT, "a reply may come byte by byte"),
    ("mail", "half", PROBE, "half a line is no reply"),
    ("mail", "crumbs", SENT, "a reply may come byte by byte"),
    ("mail", "twice", PROBE, "two replies to one command: from here on none can be trusted"),
    ("mail", "250-ok\r\n550 no", PROBE, "two codes in one reply"),
    ("mail", "299 ok", PROBE, "no such code"),
    ("rcpt", "half", PROBE, "half a line is no reply"),
    ("rcpt", "250-1\r\n250-2\r\n250 3", SENT, "a reply may have many lines"),
    ("rcpt", "550-5.1.1 no\r\n550 5.1.1 such user", NEVER, "a refusal may have many lines"),
    ("rcpt", "354 go on", PROBE, "a reply to something else"),
    ("rcpt", "250 " + "x" * 70_000, PROBE, "a line without an end"),
    ("data", "half", PROBE, "half a line is no reply"),
    ("data", "250 2.0.0 queued", PROBE, "taken before it was sent: not believed"),
    ("data", "354 go on\r\n250 2.0.0 queued", PROBE, "the same, and early: not believed either"),
    ("content", "half", UNSURE, "half a line is no answer"),
    ("content", "crumbs", SENT, "the answer may come byte by byte"),
    ("content", "twice", SENT, "the first answer is the answer"),
    ("content", "354 go on", UNSURE, "no answer to the question"),
    ("content", "250-2.0.0 ok\r\n550 no", UNSURE, "two codes in one answer"),
]


@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelining", "step-by-step"])
@pytest.mark.parametrize(("step", "way", "outcome", "why"), CASES)
async def test_each_failure_leads_to_one_outcome(
    office: Office,
    logs: list[EventDict],
    pipelining: bool,
    step: str,
    way: str,
    outcome: tuple[MailState, int, int | None],
    why: str,
) -> None:
    state, attempts, again = outcome
    office.write_to("alicja")
    async with Rogue({step: [way]}, pipelining=pipelining) as server:
        relay = Relay("127.0.0.1", server.port, Privacy.NONE, *(LOGIN if step == "auth" else ()))
        async with office.delivering(
            office.smtp(server.port, relay, SHORT if way in {"stall", "half"} else None)
        ) as delivery:
            done = {MailState.SENT, MailState.REFUSED}
            await office.until(lambda: office.row.state in done or office.row.attempts or delivery.away)
            await office.until(lambda: office.row.state is not MailState.CLAIMED)
            assert (office.row.state, office.row.attempts) == (state, attempts), why
            copies = len(server.received)
            assert copies == (step in {"content", "quit"} or state is MailState.SENT)
            if again is None:
                assert (office.row.settled_at, delivery.away) == (START, None)
                return
            await office.until(lambda: (delivery.away is None) == (again == 300))
            if again > 5:
                assert office.row.send_at == START + timedelta(seconds=again)
            tried = server.steps.count("mail")
            office.clock.advance(again - 0.5)
            delivery.wake()
            await office.quiet()
            assert server.steps.count("mail") == tried, "not a moment too early"
            office.clock.advance(0.5)
            delivery.wake()
            await office.until(lambda: office.row.state is MailState.SENT)
            assert len(server.received) == copies + 1
            assert len({message_id for _, message_id in server.received}) == 1, "a repeat is recognisable"
