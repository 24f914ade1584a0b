"""Subscribers that are kept in the configuration: the store follows the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from notifier.config import SubscriberSpec
from notifier.store import NewSubscriber, Store

ORIGIN = "file"
"""The origin of those who came by the file. People of other origins are none of its business."""

_log = structlog.get_logger()


def follow_file(store: Store, listed: Sequence[SubscriberSpec], now: datetime) -> None:
    """Enter who is listed, take out who is listed no more, and leave alone who left by themselves."""
    new = [
        NewSubscriber(one.email, one.audiences, one.language, one.have, one.systems, one.occasions)
        for one in listed
    ]
    result = store.subscribers.follow(new, ORIGIN, now)
    if result.removed:
        _log.info("subscribers removed: not in subscribers.yaml any more", people=result.removed)
    if result.kept_out:
        entries = [place + 1 for place in result.kept_out]
        _log.warning("entries of subscribers.yaml without effect: these people left", entries=entries)
    if result.spared:
        _log.warning("subscribers.yaml lists nobody: those who came by it stay", people=result.spared)
