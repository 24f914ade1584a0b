"""Jinja as this product uses it: nothing undefined is ever printed, HTML is escaped, text is left alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from notifier.model import iso
from notifier.render.voice import capital

if TYPE_CHECKING:
    from collections.abc import Mapping

    from notifier.render.told import SiteWords
    from notifier.render.voice import Voice

ESCAPED = (".html.j2", ".xml.j2", ".svg.j2")
"""Templates with these endings escape what they are given; all others are plain text."""

GLOBALS = frozenset(
    """say name bank bank_at method task preparation audience contact card fact
    when dates day date clock on before until since duration iso join either capital
    told view address language languages site at""".split()
)
"""What :func:`words` gives to every template."""

CONTEXT = frozenset(
    ["told", "view", "hole", "sections", "contacts", "subject", "ahead", "digest", "readers", "own"]
)
"""What the templates of a notice and of a mail are given on top."""

PAGES = frozenset(
    """advice alarm banks board checked choices code contacts counts example form frame fresh_until home lengths
    letter looked matter matters methods opening part parts place query reader readers revisions rows said shown target
    tongues untouched year""".split()
)
"""What the caller of ``page`` gives to the pages of the site, to letters, and to the operator's mail, on top."""

TEMPLATE_NAMES = GLOBALS | CONTEXT | PAGES
"""Every name that some template may use without setting it."""


def environment(templates: Path) -> Environment:
    """The environment for a folder of templates, each compiled once."""
    return Environment(
        loader=FileSystemLoader(templates),
        autoescape=lambda name: name is not None and name.endswith(ESCAPED),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
    )


def words(voice: Voice, site: SiteWords, languages: tuple[str, ...]) -> Mapping[str, object]:
    """The names of :data:`GLOBALS` for one language and moment, but for ``told`` and ``view``."""
    dates = voice.dates
    return {
        "say": voice.say,
        "name": voice.name,
        "bank": voice.bank,
        "bank_at": voice.bank_at,
        "method": voice.method,
        "task": voice.task,
        "preparation": voice.preparation,
        "audience": voice.audience,
        "contact": voice.contact,
        "card": voice.card,
        "fact": voice.fact,
        "when": dates.when,
        "dates": dates.dates,
        "day": dates.day,
        "date": dates.date,
        "clock": dates.clock,
        "on": dates.on,
        "before": dates.before,
        "until": dates.until,
        "since": dates.since,
        "duration": dates.duration,
        "iso": iso,
        "join": voice.join,
        "either": voice.either,
        "capital": capital,
        "address": lambda path="": address(site, languages, voice.language, path),
        "language": voice.language,
        "languages": languages,
        "site": site,
        "at": voice.at,
    }


def address(site: SiteWords, languages: tuple[str, ...], language: str, path: str) -> str:
    """Absolute address of a path: the first language stands at the root, others below their code."""
    root = site.base_url if language == languages[0] else f"{site.base_url}/{language}"
    return f"{root}/{path}"
