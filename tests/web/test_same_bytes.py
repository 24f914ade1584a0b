"""What the daemon serves, what it writes, and what ``notifier build`` writes: the same bytes at the same addresses."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import brotli
import httpx2

from notifier.web.tree import MARKER
from tests.daemon.house import T0, entry, service

HOUR = timedelta(hours=1)
WINDOWS = (
    entry("gate-1", T0 + 30 * HOUR, system="gate", published=T0 - HOUR),
    entry("gate-0", T0 - 2 * HOUR, system="gate", published=T0 - 99 * HOUR),
)
ENCODINGS = {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


def files(folder: Path) -> dict[str, bytes]:
    """A tree on disk, by address."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != MARKER)
    return {f"/{path.relative_to(folder)}": path.read_bytes() for path in found}


def built(config: Path, state: Path, out: Path) -> Mapping[str, bytes]:
    """The tree as the command builds it, in a process of its own."""
    command = [sys.executable, "-m", "notifier", "build", "--at", T0.isoformat(), "--out", str(out), "--json"]
    environment = {**os.environ, "NOTIFIER_CONFIG": str(config), "NOTIFIER_STATE": str(state)}
    done = subprocess.run(command, check=True, capture_output=True, timeout=60, env=environment)
    made = files(out)
    assert json.loads(done.stdout)["files"] == len(made)
    return made


async def test_the_served_tree_is_the_written_and_the_built_one(tmp_path: Path):
    async with service(tmp_path, *WINDOWS) as house:
        assert house.where is not None
        built_tree = await asyncio.to_thread(built, house.config, house.state, tmp_path / "out")
        assert files(house.state / "public") == built_tree
        async with httpx2.AsyncClient(base_url=house.where.url, trust_env=False) as client:
            for path, body in built_tree.items():
                asked = [path, path.removesuffix("index.html")] if path.endswith("/index.html") else [path]
                for address in asked:
                    for takes in ENCODINGS:
                        headers = {"Accept-Encoding": takes}
                        async with client.stream("GET", address, headers=headers) as answer:
                            raw = b"".join([chunk async for chunk in answer.aiter_raw()])
                        assert answer.status_code == 200, address
                        packed = answer.headers.get("content-encoding", "identity")
                        assert packed in ("identity", takes)
                        assert ENCODINGS[packed](raw) == body, address
