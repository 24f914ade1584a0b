"""Mail that comes back: which mail it was, what became of it, and who gets no more.

``returnpath`` gives each mail a signed address to come back to; ``report`` reads what arrives there (with
``parts``, which survives any bytes, and ``opinion``, for odd forms); ``taking`` puts that on the record in
the store; ``sweep`` adds what the relay refused at once and applies ``rule``, which is pure and says all
of when mail stops.
"""

from notifier.mail.bounces.parts import LONGEST
from notifier.mail.bounces.report import Kind, Report, read
from notifier.mail.bounces.returnpath import ReturnPaths
from notifier.mail.bounces.sweep import Swept, sweep
from notifier.mail.bounces.taking import Taken, return_paths, take

__all__ = [
    "LONGEST",
    "Kind",
    "Report",
    "ReturnPaths",
    "Swept",
    "Taken",
    "read",
    "return_paths",
    "sweep",
    "take",
]
