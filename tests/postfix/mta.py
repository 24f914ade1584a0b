"""A Postfix of one's own: configuration, queue and mailboxes in a folder, ports on 127.0.0.1, no DNS.

It knows these domains:

==============  ===========================================================================================
known.example   ``anna`` and ``jan`` have mailboxes; all others are refused at RCPT
grey.example    the same people, whose first try is put off by a policy service, as greylisting does
gone.example    everything is accepted and comes back later: no such mailbox
wary.example    everything is accepted and comes back later: taken for spam
here.example    where reports come back to; they go into the pipe of ``notifier bounce``
==============  ===========================================================================================
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/mail
maillog_file_prefixes = {folder}/log
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.1/32
myhostname = mx.test.example
mydestination =
local_transport = error:nobody lives here
alias_maps =
alias_database =
smtpd_peername_lookup = no
smtpd_tls_security_level = none
smtp_tls_security_level = none
smtputf8_enable = no
biff = no
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
virtual_mailbox_domains = known.example, grey.example
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ {mailboxes} }}
virtual_uid_maps = static:{user}
virtual_gid_maps = static:{group}
virtual_minimum_uid = 1
relay_domains = gone.example, wary.example, here.example
transport_maps = inline:{{ {{gone.example = smtp:[127.0.0.1]:{back}}},
  {{wary.example = smtp:[127.0.0.1]:{back}}}, {{here.example = notifier:}} }}
smtpd_restriction_classes = greylist
greylist = check_policy_service inet:127.0.0.1:{policy}
smtpd_recipient_restrictions =
  check_recipient_access inline:{{ {{grey.example = greylist}} }}, permit_mynetworks, reject
notifier_destination_recipient_limit = 1
"""

# Not one service is put into a chroot: there is nothing in the folder to live on. The second listener is the
# server behind, which refuses what the first one has accepted.
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{back} inet n - n - - smtpd
  -o myhostname=back.test.example
  -o {{ smtpd_recipient_restrictions = check_recipient_access inline:{{
    {{gone.example = 550 5.1.1 No such mailbox}}, {{wary.example = 550 5.7.1 We take this for spam}} }}, reject }}
pickup     unix  n       -       n       60      1       pickup
cleanup    unix  n       -       n       -       0       cleanup
qmgr       unix  n       -       n       1       1       qmgr
rewrite    unix  -       -       n       -       -       trivial-rewrite
bounce     unix  -       -       n       -       0       bounce
defer      unix  -       -       n       -       0       bounce
trace      unix  -       -       n       -       0       bounce
verify     unix  -       -       n       -       1       verify
flush      unix  n       -       n       1000?   0       flush
proxymap   unix  -       -       n       -       -       proxymap
smtp       unix  -       -       n       -       -       smtp
showq      unix  n       -       n       -       -       showq
error      unix  -       -       n       -       -       error
retry      unix  -       -       n       -       -       error
virtual    unix  -       n       n       -       -       virtual
anvil      unix  -       -       n       -       1       anvil
postlog    unix-dgram n  -       n       -       1       postlogd
notifier   unix  -       n       n       -       1       pipe
  flags=R user=nobody argv={folder}/hand-over ${{original_recipient}}
"""

# The user of a pipe may not be root, and no other user may get into the folder where the tests run. So the
# pipe hands the message over to the tests, who start the program, and ends with the status that it ended with.
HAND_OVER = """#!/bin/sh
set -eu
it={folder}/pipe/$$
mkfifo "$it.status"
{{ printf '%s\\n' "$1"; cat; }} > "$it.part"
mv "$it.part" "$it.message"
read -r status < "$it.status"
exit "$status"
"""


class Greylist:
    """A policy service that puts everybody off once; knows them by client, sender and recipient."""

    def __init__(self) -> None:
        self.known: set[tuple[str, ...]] = set()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                asked: dict[str, str] = {}
                for line in self.rfile:
                    name, _, value = line.decode().rstrip("\n").partition("=")
                    if name:
                        asked[name] = value
                        continue
                    who = tuple(asked[key] for key in ("client_address", "sender", "recipient"))
                    action = "dunno" if who in outer.known else "451 4.7.1 Greylisted, come back later"
                    outer.known.add(who)
                    self.wfile.write(f"action={action}\n\n".encode())
                    asked = {}

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port: int = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Mta:
    """A running Postfix."""

    folder: Path
    port: int
    greylist: Greylist
    ran: list[tuple[int, str]] = field(default_factory=list)
    """What each run of ``notifier bounce`` ended with: its status, and all that it said."""

    _arguments: tuple[str, ...] = ()
    _settings: dict[str, str] = field(default_factory=dict)
    _closing: threading.Event = field(default_factory=threading.Event)

    def log(self) -> str:
        """All that Postfix has logged."""
        path = self.folder / "log" / "mail"
        return path.read_text(errors="replace") if path.exists() else ""

    def mailbox(self, person: str) -> list[bytes]:
        """The mails in somebody's Maildir."""
        return [path.read_bytes() for path in sorted((self.folder / "mail" / person / "new").glob("*"))]

    def pipe_to(self, config: Path, store: str, base: str) -> None:
        """Have returned mail taken by ``notifier bounce`` with this configuration, store, and base address."""
        self.ran.clear()
        self._arguments = ("--config", str(config))
        self._settings = {"NOTIFIER_STORE__URL": store, "NOTIFIER_MAIL__BOUNCES": base}

    def until(self, wanted: Callable[[], object], seconds: float = 20) -> None:
        """Wait for something that Postfix or the pipe brings about. Fails with the log."""
        deadline = time.monotonic() + seconds
        while not wanted():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)

    def serve_pipe(self) -> None:
        """Start the program for every message that comes out of the pipe, until the end."""
        while not self._closing.wait(0.02):
            for path in sorted((self.folder / "pipe").glob("*.message")):
                to, _, message = path.read_bytes().partition(b"\n")
                path.unlink()
                status = self._run(to.decode(), message)
                path.with_suffix(".status").write_text(f"{status}\n")

    def _run(self, to: str, message: bytes) -> int:
        done = subprocess.run(
            [sys.executable, "-m", "notifier", "bounce", "--to", to, *self._arguments],
            input=message,
            capture_output=True,
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if not k.startswith("NOTIFIER_")} | self._settings,
            timeout=60,
            check=False,
        )
        self.ran.append((done.returncode, (done.stdout + done.stderr).decode()))
        return done.returncode

    def end_pipe(self) -> None:
        """Take nothing out of the pipe any more."""
        self._closing.set()


def start(postfix: str) -> Mta:
    """Start one; it takes mail when this returns."""
    # Not under pytest's folder, which is closed to all but its owner: the daemons change their user.
    folder = Path(tempfile.mkdtemp(prefix="notifier-postfix-"))
    folder.chmod(0o755)
    greylist = Greylist()
    mta = Mta(folder, _free_port(), greylist)
    nobody = pwd.getpwnam("nobody")
    for name in ("queue", "data", "log", "mail", "pipe", "conf"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    for name in ("mail", "pipe"):
        shutil.chown(folder / name, nobody.pw_uid, nobody.pw_gid)
    mailboxes = ", ".join(
        f"{{{name}@{domain} = {name}/}}"
        for name in ("anna", "jan")
        for domain in ("known.example", "grey.example")
    )
    values = {
        "folder": folder,
        "port": mta.port,
        "back": _free_port(),
        "policy": greylist.port,
        "mailboxes": mailboxes,
        "user": nobody.pw_uid,
        "group": nobody.pw_gid,
    }
    (folder / "conf" / "main.cf").write_text(MAIN.format(**values))
    (folder / "conf" / "master.cf").write_text(MASTER.format(**values))
    (folder / "hand-over").write_text(HAND_OVER.format(folder=folder))
    (folder / "hand-over").chmod(0o755)
    told = subprocess.run(
        [postfix, "-c", folder / "conf", "start"], capture_output=True, text=True, timeout=60, check=False
    )
    assert told.returncode == 0, told.stderr + mta.log()
    threading.Thread(target=mta.serve_pipe, daemon=True).start()
    mta.until(lambda: _answers(mta.port))
    return mta


def stop(postfix: str, mta: Mta) -> None:
    """Stop it and leave nothing."""
    mta.end_pipe()
    subprocess.run([postfix, "-c", mta.folder / "conf", "stop"], capture_output=True, timeout=60, check=False)
    mta.greylist.close()
    shutil.rmtree(mta.folder)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            return line.recv(4) == b"220 "
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
