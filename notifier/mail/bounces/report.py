"""What a message that came back says: which mail it is about, and what became of that.

Read first are the forms made for machines: delivery reports (RFC 3464) and complaints (RFC 5965). What
has neither is taken for a report only where several signs agree. Answers by programs on behalf of people
(RFC 3834) say nothing about the way of a mail. Pure; any bytes give an answer, in bounded time and memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from notifier.mail.answer import without_addresses
from notifier.mail.bounces.opinion import failure
from notifier.mail.bounces.parts import Fields, Part, groups, leaves, part_of
from notifier.mail.bounces.returnpath import HEADER, ReturnPaths


class Kind(StrEnum):
    """What a message that came back is."""

    HARD = "hard"  #: the mail was given up for good
    SOFT = "soft"  #: it is late, or was given up after waiting for something that may pass
    COMPLAINT = "complaint"  #: its reader called it unwanted
    AUTO_REPLY = "auto-reply"  #: some program answered for its reader; it arrived
    UNKNOWN = "unknown"  #: nothing that we could act on


@dataclass(frozen=True, slots=True)
class Report:
    """What is known from one message.

    ``status`` is the enhanced code (RFC 3463) or empty; ``said`` the other side's words without
    addresses, at most 300 characters; ``mail_id`` the mail it is about, ``None`` where nothing that we
    signed says so: then it may be anybody's invention.
    """

    kind: Kind
    status: str = ""
    said: str = ""
    mail_id: int | None = None


_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_CODE = re.compile(r"(?<![\d.-])([45])\d\d(?=[ -])")
_ANSWER_LINE = re.compile(r"^.{0,200}(?<![\d.])5\d\d[ -].{0,300}$", re.MULTILINE)
_ADDRESSES = re.compile(r"[^\s<>,;:\"()]{1,64}@[^\s<>,;:\"()]{1,255}")
_DELIVERY = {"message/delivery-status", "message/global-delivery-status"}
_COMPLAINT = "message/feedback-report"
_READ = {"message/disposition-notification", "message/global-disposition-notification"}
_RETURNED = {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}
_UNWANTED = {"abuse", "complaint", "fraud", "opt-out", "opt-out-list"}
# Where mail servers write down the address on the envelope, the surest first.
_ARRIVED_AT = ("x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "to")
_ANSWERED = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-vacation")
_MILDEST_FIRST = (Kind.UNKNOWN, Kind.SOFT, Kind.HARD)


def read(raw: bytes, paths: ReturnPaths, to: str = "") -> Report:
    """Read a message; ``to`` is the address it arrived at, where the mail server tells."""
    whole = part_of(raw)
    parts = leaves(whole)
    kinds = {part.kind for part in reversed(parts)}
    mail_id = _mail(whole, parts, paths, to)
    if kinds & _DELIVERY:
        return _delivery((part for part in parts if part.kind in _DELIVERY), mail_id)
    if _COMPLAINT in kinds:
        return _complaint((part for part in parts if part.kind == _COMPLAINT), mail_id)
    # Exim marks its reports like answers of a program, and says in this field that they are none.
    if "x-failed-recipients" not in whole.fields and (kinds & _READ or _is_answer(whole.fields)):
        return Report(Kind.AUTO_REPLY, mail_id=mail_id)
    if mail_id is not None and _from_server(whole.fields):
        failed = failure(raw)
        if failed is not None:
            return Report(Kind.HARD if failed else Kind.SOFT, "", _words(parts), mail_id)
    return Report(Kind.UNKNOWN, mail_id=mail_id)


# --- which mail -------------------------------------------------------------------------------------------------


def _mail(whole: Part, parts: list[Part], paths: ReturnPaths, to: str) -> int | None:
    """The mail whose signed return path, or signed header, is found first."""
    for text in _places(whole, parts, to):
        for found in (text, *_ADDRESSES.findall(text[:2000])):
            number = paths.read(found)
            if number is not None:
                return number
    signed = (value for part in _returned(parts) for value in part.fields.all(HEADER.lower()))
    return next((number for value in signed if (number := paths.verify(value)) is not None), None)


def _places(whole: Part, parts: list[Part], to: str) -> Iterator[str]:
    yield to
    for name in _ARRIVED_AT:
        yield from whole.fields.all(name)
    for part in parts:
        if part.kind == _COMPLAINT:
            yield from Fields(part.body).all("original-mail-from")
    for part in _returned(parts):
        yield from part.fields.all("return-path")


def _returned(parts: list[Part]) -> list[Part]:
    return [part_of(part.body) for part in parts if part.kind in _RETURNED]


# --- delivery reports, RFC 3464 ---------------------------------------------------------------------------------


def _delivery(parts: Iterable[Part], mail_id: int | None) -> Report:
    """The mildest of what is said: a mail of ours has one recipient, and behind that may be several."""
    told = [
        _recipient(fields, mail_id) for part in parts for fields in groups(part) if fields.first("action")
    ]
    return min(
        told, key=lambda one: _MILDEST_FIRST.index(one.kind), default=Report(Kind.UNKNOWN, mail_id=mail_id)
    )


def _recipient(fields: Fields, mail_id: int | None) -> Report:
    action = fields.first("action").split()[0].lower()
    words = fields.first("diagnostic-code").partition(";")[2].strip() or fields.first("diagnostic-code")
    status = _status(fields.first("status"), words)
    return Report(_kind(action, status, words), status, _clean(words), mail_id)


def _status(status: str, words: str) -> str:
    """The code of the report, or the one in the words where that says more, or where there is no other."""
    own, other = _STATUS.search(status), _STATUS.search(words[:500])
    if own is None:
        return other[1] if other else ""
    vague = own[1][1:] == ".0.0"
    return other[1] if vague and other and other[1][0] == own[1][0] else own[1]


def _kind(action: str, status: str, words: str) -> Kind:
    if action == "delayed":
        return Kind.SOFT
    if action != "failed":
        return Kind.UNKNOWN  # it was delivered, or handed on to where no reports come from
    code = _CODE.search(words[:500])
    final = status[:1] or (code[1] if code else "5")
    return {"5": Kind.HARD, "4": Kind.SOFT}.get(final, Kind.UNKNOWN)


# --- complaints, RFC 5965 ---------------------------------------------------------------------------------------


def _complaint(parts: Iterable[Part], mail_id: int | None) -> Report:
    """A complaint, unless it is the opposite ("not spam") or about something else (RFC 5965, 7.3; RFC 6591)."""
    types = [Fields(part.body).first("feedback-type").lower() for part in parts]
    kind = next((one for one in types if one in _UNWANTED), "")
    return Report(
        Kind.COMPLAINT if kind else Kind.UNKNOWN, said=_clean(kind or " ".join(types)), mail_id=mail_id
    )


# --- everything else --------------------------------------------------------------------------------------------


def _is_answer(fields: Fields) -> bool:
    """Whether some program answered for a person: RFC 3834, and the marks that were used before it."""
    submitted = fields.first("auto-submitted").partition(";")[0].strip().lower()
    precedence = fields.first("precedence").strip().lower()
    return (
        submitted not in {"", "no"}
        or precedence in {"auto_reply", "bulk", "junk", "list"}
        or any(name in fields for name in _ANSWERED)
    )


def _from_server(fields: Fields) -> bool:
    """Whether a mail server sent it: on the envelope reports have no sender (RFC 5321, 6.1)."""
    sender = _ADDRESSES.search(fields.first("from"))
    name = sender[0].partition("@")[0].lower() if sender else ""
    return fields.first("return-path").strip() == "<>" or name in {"mailer-daemon", "postmaster"}


def _words(parts: list[Part]) -> str:
    """The line with an SMTP answer in it, from the first part."""
    text = parts[0].body[:16_384].decode("utf-8", "replace") if parts else ""
    found = _ANSWER_LINE.search(text)
    return _clean(found[0]) if found else ""


def _clean(words: str) -> str:
    return without_addresses(words[:1000])
