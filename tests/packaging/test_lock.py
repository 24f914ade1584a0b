"""The lock check itself: what it must find, one mistake a row, and that the real lock has none."""

from __future__ import annotations

import pytest

from tests.packaging.lock import ROOT, pins, problems

PYPROJECT = """
[build-system]
requires = ["hatchling>=1.27"]
[project]
dependencies = ["ruamel.yaml>=0.19,<0.20", "feedgen==1.0.0"]
[project.optional-dependencies]
fast = ["uvloop>=0.23"]
"""

HASH = "--hash=sha256:" + "0" * 64
GOOD = f"""\
# written by make lock
feedgen==1.0.0 \\
    {HASH}
    # via notifier (pyproject.toml)
hatchling==1.33.0 \\
    {HASH} \\
    {HASH}
    # via notifier (pyproject.toml)
ruamel-yaml==0.19.1 \\
    {HASH}
    # via
    #   notifier (pyproject.toml)
    #   something-else
six==1.17.0 \\
    {HASH}
    # via python-dateutil
uvloop==0.23.0 ; implementation_name != 'pypy' \\
    {HASH}
    # via notifier (pyproject.toml)
"""

BROKEN = [
    pytest.param(
        GOOD.replace("uvloop==", "uvlop=="),
        [
            "fast asks for uvloop>=0.23, which is not locked",
            "uvlop is locked for pyproject.toml, which does not",
        ],
        id="one package of an extra is missing, and one is there that nobody asked for",
    ),
    pytest.param(
        GOOD.replace("feedgen==1.0.0", "feedgen==0.4.0"),
        ["dependencies asks for feedgen==1.0.0, locked is 0.4.0"],
        id="the locked version is not the one that is asked for",
    ),
    pytest.param(
        GOOD.replace("hatchling==1.33.0", "hatchling==1.20.0"),
        ["build-system asks for hatchling>=1.27, locked is 1.20.0"],
        id="the build's own requirements count too",
    ),
    pytest.param(
        GOOD.replace("ruamel-yaml==0.19.1", "ruamel.yaml==0.20.0"),
        ["dependencies asks for ruamel.yaml<0.20,>=0.19, locked is 0.20.0"],
        id="names are compared normalised",
    ),
    pytest.param(
        GOOD.replace(f"six==1.17.0 \\\n    {HASH}\n", "six==1.17.0\n"),
        ["six is locked without a hash", "line 14 is neither a pin"],
        id="an entry without a hash would be taken from anybody",
    ),
    pytest.param(
        "--extra-index-url https://packages.example.test/simple\n" + GOOD,
        ["line 1 is neither a pin, a hash nor a comment"],
        id="an index address belongs to a machine and not to the project",
    ),
    pytest.param(
        GOOD + "    # from https://packages.example.test/simple\n",
        ["line 20 names an address"],
        id="not even in a comment",
    ),
    pytest.param(
        GOOD + "./vendored.whl\n",
        ["line 20 is neither a pin, a hash nor a comment"],
        id="a file beside the lock is no pin",
    ),
]


def test_a_good_lock_has_no_problems() -> None:
    assert list(problems(PYPROJECT, GOOD)) == []
    assert pins(GOOD)["hatchling"].hashes == 2


@pytest.mark.parametrize(("lock", "found"), BROKEN)
def test_a_broken_lock_is_told_in_full(lock: str, found: list[str]) -> None:
    told = list(problems(PYPROJECT, lock))
    assert len(told) == len(found)
    for problem, beginning in zip(told, found, strict=True):
        assert problem.startswith(beginning)


def test_the_real_lock_does_what_the_project_declares() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert list(problems((ROOT / "pyproject.toml").read_text(), lock)) == []
    assert len(pins(lock)) > 50
