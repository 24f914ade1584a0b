"""Lengths of time: ``7d``, ``24h``, ``90m``, ``60s`` in settings, ISO 8601 ``PT10M`` in the catalogue."""

from __future__ import annotations

import re
from datetime import timedelta

_SHORT = re.compile(
    r"(?:(?P<d>\d{1,5})d)?(?:(?P<h>\d{1,5})h)?(?:(?P<m>\d{1,6})m)?(?:(?P<s>\d{1,7})s)?", re.ASCII
)
_ISO = re.compile(
    r"P(?:(?P<w>\d{1,4})W|(?:(?P<d>\d{1,5})D)?(?:T(?=\d)(?:(?P<h>\d{1,5})H)?(?:(?P<m>\d{1,6})M)?(?:(?P<s>\d{1,7})S)?)?)",
    re.ASCII,
)


def parse_short(text: str) -> timedelta:
    """``7d``, ``24h``, ``90m``, ``60s``, also put together: ``1d12h``. Raises ``ValueError``."""
    match = _SHORT.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise ValueError(f"not a length of time: {text!r}")
    return _sum(match)


def parse_iso(text: str) -> timedelta:
    """An ISO 8601 duration of weeks, or of days to seconds; months and years have no fixed length.

    Raises ``ValueError``.
    """
    match = _ISO.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise ValueError(f"not a length of time: {text!r}")
    return _sum(match)


def _sum(match: re.Match[str]) -> timedelta:
    parts = {unit: int(digits or 0) for unit, digits in match.groupdict().items()}
    return timedelta(
        weeks=parts.get("w", 0), days=parts["d"], hours=parts["h"], minutes=parts["m"], seconds=parts["s"]
    )
