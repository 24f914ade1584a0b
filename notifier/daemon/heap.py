"""The garbage collector, told what a daemon is: most of what it holds was read at the start and stays to the end."""

from __future__ import annotations

import gc

OFTEN = (20_000, 20, 50)
"""How much is made before the collector looks (see :func:`gc.set_threshold`). Python's own 700 are for small
programs: a pass makes a hundred thousand things that live a while, hardly ever in cycles, and each look at
them is for nothing. What is let go without a cycle goes at once, as ever."""


def settle() -> None:
    """Leave what there is now out of further looks, but for what can go at once."""
    gc.set_threshold(*OFTEN)
    gc.collect()
    gc.freeze()
