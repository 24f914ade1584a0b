"""Calls: notices on their way to programs and into chats, at least once, each settled by itself.

``signing`` makes the headers by which a program knows us, ``post`` brings one call to its address, ``chat`` has one
said in a channel, ``outcome`` says what the answer means, and ``caller`` takes what waits in the store to either.
"""

from notifier.hooks.answer import Answer, Line
from notifier.hooks.caller import Caller, CallSettings, Clock, InStore
from notifier.hooks.chat import AT_ONCE, Chat, ChatProblem, check
from notifier.hooks.post import Webhook
from notifier.hooks.signing import SecretProblem, key_of
from notifier.hooks.standing import Standing

__all__ = [
    "AT_ONCE",
    "Answer",
    "CallSettings",
    "Caller",
    "Chat",
    "ChatProblem",
    "Clock",
    "InStore",
    "Line",
    "SecretProblem",
    "Standing",
    "Webhook",
    "check",
    "key_of",
]
