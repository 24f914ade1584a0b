"""Does requirements.lock do what pyproject.toml declares? ``python -m tests.packaging.lock`` says so.

It needs no network: what is declared is compared with what is locked. That the locked set is complete in
itself is for ``pip check`` to say, as everything in .venv was installed from the lock and nothing else.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]

_ENTRY = re.compile(
    r"^(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[^\s;]+)(?P<rest>.*(?:\n[ #].*)*)", re.MULTILINE
)
_ALLOWED = re.compile(r"[A-Za-z0-9][\w.-]*==\S+ .*\\|    --hash=sha256:[0-9a-f]{64}(?: \\)?|\s*#.*|")
_ASKED_FOR = "notifier (pyproject.toml)"


@dataclass(frozen=True, slots=True)
class Pin:
    """One entry of the lock; ``direct`` when the lock says that pyproject.toml itself asked for it."""

    version: Version
    hashes: int
    direct: bool


def pins(lock: str) -> dict[str, Pin]:
    """The entries of a lock file by normalised name."""
    return {
        canonicalize_name(entry["name"]): Pin(
            Version(entry["version"]), entry["rest"].count("--hash=sha256:"), _ASKED_FOR in entry["rest"]
        )
        for entry in _ENTRY.finditer(lock)
    }


def declared(pyproject: str) -> Iterator[tuple[str, Requirement]]:
    """Where and what: every requirement of the project, of its extras and of its build."""
    data = tomllib.loads(pyproject)
    groups = {
        "build-system": data["build-system"]["requires"],
        "dependencies": data["project"]["dependencies"],
        **data["project"].get("optional-dependencies", {}),
    }
    for group, texts in groups.items():
        for text in texts:
            yield group, Requirement(text)


def problems(pyproject: str, lock: str) -> Iterator[str]:
    """Each way in which the lock does not do what the project declares; nothing when all is well."""
    locked = pins(lock)
    asked: set[str] = set()
    for group, requirement in declared(pyproject):
        name = canonicalize_name(requirement.name)
        asked.add(name)
        pin = locked.get(name)
        if pin is None:
            yield f"{group} asks for {requirement}, which is not locked"
        elif not requirement.specifier.contains(pin.version, prereleases=True):
            yield f"{group} asks for {requirement}, locked is {pin.version}"
    for package, entry in locked.items():
        if entry.direct and package not in asked:
            yield f"{package} is locked for pyproject.toml, which does not ask for it any more"
        if not entry.hashes:
            yield f"{package} is locked without a hash"
    for number, line in enumerate(lock.splitlines(), 1):
        if not _ALLOWED.fullmatch(line):
            yield f"line {number} is neither a pin, a hash nor a comment: {line}"
        elif "://" in line:
            yield f"line {number} names an address: {line.strip()}"


def main() -> int:
    """Print every problem; exit status 1 if there is one."""
    found = list(problems((ROOT / "pyproject.toml").read_text(), (ROOT / "requirements.lock").read_text()))
    for problem in found:
        print(f"requirements.lock: {problem}; `make lock` writes it anew", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
