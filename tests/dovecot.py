"""A real IMAP server for the tests: Dovecot in the foreground, one user, on a port of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_CONF = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
instance_name = notifier-test-{port}
protocols = imap
listen = 127.0.0.1
{security}
auth_failure_delay = 0
mail_location = maildir:{folder}/mail
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}
}}
service imap-login {{
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""
_TLS = """ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
ssl_dh =
disable_plaintext_auth = yes
auth_mechanisms = plain login"""
_PLAIN = """ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain"""


@dataclass(frozen=True)
class Dovecot:
    """One that runs; the certificate is there where it speaks TLS."""

    port: int
    certificate: Path


@contextmanager
def dovecot(program: Callable[..., str], user: str, password: str, *, tls: bool) -> Iterator[Dovecot]:
    """Run it while the block lasts."""
    server = program("dovecot", "/usr/sbin/dovecot")
    # Not under pytest's folder, which is closed to all but its owner: the server changes its user.
    folder = Path(tempfile.mkdtemp(prefix="notifier-dovecot-"))
    folder.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    if tls:
        name = "-subj /CN=localhost -addext subjectAltName=DNS:localhost"
        made = f"-keyout {folder}/key.pem -out {folder}/cert.pem {name}"
        command = [program("openssl"), *f"req -x509 -newkey rsa:2048 -nodes -days 2 {made}".split()]
        subprocess.run(command, check=True, capture_output=True)
    owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    (folder / "users").write_text(f"{user}:{{PLAIN}}{password}\n")
    (folder / "mail").mkdir()
    shutil.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    conf = folder / "dovecot.conf"
    conf.write_text(
        _CONF.format(
            folder=folder,
            port=port,
            plain=0 if tls else port,
            tls=port if tls else 0,
            security=(_TLS if tls else _PLAIN).format(folder=folder),
            user=owner.pw_uid,
            group=owner.pw_gid,
        )
    )
    process = subprocess.Popen(
        [server, "-F", "-c", str(conf)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        _wait_for(process, port, folder / "log")
        yield Dovecot(port, folder / "cert.pem")
    finally:
        process.terminate()
        process.communicate(timeout=20)
        shutil.rmtree(folder)


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when it listens; fail with what it said when it does not."""
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            said = log.read_text() if log.exists() else ""
            assert process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.02)
        else:
            return
