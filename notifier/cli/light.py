"""Imported before anything that logs: structlog loads rich wherever that is installed, for pictures of tracebacks.

No log of ours has them, and the daemon would hold ten megabytes for it, day and night. Commands that print tables
load rich themselves.
"""

from __future__ import annotations

import sys
from typing import Any

_loaded: dict[str, Any] = {name: sys.modules[name] for name in ("rich",) if name in sys.modules}
sys.modules["rich"] = None  # type: ignore[assignment] # what import takes for "not installed"
try:
    import structlog  # noqa: F401 - loaded for what it does not load
finally:
    del sys.modules["rich"]
    sys.modules.update(_loaded)
