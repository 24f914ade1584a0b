"""The interface for programs as its own description tells it, asked by a stranger: hundreds of requests, no lie."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.daemon.house import service, soon

SCHEMA = "api/openapi.json"


@pytest.mark.client
@pytest.mark.slow
async def test_schemathesis_finds_no_answer_that_the_description_does_not_tell(tmp_path: Path):
    async with service(tmp_path, soon()) as house:
        assert house.where is not None
        base = house.where.url
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", base + SCHEMA, "--url", base),
            *("--max-examples", "200", "--phases", "examples,coverage,fuzzing", "--seed", "1", "--no-color"),
        ]
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=tmp_path, capture_output=True, text=True, timeout=100
        )
        assert done.returncode == 0, done.stdout[-3000:]
        assert "3/3" in done.stdout, "all that is described was asked for"
