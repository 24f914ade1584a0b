"""Imported before anything that logs: structlog loads rich wherever that is installed, for pictures of tracebacks.

No log of ours has them, and the daemon would hold ten megabytes for it, day and night. Commands that print tables
load rich themselves.
"""

from __future__ import annotations

import sys

_rich = sys.modules.get("rich")
sys.modules["rich"] = None  # type: ignore[assignment] # what import takes for "not installed"
try:
    import structlog  # noqa: F401 - loaded for what it does not load
finally:
    del sys.modules["rich"]
    if _rich is not None:
        sys.modules["rich"] = _rich
