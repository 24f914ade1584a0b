"""What became of one attempt to hand a mail over, and what an SMTP answer says about it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from notifier.model import NotifierError

NO_ANSWER = 0
"""Stands for the code where the relay gave none: it dropped the line, took too long, or talked gibberish."""

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)")
_LOOKS_LIKE_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
_UNPRINTABLE = re.compile(r"[^ -~\u00a0-\ud7ff\ue000-\ufffd]+")
_LONGEST_TEXT = 300


class Step(StrEnum):
    """How far the talk with the relay had come."""

    CONNECT = "connect"  #: opening the line, and the greeting
    TLS = "tls"  #: making it private
    HELLO = "hello"  #: EHLO
    LOGIN = "login"  #: AUTH
    MAIL = "mail"  #: naming the sender
    RCPT = "rcpt"  #: naming the recipient
    DATA = "data"  #: asking to send the message
    CONTENT = "content"  #: the message is on its way, up to the answer to its final dot


class Answer(StrEnum):
    """What is known of one mail after an attempt."""

    ACCEPTED = "accepted"  #: the relay has it and answers for it from now on
    DEFERRED = "deferred"  #: not this time; nothing says that it will not work later
    REFUSED = "refused"  #: this mail to this person will never be taken
    SERVER_TROUBLE = "server-trouble"  #: surely not sent, and neither the mail nor the person is to blame
    UNKNOWN = "unknown"  #: handed over entirely, then the line went dead before the answer


class Reply(NamedTuple):
    """An answer with the relay's words, without addresses, fit for a log and for the outbox.

    ``code`` is the SMTP code or :data:`NO_ANSWER`; ``text`` begins with the enhanced one (RFC 3463) if any.
    ``ahead``: more of the mail than that step had been said already, and may be to blame.
    """

    answer: Answer
    step: Step
    code: int = NO_ANSWER
    text: str = ""
    ahead: bool = False

    @property
    def status(self) -> str:
        """The enhanced code (RFC 3463) or nothing."""
        found = _ENHANCED.match(self.text)
        return found[0] if found else ""


class RelayTrouble(NotifierError):
    """The relay could not be reached, made private, or logged in to. ``reply`` says how far it went."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__(f"{reply.step}: {reply.code} {reply.text}")


_ACCEPTED = (Answer.ACCEPTED, Step.CONTENT)


def judge(step: Step, code: int, text: str, to: str = "") -> Reply:
    """What the relay's answer at that step means for the mail to ``to``."""
    clean = without_addresses(text, to)
    return Reply(_meaning(step, code, clean), step, max(code, NO_ANSWER), clean)


def accepted(code: int, text: str, to: str = "") -> Reply:
    """The relay has taken the content for ``to``: what :func:`judge` makes of a 2yz to that."""
    return Reply(*_ACCEPTED, code, without_addresses(text, to))


def lost(step: Step, why: str) -> Reply:
    """No answer came at that step: nothing was sent, unless the message was already on its way."""
    answer = Answer.UNKNOWN if step is Step.CONTENT else Answer.SERVER_TROUBLE
    return Reply(answer, step, text=without_addresses(why))


def without_addresses(text: str, address: str = "") -> str:
    """A relay's words on one line, with everything that could be an address taken out, at most 300 long."""
    # Most replies have no address in them, and to look for this one costs more than all the rest.
    if address and ("@" in text or "@" not in address):
        text = re.sub(re.escape(address), "(address)", text, flags=re.IGNORECASE)
    if "@" in text:
        text = _LOOKS_LIKE_ADDRESS.sub("(address)", text)
    if not (text.isascii() and text.isprintable()):
        text = _UNPRINTABLE.sub(" ", text)
    if "  " in text or text[:1] == " " or text[-1:] == " ":
        text = " ".join(text.split())
    return text[:_LONGEST_TEXT]


_ABOUT_US = (Step.CONNECT, Step.TLS, Step.HELLO, Step.LOGIN, Step.MAIL)
_VERDICTS = {2: Answer.ACCEPTED, 4: Answer.DEFERRED, 5: Answer.REFUSED}


def _meaning(step: Step, code: int, text: str) -> Answer:
    """One row a case; ``tests/mail/test_answer.py`` has a sentence for each."""
    kind = code // 100
    if step is Step.CONTENT:
        if code == 421:
            return Answer.SERVER_TROUBLE
        return _VERDICTS.get(kind, Answer.UNKNOWN)
    if step in _ABOUT_US:
        # What we say in these steps is the same for every mail, so a refusal cannot be about this one.
        return Answer.SERVER_TROUBLE
    # 421: it closes the line. 500, 502-504: it does not follow us. 530, 535, 538: it wants another login.
    if code in {421, 500, 502, 503, 504, 530, 535, 538} or kind not in {4, 5}:
        return Answer.SERVER_TROUBLE
    if kind == 4:
        return Answer.DEFERRED
    # "Relaying denied" comes as a permanent answer about the recipient, yet it is our permission that is
    # missing. Giving up on everybody for a wrong setting would lose the news, so these wait for a repair.
    return Answer.DEFERRED if re.search(r"\brelay", text, re.IGNORECASE) else Answer.REFUSED
