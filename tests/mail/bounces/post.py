"""Messages as mail servers, complaint desks and people send them back, written for these tests."""

from __future__ import annotations

from notifier.mail.bounces import ReturnPaths

PATHS = ReturnPaths("bounces@example.org", b"a key")
MAIL = 4711
HERE = PATHS.of(MAIL)
"""Where these messages arrive: the return path of a mail of ours."""

RETURNED = f"Return-Path: <{HERE}>\nTo: jan@example.pl\nSubject: Przerwa\n\nZaloguj się przez mojeID.\n"


def message(head: str, body: str = "", to: str = HERE) -> bytes:
    """A message as it is handed to us: these header lines, and where it arrived."""
    return f"X-Original-To: {to}\n{head.strip()}\n\n{body}".encode()


def multipart(
    kind: str, *parts: tuple[str, str], head: str = "", to: str = HERE, boundary: str = "=_b/1"
) -> bytes:
    """One with parts, each a media type and what it holds."""
    body = "".join(f"--{boundary}\nContent-Type: {of}\n\n{text}\n" for of, text in parts)
    lines = f'{head}\nMIME-Version: 1.0\nContent-Type: {kind};\n\tboundary="{boundary}"\n'
    return message(lines.strip(), f"This is a MIME message.\n\n{body}--{boundary}--\n", to)


def recipient(action: str, status: str, words: str = "", to: str = "jan@example.pl") -> str:
    """What a report says about one recipient."""
    told = f"Diagnostic-Code: smtp; {words}\n" if words else ""
    return f"Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\n{told}"


def report(*recipients: str, returned: str = RETURNED, to: str = HERE, head: str = "") -> bytes:
    """A delivery report (RFC 3464), marked as most servers mark theirs."""
    told = "\n".join(
        ("Reporting-MTA: dns; mx.example.pl\nArrival-Date: Mon, 4 May 2026 12:00:00 +0200\n", *recipients)
    )
    return multipart(
        "multipart/report; report-type=delivery-status",
        ("text/plain; charset=utf-8", "Nie udało się dostarczyć wiadomości do <jan@example.pl>.\n"),
        ("message/delivery-status", told),
        ("message/rfc822", returned),
        head=head
        or "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.pl\nAuto-Submitted: auto-replied\nSubject: Undelivered",
        to=to,
    )


def failed(
    status: str = "5.1.1", words: str = "550 5.1.1 <jan@example.pl>: User unknown", to: str = HERE
) -> bytes:
    """The plainest report: one recipient, given up."""
    return report(recipient("failed", status, words), to=to)


def complaint(
    kind: str = "abuse", returned: str = RETURNED, to: str = "abuse@example.org", more: str = ""
) -> bytes:
    """A complaint (RFC 5965), at the address that was registered for that."""
    told = f"Feedback-Type: {kind}\nUser-Agent: Desk/1.0\nVersion: 1\n{more}"
    return multipart(
        "multipart/report; report-type=feedback-report",
        ("text/plain", "This is a complaint.\n"),
        ("message/feedback-report", told),
        ("message/rfc822", returned),
        head="From: complaints@desk.example\nSubject: FW: Przerwa",
        to=to,
    )
