"""``send-test``: one real mail through the configured relay, and what the relay said at each step."""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
import socket
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import typer

from notifier.cli.letters import Draft, Letters, addressed
from notifier.cli.looking import Look, look_at
from notifier.cli.options import (
    AsJson,
    CommandError,
    ConfigDir,
    Place,
    StateDir,
    console,
    editions_of,
    print_json,
)
from notifier.config import Config, read_secrets
from notifier.cycle import Editions
from notifier.daemon import SystemClock, transport_for
from notifier.mail import (
    Answer,
    Letter,
    MailProblem,
    Privacy,
    Relay,
    Reply,
    Step,
    message_id_for,
    send_one,
    sender_address,
    wire_address,
)
from notifier.model import Edition, Occasion, Source, Window

DAY, HOUR = timedelta(days=1), timedelta(hours=1)

REMEDIES = {
    Step.CONNECT: "Are host and port right, is the relay up, and may this machine reach it?",
    Step.TLS: "The line cannot be made private with proof that it is that relay; nothing was sent.",
    Step.HELLO: "The relay does not want to talk to this machine; its administrator knows why.",
    Step.LOGIN: "User and password are the credentials relay-user and relay-password; are they right?",
    Step.MAIL: "The relay takes no mail from our sender; see [mail] sender.",
    Step.RCPT: "The relay does not take mail to that address from us.",
    Step.DATA: "The relay takes no message now.",
    Step.CONTENT: "The relay does not want the message itself; its words should say why.",
}
NAMES = {
    Step.CONNECT: "connection",
    Step.TLS: "TLS",
    Step.HELLO: "greeting",
    Step.LOGIN: "login",
    Step.MAIL: "sender",
    Step.RCPT: "recipient",
    Step.DATA: "go-ahead",
    Step.CONTENT: "message",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One step: ``well`` is ``None`` where it was not taken, because it is not asked for or an earlier one failed."""

    step: Step
    well: bool | None
    said: str


def send_test(
    address: Annotated[str, typer.Argument(help="Where to send it: best an address of your own.")],
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """One real mail through the configured relay, with the relay's answers shown."""
    place = Place.of(config_dir, state_dir)
    config = place.load()
    now = SystemClock().now()
    letter = _letter(place, config, _checked(address), now)
    transport = transport_for(config, place.state, os.environ)
    relay, look = _relay(config), Look()
    if relay is not None:
        look = look_at(relay, socket.getfqdn(), config.settings.mail.timeout.total_seconds())
    reply = asyncio.run(send_one(transport, letter))
    rows = list(_rows(relay, look, reply))
    well = reply.answer is Answer.ACCEPTED
    if as_json:
        print_json(_json(transport.name, letter, reply, rows))
    else:
        _print(transport.name, letter, reply, rows)
    raise typer.Exit(0 if well else 3)


def _checked(address: str) -> str:
    try:
        return wire_address(address)
    except MailProblem as problem:
        raise typer.BadParameter(problem.what, param_hint="ADDRESS") from problem


def _relay(config: Config) -> Relay | None:
    if not config.settings.mail.relay:
        return None
    found = read_secrets(os.environ)
    return Relay.parse(config.settings.mail.relay, found.relay_user, found.relay_password)


def _letter(place: Place, config: Config, to: str, now: datetime) -> Letter:
    """The announcement of the newest window to the first audience it touches; of a made-up one where there is none."""
    sender = sender_address(config.settings.mail.sender)[1]
    draft = next(_drafts(config, editions_of(place, config), now), None)
    if draft is None:
        raise CommandError("no window, not even a made-up one, touches any task of the catalogue")
    message_id = message_id_for([f"test/{secrets.token_hex(16)}"], 0, sender)
    return Letter(to, message_id, addressed(draft, config, to, message_id))


def _drafts(config: Config, editions: Editions, now: datetime) -> Iterator[Draft]:
    settings, catalogue = config.settings, config.catalogue
    audiences, language = list(catalogue.audiences), settings.site.languages[:1]
    newest = sorted(editions.of.values(), key=lambda history: history[-1].window.start, reverse=True)
    letters = Letters(config, editions)
    for history in newest:
        if history[-1].window.counts:
            yield from letters.drafts(
                history[-1].window.id, Occasion.ANNOUNCED, audiences, list(language), at=now
            )
    for system in catalogue.systems:
        window = Window(
            "sample", (system,), now + DAY, now + DAY + 4 * HOUR, source=Source(settings.site.name)
        )
        sample = Editions([Edition(window, 1, now, now, "sample", "sample", "to be tried out")])
        yield from Letters(config, sample).drafts(
            "sample", Occasion.ANNOUNCED, audiences, list(language), at=now
        )


def _rows(relay: Relay | None, look: Look, reply: Reply) -> Iterator[Row]:
    """Each step with what is known of it: those before the last went well, it decided, later ones were not taken."""
    steps = list(Step)
    last = steps.index(reply.step)
    for number, step in enumerate(steps):
        if relay is None and step is not Step.CONTENT:
            continue
        if _needless(step, relay):
            yield Row(step, None, "not asked for")
        elif number == last:
            seen = _seen(step, look) if reply.answer is not Answer.ACCEPTED else ""
            said = " ".join(filter(None, (str(reply.code or ""), reply.text)))
            yield Row(
                step, reply.answer is Answer.ACCEPTED, _without(relay, "; ".join(filter(None, (said, seen))))
            )
        elif number < last:
            yield Row(step, True, _without(relay, _seen(step, look) or "accepted"))
        else:
            yield Row(step, None, "not reached")


def _needless(step: Step, relay: Relay | None) -> bool:
    if relay is None:
        return False
    return (step is Step.TLS and relay.privacy is Privacy.NONE) or (step is Step.LOGIN and not relay.user)


def _seen(step: Step, look: Look) -> str:
    """What the look of its own adds to a step."""
    match step:
        case Step.CONNECT:
            return ", ".join(filter(None, (look.address, look.greeting))) or look.trouble
        case Step.TLS:
            if not look.tls:
                return look.trouble
            names = " ".join(look.names) or "no name"
            return (
                f"{look.tls}; certificate for {names}, by {look.issuer or 'nobody named'}, until {look.until}"
            )
        case Step.HELLO:
            return ", ".join(look.features)
        case _:
            return ""


def _without(relay: Relay | None, text: str) -> str:
    """The text without the password, should a relay ever repeat it, plain or as it went over the line."""
    if relay is None or not relay.password:
        return text
    user, password = relay.user.encode(), relay.password.encode()
    forms = [relay.password]
    forms += [base64.b64encode(form).decode() for form in (password, b"\0" + user + b"\0" + password)]
    for form in forms:
        text = text.replace(form, "(password)")
    return text


def _print(name: str, letter: Letter, reply: Reply, rows: list[Row]) -> None:
    out = console()
    out.print(f"{'':5}{'through':<11} {name}", soft_wrap=True, markup=False)
    for row in rows:
        mark = {True: "ok", False: "NO", None: "-"}[row.well]
        lines = textwrap.wrap(row.said, 62) or [""]
        out.print(f"{mark:<5}{NAMES[row.step]:<11} {lines[0]}", markup=False)
        for line in lines[1:]:
            out.print(f"{'':17}{line}", markup=False)
    if reply.answer is Answer.ACCEPTED:
        out.print(f"\nSent as {letter.message_id}\nLook whether it arrives, and not as spam.", markup=False)
    elif reply.answer is Answer.UNKNOWN:
        out.print("\nPerhaps sent: the relay had all of it and did not answer. Look whether it arrives.")
    else:
        out.print(f"\nNot sent. {REMEDIES[reply.step]}", markup=False)


def _json(name: str, letter: Letter, reply: Reply, rows: list[Row]) -> dict[str, object]:
    return {
        "relay": name,
        "sent": reply.answer is Answer.ACCEPTED,
        "answer": reply.answer.value,
        "step": reply.step.value,
        "code": reply.code,
        "reply": _said(rows, reply.step),
        "message_id": letter.message_id,
        "steps": [{"step": row.step.value, "well": row.well, "said": row.said} for row in rows],
    }


def _said(rows: list[Row], step: Step) -> str:
    return next((row.said for row in rows if row.step is step), "")
