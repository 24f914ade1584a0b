"""Mails that a mail server's pipe, or a person, hands to ``notifier sources take``."""

from __future__ import annotations

from notifier.sources.kind import Carrier, Kind
from notifier.sources.mails import read_mail

KIND = Kind(read=read_mail, carrier=Carrier.PIPE)
