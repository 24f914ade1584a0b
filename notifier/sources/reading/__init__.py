"""Announcements in Polish read into windows: text or page in, windows with evidence and doubts out.

In the order in which a text passes through; :mod:`reader` goes through all of it:

- text: :mod:`page` and :mod:`lines` (visible :mod:`blocks`), :mod:`tables` (that became lines), :mod:`letterheads`,
  :mod:`divided` (what the layout takes apart), :mod:`labels` (lines of a form), :mod:`tokens`, :mod:`glance` (what is
  worth a look at all), :mod:`sentences` and their :mod:`wording` (what words say wherever they stand);
- when: :mod:`times`, a room of its own; what takes more than one range of hours to tell stands here: :mod:`moments`
  (off at one, back at another), :mod:`later` (told in two sentences), :mod:`gaps` (told the other way round),
  :mod:`lately` (what goes on), :mod:`changes` and :mod:`newends` (old terms and new ones);
- which system: :mod:`names`, :mod:`roles`, :mod:`documents`, :mod:`places`, :mod:`affected`;
- what of it: :mod:`statements` with the stems in :mod:`vocabulary` (lost or slow, planned or past) and
  :mod:`elsewhere` (none of ours), :mod:`scope` (of a bank: log-in or payments), :mod:`shares` (all of a system, or the
  part of one bank);
- what belongs together: :mod:`pieces` of a sentence, :mod:`surroundings`, :mod:`leads`, :mod:`lists`,
  :mod:`questions` and their answers, :mod:`signatures` (who speaks) and :mod:`context`;
- the verdict: :mod:`judgement`, :mod:`drafts`, :mod:`following` with :mod:`parts` and :mod:`additions` (what the next
  sentence changes), :mod:`merging`, :mod:`findings`.
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
