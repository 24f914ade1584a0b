"""A second opinion on reports in no standard form: what flufl.bounce makes of their words."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from email import message_from_bytes

from flufl.bounce import all_failures

_LONGEST = 32 * 1024
_LONGEST_LINE = 160  # its patterns take time with the square of a line's length
_MOST_LINES = 600  # and it goes over all lines once for each of them
_MOST_CONTAINERS = 10  # the parser of the standard library follows every nesting
_CONTAINER = re.compile(rb"multipart/|message/", re.IGNORECASE)

# It would write what it stumbles over to standard error, and that may hold addresses.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)


def failure(raw: bytes) -> bool | None:
    """Whether a message says that mail failed for good (True) or for now (False); ``None``: neither.

    It is only asked about messages that other signs show to come from a mail server, since the words
    it goes by may stand in anybody's mail. Whom it names is not used.
    """
    lines = raw[:_LONGEST].split(b"\n")[:_MOST_LINES]
    short = b"\n".join(line.rstrip(b"\r")[:_LONGEST_LINE] for line in lines)
    if len(_CONTAINER.findall(short)) > _MOST_CONTAINERS:
        return None
    # Two parsers, neither of them ours, on anybody's bytes: whatever breaks in there is no opinion.
    with suppress(Exception):
        passing, lasting = all_failures(message_from_bytes(short))
        if lasting:
            return True
        if passing:
            return False
    return None
