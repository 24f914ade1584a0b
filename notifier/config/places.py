"""Where the configuration and the templates are that travel with the program."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]


def default_config() -> Path:
    """The ``config`` folder of the installed package, or of the checkout."""
    return _folder("config")


def default_templates() -> Path:
    """The ``templates`` folder of the installed package, or of the checkout."""
    return _folder("templates")


def _folder(name: str) -> Path:
    packed = Path(str(files("notifier"))) / "_data" / name
    return packed if packed.is_dir() else _CHECKOUT / name
