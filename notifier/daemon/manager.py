"""Words to the service manager: one datagram each, as sd_notify(3) describes; silent without one."""

from __future__ import annotations

import socket
from collections.abc import Mapping


class ServiceManager:
    """systemd, or nobody. ``environ`` is read once; ``NOTIFY_SOCKET`` names where to speak."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        self._said = ""

    def ready(self, status: str) -> None:
        """The service does its work from now on."""
        self._send(f"READY=1\nSTATUS={status}")

    def alive(self, status: str) -> None:
        """A round of work has been finished: feeds the watchdog, and says what was done if that is new."""
        self._send("WATCHDOG=1" if status == self._said else f"WATCHDOG=1\nSTATUS={status}")
        self._said = status

    def reloading(self, status: str) -> None:
        """What a reload led to."""
        self._send(f"STATUS={status}")
        self._said = status

    def stopping(self) -> None:
        """The service is about to end."""
        self._send("STOPPING=1\nSTATUS=finishing what is on its way")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        # A leading @ stands for the abstract namespace (unix(7)).
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            try:
                line.connect(address)
                line.sendall(message.encode())
            except OSError:
                # A manager that does not listen must not stop the service it manages.
                return
