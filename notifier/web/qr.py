"""An address as a QR code, for the sheet of paper on a wall."""

from __future__ import annotations

from functools import lru_cache

import segno
from markupsafe import Markup


@lru_cache(maxsize=512)
def qr_code(address: str) -> Markup:
    """The code as an inline SVG without a size of its own, black on white with the quiet zone that scanners want.

    It is decoration to a machine that reads the page: the address stands beside it as text.
    """
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None, dark="#000", light="#fff")
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))
