"""The loop around the pass: clock, bell, signals, service manager, serving, delivering."""

from notifier.daemon.clock import SystemClock
from notifier.daemon.lock import LockError
from notifier.daemon.service import Hooks
from notifier.daemon.starting import replay, run, set_up_logs, store_url, transport_for

__all__ = [
    "Hooks",
    "LockError",
    "SystemClock",
    "replay",
    "run",
    "set_up_logs",
    "store_url",
    "transport_for",
]
