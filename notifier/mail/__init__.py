"""Mail: bytes built once, sent at least once, settled one by one.

``message`` makes the bytes, ``relay`` and ``smtp`` (or ``maildir``) take them away, ``delivery`` carries
what waits in the outbox from one to the other and writes down the answers.
"""

from notifier.mail.address import domain_of, sender_address, wire_address
from notifier.mail.answer import Answer, RelayTrouble, Reply, Step
from notifier.mail.clock import Clock
from notifier.mail.delivery import Delivery
from notifier.mail.dkim import Signer
from notifier.mail.errors import MailProblem
from notifier.mail.forms import InStore
from notifier.mail.health import Away
from notifier.mail.maildir import MaildirTransport
from notifier.mail.message import Body, build_body, message_id_for, unsubscribe_headers
from notifier.mail.outbox import Outbox
from notifier.mail.outcome import Retry
from notifier.mail.patience import Patience
from notifier.mail.personal import Personal, for_recipient
from notifier.mail.relay import Privacy, Relay
from notifier.mail.settings import DeliverySettings
from notifier.mail.smtp import SmtpTransport
from notifier.mail.transport import Connection, Letter, Transport, send, send_one

__all__ = [
    "Answer",
    "Away",
    "Body",
    "Clock",
    "Connection",
    "Delivery",
    "DeliverySettings",
    "InStore",
    "Letter",
    "MailProblem",
    "MaildirTransport",
    "Outbox",
    "Patience",
    "Personal",
    "Privacy",
    "Relay",
    "RelayTrouble",
    "Reply",
    "Retry",
    "Signer",
    "SmtpTransport",
    "Step",
    "Transport",
    "build_body",
    "domain_of",
    "for_recipient",
    "message_id_for",
    "send",
    "send_one",
    "sender_address",
    "unsubscribe_headers",
    "wire_address",
]
