"""How fast mail gets out: the whole way from an outbox on the disk to a server, and back with the answers.

``python -m tests.benchmarks.bench_mail [MAILS]`` sends to Postfix's ``smtp-sink`` and holds that against Postfix's
own load generator on the same sink, in turns, so that a busy machine slows both alike; then to a server ten
milliseconds away, against aiosmtplib; and against django-post-office, which is put into a throw-away environment
(``NOTIFIER_BENCH_PEER`` names an interpreter that has it already). Only the ratios mean anything elsewhere.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.figure import Figure, PartFailed, tell
from tests.benchmarks.sample import ROOT

MAILS = 20_000
ROUNDS, PEER_ROUNDS = 15, 5
"""Turns. One turn says little on a machine shared with others: eleven were seen to lie between 0.58 and 1.83."""

SIZE = 8192
AWAY = 0.010
PEER_MAILS = 1000
FEW, MANY, DELIVERED = 1000, 200_000, 2000
OF_SOURCE, OF_PEER, OF_PLAIN, MICROSECONDS, MEGABYTES = 0.9, 10.0, 2.0, 20.0, 200.0


def unused_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def program(name: str) -> str:
    """Where a program of Postfix is. Raises :class:`PartFailed` where it is not installed."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        raise PartFailed(f"{name} is not installed; on Debian: apt-get install postfix")
    return found


def answering(port: int) -> None:
    """Return once something listens there."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise PartFailed("the server does not answer")


@contextmanager
def sink() -> Iterator[int]:
    """Postfix's sink: takes everything, keeps nothing."""
    port = unused_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([program("smtp-sink"), *user, f"127.0.0.1:{port}", "512"])
    try:
        answering(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


class Distant(asyncio.Protocol):
    """A server whose every answer takes its time on the way."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.rest, self.content = transport, b"", False
        self.later(b"220 distant.test\r\n")

    def later(self, answer: bytes) -> None:
        asyncio.get_running_loop().call_later(AWAY, self.transport.write, answer)

    def data_received(self, data: bytes) -> None:
        self.rest, answers = self.rest + data, b""
        while True:
            end = self.rest.find(b"\r\n.\r\n" if self.content else b"\r\n")
            if end < 0:
                break
            if self.content:
                self.rest, self.content, answer = self.rest[end + 5 :], False, b"250 ok\r\n"
            else:
                word, self.rest = self.rest[:4].upper(), self.rest[end + 2 :]
                self.content = word == b"DATA"
                answer = {b"EHLO": b"250-distant.test\r\n250 PIPELINING\r\n", b"DATA": b"354 go on\r\n"}.get(
                    word, b"250 ok\r\n"
                )
            answers += answer
        if answers:
            self.later(answers)


def serve_distant(port: int) -> None:
    """Serve until ended."""

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Distant, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def distant() -> Iterator[int]:
    """A server ten milliseconds away."""
    port = unused_port()
    process = multiprocessing.Process(target=serve_distant, args=(port,), daemon=True)
    process.start()
    try:
        answering(port)
        yield port
    finally:
        process.terminate()
        process.join(10)


def source(port: int, mails: int) -> float:
    """Mails a second by Postfix's load generator, ten connections, each used again and again."""
    options = [
        "-d",
        "-s",
        "10",
        "-m",
        str(mails),
        "-l",
        str(SIZE),
        "-f",
        "a@example.pl",
        "-t",
        "b@example.pl",
    ]
    begin = time.perf_counter()
    subprocess.run([program("smtp-source"), *options, f"127.0.0.1:{port}"], check=True, timeout=300)
    return mails / (time.perf_counter() - begin)


def job(*words: object) -> dict[str, float]:
    """What ``mail_job`` measures."""
    command = [sys.executable, "-m", "tests.benchmarks.mail_job", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=500)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def peer(folder: Path) -> str | None:
    """An interpreter that has django-post-office; ``None``, with a word on standard error, where none can be had."""
    named = os.environ.get("NOTIFIER_BENCH_PEER")
    if named:
        return named
    python = folder / "bin" / "python"
    commands = (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "django-post-office"],
    )
    try:
        for command in commands:
            subprocess.run(
                command, check=True, timeout=180, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
    except (OSError, subprocess.SubprocessError):
        print("django-post-office: not installed", file=sys.stderr)
        return None
    return str(python)


def by_peer(python: str, port: int) -> float:
    """Mails a second by django-post-office."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(__file__).with_name("mail_peer.py")
        command = [python, str(script), str(PEER_MAILS), f"{folder}/queue.db", str(port)]
        done = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=300
        )
    return float(done.stdout.splitlines()[-1])


def times(rates: Sequence[float], others: Sequence[float]) -> float:
    """How many times the one is the other, taken turn by turn: what slows a machine comes and goes."""
    return statistics.median(rate / other for rate, other in zip(rates, others, strict=True))


def run() -> list[Figure]:
    """All cases, those that are compared in turns."""
    mails = next((int(word) for word in sys.argv[1:] if word.isdigit()), MAILS)
    ours, sources, peers = [], [], []
    with sink() as port, tempfile.TemporaryDirectory() as folder:
        python = peer(Path(folder) / "peer")
        for turn in range(ROUNDS):
            sources.append(source(port, mails))
            ours.append(job("whole", port, mails))
            if python is not None and turn < PEER_ROUNDS:
                peers.append(by_peer(python, port))
        few, many = (job("whole", port, min(DELIVERED, people), people) for people in (FEW, MANY))
    rates = [one["rate"] for one in ours]
    figures = [
        Figure(f"{mails:,} mails, outbox to outbox", statistics.median(rates), "/s"),
        Figure("processor time of that, a mail", statistics.median(one["cpu"] for one in ours), "µs"),
        Figure("smtp-source -s 10 -d", statistics.median(sources), "/s"),
        Figure("outbox to outbox / smtp-source", times(rates, sources), "times", OF_SOURCE, floor=True),
    ]
    if peers:
        figures += [
            Figure("django-post-office", statistics.median(peers), "/s"),
            Figure(
                "outbox to outbox / django-post-office",
                times(rates[: len(peers)], peers),
                "times",
                OF_PEER,
                floor=True,
            ),
        ]
    with distant() as port:
        plain, far = job("plain", port, 300)["rate"], job("whole", port, 1500)["rate"]
    prepared = statistics.median(one["prepare"] for one in ours)
    return [
        *figures,
        Figure("relay 10 ms away: outbox to outbox", far, "/s"),
        Figure("relay 10 ms away: aiosmtplib", plain, "/s"),
        Figure("relay 10 ms away: ours / aiosmtplib", far / plain, "times", OF_PLAIN, floor=True),
        Figure("Message-ID and place in the outbox, a recipient", prepared, "µs", MICROSECONDS),
        Figure(f"peak memory, {FEW:,} waiting", few["peak"], "MB", MEGABYTES),
        Figure(f"peak memory, {MANY:,} waiting", many["peak"], "MB", MEGABYTES),
    ]


if __name__ == "__main__":
    tell(run)
