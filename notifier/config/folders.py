"""Which files are read; what looks as if it should be read and is not, is a problem and never ignored."""

from __future__ import annotations

from pathlib import Path

from notifier.config.report import START, Report, one_of

FILES = ("notifier.toml", "subscribers.yaml", "sources.yaml")
FOLDERS = ("catalogue", "windows", "schema")

_READABLE = {".yaml", ".yml", ".toml"}


def check_names(root: Path, report: Report) -> None:
    """Report files and folders beside the known ones that somebody meant to be read."""
    for path in _entries(root, report):
        if path.is_dir():
            if path.name not in FOLDERS and _holds_yaml(path):
                what = "is a folder with files that are not read"
                report.add(str(path), START, what, one_of(path.name, FOLDERS))
        elif path.suffix in _READABLE and path.name not in FILES:
            report.add(str(path), START, "is not read", one_of(path.name, FILES))


def yaml_files(folder: Path, report: Report) -> list[Path]:
    """The YAML files of a folder in the order of their names."""
    found = []
    for path in _entries(folder, report):
        if path.is_dir():
            if _holds_yaml(path):
                what = "is a folder with files that are not read"
                report.add(str(path), START, what, f"move them to {folder}")
        elif path.suffix == ".yaml":
            found.append(path)
        elif path.suffix == ".yml":
            report.add(str(path), START, "is not read", "rename it to end in .yaml")
    return found


def _entries(folder: Path, report: Report) -> list[Path]:
    """What is in a folder, without hidden files: editors put theirs there."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        report.add(str(folder), START, f"cannot be read: {error.strerror}", "check its owner and permissions")
        return []


def _holds_yaml(folder: Path) -> bool:
    return any(path.suffix in _READABLE for path in folder.rglob("*"))
