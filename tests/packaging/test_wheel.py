"""The wheel is built for real, unpacked elsewhere, and works there without the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging.lock import ROOT

PERSONAL = {"subscribers.yaml"}
"""Files of config/ that may hold people's addresses, and so never travel."""


def sources(folder: str) -> Iterator[Path]:
    """Every file of a folder, as git would have it."""
    for path in sorted((ROOT / folder).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.name not in PERSONAL:
            yield path.relative_to(ROOT)


def python(*arguments: str, cwd: Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python without any setting of this machine's but what it needs to find the libraries."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("NOTIFIER_", "PYTHON"))
    }
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a build needs, copied, with an operator's private files lying about in it."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("notifier", "config", "templates"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "config" / "subscribers.yaml").write_text(
        "- {email: anna@example.test, audiences: [patient]}\n"
    )
    (folder / "config" / "credentials").mkdir()
    (folder / "config" / "credentials" / "relay-password").write_text("secret")
    return folder


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = python("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=checkout)
    assert built.returncode == 0, built.stderr
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel is a zip file whose content goes to site-packages as it is."""
    folder = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_every_module_template_and_setting_travels(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = {str(path) for path in sources("notifier")}
    wanted |= {f"notifier/_data/{path}" for folder in ("templates", "config") for path in sources(folder)}
    assert sorted(wanted - names) == []
    assert not [name for name in names if not name.startswith(("notifier/", "notifier-"))]


def test_addresses_and_secrets_do_not_travel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            assert Path(name).name not in PERSONAL
            assert "credentials" not in name
            assert b"anna@example.test" not in archive.read(name)


def test_two_builds_are_the_same_to_the_byte(wheel: Path, checkout: Path, tmp_path: Path) -> None:
    again = python("-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path), cwd=checkout)
    assert again.returncode == 0, again.stderr
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_defaults_are_those_of_the_wheel_and_not_of_a_checkout(installed: Path, tmp_path: Path) -> None:
    code = (
        "from notifier.config import default_config as c, default_templates as t; print(c(), t(), sep='\\n')"
    )
    told = python("-c", code, cwd=tmp_path, path=installed)
    assert told.stdout.splitlines() == [
        str(installed / "notifier" / "_data" / "config"),
        str(installed / "notifier" / "_data" / "templates"),
    ], told.stderr


def test_the_command_works_where_there_is_no_checkout(installed: Path, tmp_path: Path) -> None:
    config = installed / "notifier" / "_data" / "config"
    code = "import sys; from notifier.cli import main; sys.argv[0] = 'notifier'; main()"
    told = python("-c", code, "check", "--config", str(config), cwd=tmp_path, path=installed)
    assert told.returncode == 0, told.stdout + told.stderr
