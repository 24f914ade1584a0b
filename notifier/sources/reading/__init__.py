"""Announcements in Polish read into windows: text or page in, windows with evidence and doubts out.

From text to terms: :mod:`page` (visible blocks), :mod:`tables` (rows that became lines), :mod:`labels` (lines of a
form), :mod:`sentences`, :mod:`glance` (what is worth a look at all), :mod:`wording` (what words say wherever they
stand), :mod:`tokens`, :mod:`numerals` and :mod:`figures` (digits), :mod:`lexer` (words; the forms stand in
:mod:`words`), :mod:`terms`, :mod:`settling`, :mod:`dayterms` and :mod:`days` (neighbouring days joined),
:mod:`spoken` (days of mere words).
From terms to instants: :mod:`edges`, :mod:`ranges`, :mod:`stretch` and :mod:`beside` (from edge to edge),
:mod:`moments` (told by two moments), :mod:`later` (told in two sentences), :mod:`gaps` (told the other way round),
:mod:`lately` (what goes on), :mod:`changes`, :mod:`shifted` and :mod:`newends` (old terms and new ones),
:mod:`leftovers` (what was not understood), :mod:`dates` and :mod:`instants` (years, nights, clock changes).
What it is about: :mod:`names`, :mod:`roles`, :mod:`documents`, :mod:`places` and :mod:`affected` (which system),
:mod:`statements` with its :mod:`vocabulary` (lost or slow, planned or past) and :mod:`elsewhere` (none of ours),
:mod:`pieces`, :mod:`surroundings`, :mod:`lists` and :mod:`context` (what belongs together), :mod:`signatures` (who
speaks), :mod:`judgement`, :mod:`scope` (of a bank: log-in or payments), :mod:`shares` (all of a system, or the part of
one bank), :mod:`drafts`, :mod:`following`, :mod:`parts` and :mod:`additions` (what the next sentence adds),
:mod:`merging`; :mod:`reader` goes through all of it.
"""

from notifier.sources.reading.findings import (
    REMARKS,
    Certainty,
    Function,
    Kind,
    Reading,
    ReadWindow,
    Refused,
    Remark,
)
from notifier.sources.reading.names import Names, names_of
from notifier.sources.reading.reader import read

__all__ = [
    "REMARKS",
    "Certainty",
    "Function",
    "Kind",
    "Names",
    "ReadWindow",
    "Reading",
    "Refused",
    "Remark",
    "names_of",
    "read",
]
