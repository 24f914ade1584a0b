"""The operator's choices in ``config/notifier.toml``: names, defaults and bounds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Annotated

from babel import localedata
from pydantic import AfterValidator, BeforeValidator, Field, StrictInt

from notifier.config import addresses
from notifier.config.durations import parse_short
from notifier.config.shapes import PlainId, Shape, Text, fault
from notifier.model import Occasion, QuietHours

EVERYBODY = "default"
"""Key of the reminders for audiences that have none of their own."""

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    try:
        return parse_short(value if isinstance(value, str) else "")
    except ValueError as error:
        raise fault(
            f"`{value}` is not a length of time", 'write it like "7d", "24h", "90m" or "60s"'
        ) from error


def _positive(length: timedelta) -> timedelta:
    if not timedelta(0) < length <= 400 * DAY:
        raise fault("must be longer than nothing and at most 400 days", 'write it like "24h"')
    return length


def _not_negative(length: timedelta) -> timedelta:
    return length if not length else _positive(length)


def _longest_first(leads: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if len(set(leads)) < len(leads):
        raise fault("the same length twice", "keep one")
    return tuple(sorted(leads, reverse=True))


def _for_everybody(value: object) -> object:
    """A bare list is for everybody; audiences that are not named keep the default."""
    if isinstance(value, list | str):
        return {EVERYBODY: value}
    return {EVERYBODY: REMINDERS, **value} if isinstance(value, Mapping) else value


def _quiet(value: object) -> QuietHours | None:
    if isinstance(value, QuietHours):
        return value
    if value is None or value == "":
        return None
    try:
        begin, end = (time.fromisoformat(part.strip()) for part in str(value).split("-"))
    except ValueError as error:
        raise fault(f"`{value}` is not a stretch of the day", 'write it like "22:00-07:00"') from error
    if begin == end:
        raise fault("begins and ends at the same time", 'write "" for no quiet hours')
    return QuietHours(begin, end)


def _language(code: str) -> str:
    if not localedata.exists(code):
        raise fault(f"`{code}` is no language code", 'write it like "pl"')
    return code


def _distinct(codes: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(codes)) < len(codes):
        raise fault("the same language twice", "keep one")
    return codes


Duration = Annotated[timedelta, BeforeValidator(_duration), AfterValidator(_positive)]
Pause = Annotated[timedelta, BeforeValidator(_duration), AfterValidator(_not_negative)]
Leads = Annotated[tuple[Duration, ...], AfterValidator(_longest_first)]
REMINDERS: tuple[timedelta, ...] = (7 * DAY, DAY, 2 * HOUR)


class SiteSettings(Shape):
    """How the public pages and feeds call themselves."""

    base_url: Annotated[str, AfterValidator(addresses.check_site)] = "http://127.0.0.1:8080"
    name: Text = "Przerwy w e-zdrowiu"
    contact: Annotated[str, AfterValidator(addresses.check_contact)] = "powiadomienia@localhost"
    languages: Annotated[
        tuple[Annotated[str, AfterValidator(_language)], ...], Field(min_length=1), AfterValidator(_distinct)
    ] = ("pl", "en")


class MailSettings(Shape):
    """How mail leaves. ``relay`` empty: into a Maildir.

    ``flood``: windows in one pass before mail is held; ``per_day``: mails with news to one person in 24
    hours before further ones are held.
    """

    relay: Annotated[str, AfterValidator(addresses.check_relay)] = ""
    sender: Annotated[str, AfterValidator(addresses.check_sender)] = "powiadomienia@localhost"
    bounces: Annotated[str, AfterValidator(addresses.check_bounces)] = ""
    connections: Annotated[StrictInt, Field(ge=1, le=100)] = 4
    timeout: Duration = timedelta(seconds=60)
    rate: Annotated[StrictInt, Field(ge=0, le=1_000_000)] = 0
    domain_rate: Annotated[StrictInt, Field(ge=0, le=1_000_000)] = 0
    dkim_domain: Annotated[str, AfterValidator(addresses.check_dkim_domain)] = ""
    dkim_selector: Annotated[str, AfterValidator(addresses.check_dkim_selector)] = ""
    flood: Annotated[StrictInt, Field(ge=1, le=100_000)] = 20
    per_day: Annotated[StrictInt, Field(ge=1, le=1000)] = 12


class WebSettings(Shape):
    """Where the pages are served; ``listen`` empty: nowhere. ``proxies`` may say on whose behalf they ask."""

    listen: Annotated[str, AfterValidator(addresses.check_listen)] = "127.0.0.1:8080"
    sign_up: bool = True
    proxies: tuple[Annotated[str, AfterValidator(addresses.check_network)], ...] = ()

    @property
    def for_people(self) -> bool:
        """True when people can subscribe, change and leave at the address of the site."""
        return self.sign_up and bool(self.listen)


class StoreSettings(Shape):
    """Where the records are kept; ``url`` empty: SQLite under the state directory."""

    url: Annotated[str, AfterValidator(addresses.check_store)] = Field("", repr=False)


class ScheduleSettings(Shape):
    """When people hear from us; lead times are before the start, longest first."""

    reminders: Annotated[dict[str, Leads], BeforeValidator(_for_everybody)] = Field({EVERYBODY: REMINDERS})
    on_request: Leads = ()
    reminders_critical: Leads = (14 * DAY,)
    last_call: Duration = HOUR
    quiet_hours: Annotated[QuietHours | None, BeforeValidator(_quiet)] = None
    settle: Pause = timedelta(seconds=60)


class FeedSettings(Shape):
    """How far back feeds and pages go, and how much they hold at most. ``hub``: who tells readers of news."""

    keep_days: Annotated[StrictInt, Field(ge=1, le=36_500)] = 400
    max_windows: Annotated[StrictInt, Field(ge=1, le=100_000)] = 500
    max_items: Annotated[StrictInt, Field(ge=1, le=100_000)] = 300
    hub: Annotated[str, AfterValidator(addresses.check_ping)] = ""


class OperatorSettings(Shape):
    """Who hears of trouble. ``mail`` empty: the log alone. ``ping``: asked for after each good pass."""

    mail: Annotated[str, AfterValidator(addresses.check_contact)] = ""
    ping: Annotated[str, AfterValidator(addresses.check_ping)] = Field("", repr=False)
    ping_failures: bool = False


class BouncesSettings(Shape):
    """What is done about mail that comes back. ``imap``: where it is read; ``done``: where it goes then.

    ``doubt``: percent of a day's mail coming back from which on it is not held against anybody.
    """

    imap: Annotated[str, AfterValidator(addresses.check_mailbox)] = ""
    every: Duration = timedelta(minutes=5)
    done: Annotated[str, AfterValidator(addresses.check_folder)] = ""
    doubt: Annotated[StrictInt, Field(ge=1, le=100)] = 25


class ReceiverSettings(Shape):
    """Who is told beside people; no two have the same id, whatever they are. Empty lists: everything."""

    id: PlainId
    audiences: tuple[Text, ...] = ()
    systems: tuple[Text, ...] = ()
    occasions: tuple[Occasion, ...] = ()


class WebhookSettings(ReceiverSettings):
    """A program that is told; its secret comes as the file ``webhook-ID``."""

    url: Annotated[str, AfterValidator(addresses.check_hook)] = Field(repr=False)


class ChatSettings(ReceiverSettings):
    """A channel in a chat; its address comes as the file ``chat-ID``. Without a language that of the site."""

    language: str = ""


class Settings(Shape):
    """Everything in ``config/notifier.toml``."""

    site: SiteSettings = SiteSettings()
    mail: MailSettings = MailSettings()
    web: WebSettings = WebSettings()
    store: StoreSettings = StoreSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    feeds: FeedSettings = FeedSettings()
    operator: OperatorSettings = OperatorSettings()
    bounces: BouncesSettings = BouncesSettings()
    webhooks: Annotated[tuple[WebhookSettings, ...], Field(max_length=100)] = ()
    chats: Annotated[tuple[ChatSettings, ...], Field(max_length=20)] = ()
