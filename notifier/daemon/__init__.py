"""The loop around the pass: clock, bell, signals, service manager, serving, delivering."""

from notifier.daemon.alarms import Alarm, Alarms
from notifier.daemon.calling import check_chats
from notifier.daemon.census import Census, census_of
from notifier.daemon.clock import SystemClock
from notifier.daemon.counter import links_of
from notifier.daemon.keys import KeyProblem, link_key, same_key
from notifier.daemon.lock import LockError, alone_in, holder_of
from notifier.daemon.looping import looped
from notifier.daemon.parts import Hooks
from notifier.daemon.starting import replay, run, set_up_logs, store_url, transport_for

__all__ = [
    "Alarm",
    "Alarms",
    "Census",
    "Hooks",
    "KeyProblem",
    "LockError",
    "SystemClock",
    "alone_in",
    "census_of",
    "check_chats",
    "holder_of",
    "link_key",
    "links_of",
    "looped",
    "replay",
    "run",
    "same_key",
    "set_up_logs",
    "store_url",
    "transport_for",
]
