"""The operator's settings in the words of the pure rooms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from notifier.config import Config, Settings, load
from notifier.cycle.brakes import Brakes
from notifier.mail import sender_address
from notifier.planning import Schedule
from notifier.render import PHRASE_KEYS, TEMPLATE_NAMES, SiteWords


def schedule_of(settings: Settings) -> Schedule:
    """When people want to hear from us."""
    chosen = settings.schedule
    return Schedule(
        reminders={("" if key == "default" else key): leads for key, leads in chosen.reminders.items()},
        on_request=chosen.on_request,
        critical=chosen.reminders_critical,
        last_call=chosen.last_call,
        settle=chosen.settle,
        quiet=chosen.quiet_hours,
    )


def site_words(settings: Settings) -> SiteWords:
    """How the site calls itself; without a contact of its own, people write to the sender."""
    site = settings.site
    served = settings.web.for_people and site.base_url.startswith("https://")
    contact = site.contact or sender_address(settings.mail.sender)[1]
    return SiteWords(site.name, site.base_url, contact, manages=served)


def brakes_of(settings: Settings) -> Brakes:
    """How much mail is too much."""
    return Brakes(settings.mail.flood, settings.mail.per_day)


def read_config(root: Path, templates: Path | None, environ: Mapping[str, str]) -> Config:
    """The configuration, with templates and phrases checked against what the renderer gives and says.

    Raises :class:`InputProblems` with every problem.
    """
    return load(root, templates, environ, template_names=TEMPLATE_NAMES, code_keys=PHRASE_KEYS)
