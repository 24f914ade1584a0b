"""A server on 127.0.0.1 that behaves as real ones do, and as they should not: it sends just the bytes it is told."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Reply:
    """One answer. ``sent`` octets of the body leave, all if ``None``; then the connection is closed.

    ``waits``: for a moment, in case a second request comes in meanwhile; ``hang``: until the test is over.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: int | None = None
    length: bool = True
    hang: bool = False
    waits: bool = False

    def packed(self) -> Reply:
        """The same, packed with gzip."""
        return Reply(
            gzip.compress(self.body), self.status, {**self.headers, "Content-Encoding": "gzip"}, self.sent
        )


def redirect(to: str, status: int = 302) -> Reply:
    return Reply(b"", status, {"Location": to})


@dataclass
class Asked:
    """One request as it came in."""

    path: str
    headers: dict[str, str]


class Site:
    """What the server says at each path; with an ``etag`` in a reply, conditional requests are answered with 304."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.replies: dict[str, Reply] = {}
        self.asked: list[Asked] = []
        self.over = threading.Event()
        self.at_once = 0
        self.most_at_once = 0
        self.counting = threading.Lock()
        self.company = threading.Event()

    def url(self, path: str = "/feed") -> str:
        return self.address + path

    def put(self, reply: Reply, path: str = "/feed") -> None:
        self.replies[path] = reply

    @property
    def paths(self) -> list[str]:
        """What was asked for, without robots.txt."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def last(self) -> dict[str, str]:
        """The fields of the last request."""
        return self.asked[-1].headers


@contextmanager
def serving() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with site.counting:
                site.at_once += 1
                site.most_at_once = max(site.most_at_once, site.at_once)
                if site.at_once > 1:
                    site.company.set()
            site.asked.append(Asked(self.path, {key.lower(): value for key, value in self.headers.items()}))
            reply = site.replies.get(self.path) or Reply(b"not here", 404)
            if reply.waits:
                site.company.wait(0.2)
            # Before anything is sent: whoever has the whole answer may ask again at once.
            with site.counting:
                site.at_once -= 1
            etag = reply.headers.get("ETag")
            modified = reply.headers.get("Last-Modified")
            same = etag is not None and self.headers.get("If-None-Match") == etag
            same |= (
                etag is None and modified is not None and self.headers.get("If-Modified-Since") == modified
            )
            if same and reply.status == 200:
                reply = Reply(b"", 304, {key: value for key, value in reply.headers.items() if key == "ETag"})
            lines = [
                f"HTTP/1.1 {reply.status} X",
                *(f"{key}: {value}" for key, value in reply.headers.items()),
            ]
            if reply.length and reply.status != 304:
                lines.append(f"Content-Length: {len(reply.body)}")
            lines += ["Connection: close", "", ""]
            self.wfile.write("\r\n".join(lines).encode("latin-1"))
            self.wfile.write(reply.body[: reply.sent])
            self.wfile.flush()
            if reply.hang:
                site.over.wait(10)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Whoever hangs up on us has read enough."""

    server = Server(("127.0.0.1", 0), Handler)
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
