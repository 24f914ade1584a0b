"""Mails in a folder that is looked into over IMAP; nothing in it is changed."""

from __future__ import annotations

from notifier.sources.kind import Carrier, Kind
from notifier.sources.mails import read_mail

KIND = Kind(read=read_mail, carrier=Carrier.MAILBOX)
