"""A mail to the operator: plain text, to one person, and not part of any list."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from notifier.config import Settings
from notifier.daemon.alarms import Alarm
from notifier.mail import Letter, message_id_for, sender_address, wire_address
from notifier.render import Renderer

TEMPLATE = "operator/alarm.txt.j2"
"""Its first line is the subject."""


def note_on(alarm: Alarm, renderer: Renderer, settings: Settings, now: datetime) -> Letter:
    """The mail about a trouble that begins or is over, in the first language of the site.

    Both are one thread, and each has a Message-ID of its own that a second try repeats. Raises
    :class:`RenderError`, and :class:`MailProblem` for an address that cannot be written.
    """
    language = settings.site.languages[0]
    text = renderer.page(TEMPLATE, language, at=now, alarm=alarm)
    subject, _, content = text.partition("\n")
    name, sender = sender_address(settings.mail.sender)
    user, _, domain = sender.rpartition("@")
    to = wire_address(settings.operator.mail, "operator")
    begun, over = (
        message_id_for([f"{word}/{alarm.key}/{alarm.since.isoformat()}"], 0, sender)
        for word in ("trouble", "over")
    )
    message = EmailMessage(SMTP)
    message["From"] = Address(name, user, domain)
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = now
    message["Message-ID"] = begun if alarm.over is None else over
    if alarm.over is not None:
        message["In-Reply-To"] = message["References"] = begun
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(content.strip() + "\n", cte="quoted-printable")
    message["Content-Language"] = language
    return Letter(to, str(message["Message-ID"]), message.as_bytes())
