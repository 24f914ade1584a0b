"""Text made fit for XML, JSON and iCalendar alike, so that no source's odd characters break a feed."""

from __future__ import annotations

import re

_BREAKS = "\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
# Forbidden in XML 1.0 (C0, U+FFFE, U+FFFF) or never meant (C1, non-characters); direction overrides
# could make one notice reverse the words of the next.
_UNFIT = "\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069"
_SURROGATES = "\ud800-\udfff"

_break = re.compile(f"\r\n|[{_BREAKS}]")
_unfit = re.compile(f"[{_UNFIT}]")
_surrogate = re.compile(f"[{_SURROGATES}]")
_odd = re.compile(f"[{_BREAKS}{_UNFIT}{_SURROGATES}]")
_ANGLES = str.maketrans({"<": "‹", ">": "›"})


def clean(text: str) -> str:
    """Text of several lines: every kind of line end becomes a line feed, control characters go.

    Lone surrogates, which UTF-8 cannot write, become U+FFFD. Cleaning twice changes nothing more.
    """
    if not _odd.search(text):  # nearly always: one look instead of three rewritings
        return text
    return _surrogate.sub("\ufffd", _unfit.sub("", _break.sub("\n", text)))


def clean_line(text: str) -> str:
    """Text of one line: as :func:`clean`, with every run of white space made one blank."""
    return " ".join(clean(text).split())


def clean_title(text: str) -> str:
    """A line that may be read as markup or not without a difference.

    RSS leaves open whether a title is HTML, and readers guess, so angle brackets become single
    quotation marks of the same look.
    """
    return clean_line(text).translate(_ANGLES)
