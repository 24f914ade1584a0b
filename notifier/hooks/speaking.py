"""Speaks in one chat, as a program of its own: apprise waits for whomever an address leads to, and has no way to stop.

:mod:`notifier.hooks.chat` starts it by its path, asks by JSON on standard input and is answered on standard output.
A process can be ended wherever it hangs, gives back all that it held, and what it logs (addresses, too) is heard by
nobody. It imports nothing of ours, so that it starts soon.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from contextlib import redirect_stdout, suppress
from typing import Any

_MEMORY = 1 << 30
"""Bytes of address space at most: an answer without end ends us, and not the service around us."""


def main() -> None:
    """Answer one question: ``{"check": [address, …]}`` or ``{"say": {…}}``."""
    asked = json.load(sys.stdin)
    _bound(asked["seconds"])
    with redirect_stdout(sys.stderr):
        answer = _say(asked["say"]) if "say" in asked else [_channels(address) for address in asked["check"]]
    json.dump(answer, sys.stdout)


def _bound(seconds: int) -> None:
    """End by ourselves, should nobody be there to end us; and not when the service is told to, which waits for us."""
    signal.alarm(seconds)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    with suppress(OSError, ValueError):  # the sandbox of the service, or a lower limit that is set already
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _channels(address: str) -> int:
    """How many channels it names; 0 where apprise does not understand it."""
    from apprise import Apprise  # noqa: PLC0415 - after the bounds are set

    service = Apprise.instantiate(address)
    # Some count those whom they are to find out themselves as none.
    return 0 if service is None else max(1, len(service))


def _say(asked: dict[str, Any]) -> bool:
    """Say it once; True where it was taken."""
    from apprise import Apprise, AppriseAsset, NotifyFormat  # noqa: PLC0415 - as above

    name = str(asked["name"])
    asset = AppriseAsset(
        # It is also a header, which takes no other letters.
        app_id=name if name.isascii() and name.isprintable() else "notifier",
        app_desc=name,
        app_url=asked["home"],
        # Pictures would be fetched from elsewhere by everybody who reads the channel.
        image_url_mask="",
        image_url_logo="",
        http_redirects=False,
        interpret_emojis=False,
        interpret_escapes=False,
        service_timeout=0,
    )
    service = Apprise.instantiate(asked["address"], asset=asset)
    if service is None:
        return False
    # Trying again is ours, and so is what counts as taken, whatever the address says of either.
    service.retry, service.optional = 0, False
    return bool(
        Apprise(service, asset=asset).notify(
            title=asked["title"], body=asked["body"], body_format=NotifyFormat.TEXT
        )
    )


if __name__ == "__main__":
    main()
