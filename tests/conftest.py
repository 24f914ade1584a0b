"""What all tests share: hypothesis profiles, golden files, other people's programs, and no silent skips in CI."""

from __future__ import annotations

import difflib
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import structlog
from hypothesis import HealthCheck, settings

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

CI = os.environ.get("CI", "") not in {"", "0", "false"}

# Deadlines measure the machine and not the code. In CI the same examples come every time, so that a red
# run is the change's own fault; on a developer's machine new ones are tried at each run.
settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=100,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if CI else "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-golden``."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the code makes now over the golden files; read the diff before you commit it",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With ``--update-golden`` run only the tests that compare with golden files."""
    if config.getoption("--update-golden"):
        keep = [item for item in items if "golden" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in keep])
        items[:] = keep


Golden = Callable[[Path, bytes | str], None]


@pytest.fixture(autouse=True)
def _logs_as_at_the_start() -> Iterator[None]:
    """Commands set up logging for the whole process; what one test set up is nothing to the next."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """``golden(path, made)``: fail with a diff unless the file holds exactly what was made.

    A missing file fails too: only ``--update-golden`` (``make golden``) writes.
    """
    update = bool(request.config.getoption("--update-golden"))

    def compare(path: Path, made: bytes | str) -> None:
        new = made.encode() if isinstance(made, str) else made
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(new)
            return
        if not path.exists():
            pytest.fail(f"{path} does not exist; `make golden` writes it")
        old = path.read_bytes()
        if old != new:
            lines = difflib.unified_diff(
                old.decode("utf-8", "backslashreplace").splitlines(),
                new.decode("utf-8", "backslashreplace").splitlines(),
                f"{path.name} (kept)",
                f"{path.name} (made now)",
                lineterm="",
            )
            shown = "\n".join(lines) or "only the line ends differ"
            pytest.fail(
                f"{path} differs; if it should, `make golden` and read the diff\n{shown}", pytrace=False
            )

    return compare


@pytest.fixture(scope="session")
def program() -> Callable[..., str]:
    """``program("newsboat")``: where somebody else's program is; without it the test skips (fails in CI)."""

    def find(*names: str) -> str:
        for name in names:
            if path := shutil.which(name):
                return path
        pytest.skip(f"needs {' or '.join(names)}, which is not installed")

    return find


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder that holds ical.js, named by NOTIFIER_NODE_MODULES; without it the test skips (fails in CI)."""
    folder = Path(os.environ.get("NOTIFIER_NODE_MODULES", "nowhere"))
    if not folder.is_dir():
        pytest.skip("needs NOTIFIER_NODE_MODULES, a node_modules folder with ical.js")
    return folder


def _no_skips(report: Report) -> Report:
    """In CI everything a test may want is installed, so a skip means that something has come loose."""
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and in CI nothing may be: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn skipped tests into failures in CI."""
    return _no_skips((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn skipped test modules into failures in CI."""
    return _no_skips((yield))
