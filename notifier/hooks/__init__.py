"""Calls: notices on their way to programs, signed, at least once, each settled by itself.

``signing`` makes the headers by which a receiver knows us, ``post`` brings one call to its address, ``outcome``
says what the answer means, and ``caller`` takes what waits in the store from one to the other.
"""

from notifier.hooks.answer import Answer, Line
from notifier.hooks.caller import Caller, CallSettings, Clock, InStore
from notifier.hooks.post import Webhook
from notifier.hooks.signing import SecretProblem, key_of
from notifier.hooks.standing import Standing

__all__ = [
    "Answer",
    "CallSettings",
    "Caller",
    "Clock",
    "InStore",
    "Line",
    "SecretProblem",
    "Standing",
    "Webhook",
    "key_of",
]
