"""Templates that check well and fail on one window."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
WINDOW = {
    "told/told.txt.j2": "view.window",
    "mail/mail.txt.j2": "(sections | map(attribute='view.window') | join)",
    "site/window.html.j2": "shown.window.id",
    "site/advice.html.j2": "advice.window.id",
    "told/chat.txt.j2": "view.window",
}
"""What stands for the window in each of these."""


def plant(folder: Path, mistake: str = "{{ 1 // 0 }}", *places: str, window: str = "bad") -> Path:
    """The shipped templates, in which these go wrong for one window, on their first line."""
    templates = folder / "templates"
    shutil.copytree(ROOT / "templates", templates)
    for place in places or WINDOW:
        file = templates / place
        file.write_text(f"{{% if '{window}' in {WINDOW[place]} %}}{mistake}{{% endif %}}{file.read_text()}")
    return templates
