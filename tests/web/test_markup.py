"""What the Nu HTML checker says of every page: nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest


def complaints(java: str, jar: Path, folder: Path) -> list[tuple[str, str]]:
    """Errors and warnings on all HTML and CSS files of a folder, in one run: starting is what takes the time."""
    command = [
        java,
        "-jar",
        str(jar),
        "--format",
        "json",
        "--exit-zero-always",
        "--skip-non-html",
        str(folder),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert run.stderr, "the checker says nothing at all"
    messages = json.loads(run.stderr)["messages"]
    found = [(message.get("url", "").rpartition(folder.name)[2], message["message"]) for message in messages]
    # A page read from a disk has no origin that 'self' could mean.
    return [(url, said) for url, said in found if "violates Content Security Policy" not in said]


@pytest.mark.client
@pytest.mark.timeout(150)
def test_the_checker_finds_nothing_on_any_page_and_finds_a_mistake(
    program: Callable[..., str], node_modules: Path, shipped: Mapping[str, bytes], tmp_path: Path
) -> None:
    jar = node_modules / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not jar.exists():
        pytest.skip("needs vnu-jar in NOTIFIER_NODE_MODULES")
    told = [path for path in shipped if path.endswith(".html") and "/201" not in path]
    assert len(told) > 25
    for path in told:
        file = tmp_path / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(shipped[path])
    (tmp_path / "mistake.html").write_text(
        "<!doctype html><html lang=pl><title>x</title><p id=a><b id=a>", "utf-8"
    )
    found = complaints(program("java"), jar, tmp_path)
    assert {url for url, _ in found} == {"/mistake.html"}, found
