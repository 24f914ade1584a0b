"""Who stands before the counter and what they want: every request with a token, and every form, decided here.

What a page says about a subscription, only the bearer of its token learns. Whoever asks for a new one gets the
same page, whether the address is known, unknown or wants no mail: the mail alone tells, and it goes to the
owner of the address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from notifier.model import Standing
from notifier.render import Links, Purpose
from notifier.store import UNDO_WITHIN, Consent, SubscriberRow
from notifier.web.answers import Headers
from notifier.web.subscriptions.desk import Desk
from notifier.web.subscriptions.filled import Filled
from notifier.web.subscriptions.incoming import Fields
from notifier.web.subscriptions.offer import Offer
from notifier.web.subscriptions.pages import Form, Page, Pages, Reply, Said

log = structlog.get_logger("notifier.web")

WORDING = "1"
"""The version of the words people agree to. Words change with a new number; the old ones stay in the phrases."""

POT = "website"
"""A field that people do not see. Only programs fill it in."""

_ELSEWHERE = {Standing.PENDING: "pending", Standing.SUPPRESSED: "stopped", Standing.LEFT: "left"}


@dataclass(frozen=True, slots=True)
class Visit:
    """A request as far as it matters here. ``said`` is the language its address names, if it names one."""

    posts: bool
    said: str
    token: str
    rest: str
    fields: Fields
    source: str
    now: datetime

    def wants(self, what: str) -> bool:
        """True when the button that was pressed says so."""
        return self.posts and what in self.fields.get("do", ())


class Counter:
    """Answers visits. Everything here runs in the store's thread."""

    def __init__(self, desk: Desk, links: Links, pages: Pages, offer: Offer) -> None:
        self._desk = desk
        self._links = links
        self._pages = pages
        self._offer = offer
        self.rooms: dict[str, Callable[[Visit], Reply]] = {
            "subscribe": self.subscribe,
            "confirm": self.confirm,
            "preferences": self.preferences,
            "unsubscribe": self.unsubscribe,
        }

    # --- a new subscription -------------------------------------------------------------------------------------

    def blank(self, language: str) -> Reply:
        """The empty form."""
        return self._ask_again(Page(language, "subscribe"), Filled.blank(language, self._offer), (), 200)

    def subscribe(self, visit: Visit) -> Reply:
        """Take a form in: noted and answered alike, whoever it is."""
        page = Page(visit.said or self._pages.first, "subscribe")
        filled = Filled.read(visit.fields)
        faults = tuple(filled.faults(self._offer, with_email=True))
        if not faults and not self._desk.reaches(filled.email):
            faults = ("email",)
        if faults:
            return self._ask_again(page, filled, faults, 422)
        if not any(visit.fields.get(POT, ())):
            consent = Consent(visit.now, visit.source, wording=f"{page.language}-{WORDING}")
            self._desk.ask(filled.wanted(self._offer), consent, visit.now)
        return self._pages.said(page, Said("sent"))

    def _ask_again(self, page: Page, filled: Filled, faults: tuple[str, ...], status: int) -> Reply:
        return self._pages.form(page, Form(self._offer, filled, faults, wording=WORDING), status)

    def confirm(self, visit: Visit) -> Reply:
        """Show a button; confirm when it is pressed."""
        row = self._bearer(Purpose.CONFIRM, visit)
        if row is None:
            return self._broken(visit)
        page, id_ = self._page(visit, row, "confirm"), row.subscriber.id
        if visit.posts and self._desk.confirm(id_, visit.source, visit.now):
            log.info("subscription confirmed", subscriber=id_)
            return self._pages.said(page, Said("confirmed", person=row.subscriber))
        if row.standing is Standing.ACTIVE:
            return self._pages.said(page, Said("already", person=row.subscriber))
        if row.standing is Standing.PENDING and not visit.posts:
            return self._pages.said(page, Said("confirm", "confirm", person=row.subscriber))
        return self._pages.said(page, Said("expired"))

    # --- one that is there --------------------------------------------------------------------------------------

    def preferences(self, visit: Visit) -> Reply:
        """Show and change choices; hand out what is known; forget everything."""
        row = self._bearer(Purpose.MANAGE, visit)
        if row is None or visit.rest not in ("", "erase", "data.json"):
            return self._broken(visit)
        page = self._page(visit, row, "preferences")
        if row.standing is Standing.GONE:
            return self._pages.said(page, Said("gone"))
        if visit.rest == "data.json":
            return self._data(page, row)
        if visit.rest == "erase":
            return self._erase(page, visit, row)
        if row.standing is Standing.ACTIVE:
            return self._choices(page, visit, row)
        if row.standing is Standing.LEFT:
            return self._left(self._page(visit, row, "unsubscribe"), row, visit)
        return self._pages.said(page, Said(_ELSEWHERE[row.standing]))

    def _choices(self, page: Page, visit: Visit, row: SubscriberRow) -> Reply:
        person = row.subscriber
        offer = self._offer.with_own(person)
        form = Form(offer, Filled.of(person, offer), token=visit.token)
        if not visit.wants("save"):
            return self._pages.form(page, form)
        filled = Filled.read(visit.fields)
        faults = tuple(filled.faults(offer, with_email=False))
        if faults:
            return self._pages.form(page, replace(form, filled=filled, faults=faults), 422)
        new = replace(filled.wanted(offer, person.profile), email=person.email)
        saved = self._desk.change(person.id, new, visit.now)
        return self._pages.form(page, replace(form, filled=filled, saved=saved))

    def _data(self, page: Page, row: SubscriberRow) -> Reply:
        data = self._desk.export(row.subscriber.id)
        if data is None:
            return self._pages.said(page, Said("gone"))
        save: Headers = [(b"content-disposition", b'attachment; filename="notifier-data.json"')]
        return Reply(200, data, b"application/json", save)

    def _erase(self, page: Page, visit: Visit, row: SubscriberRow) -> Reply:
        if not visit.wants("erase"):
            return self._pages.said(page, Said("erase", "erase", f"{page.place}/erase"))
        self._desk.erase(row.subscriber.id, visit.now)
        log.info("subscriber erased at their wish", subscriber=row.subscriber.id)
        return self._pages.said(page, Said("erased"))

    def unsubscribe(self, visit: Visit) -> Reply:
        """End a subscription: by the button, or by one click of the mail program (RFC 8058); or undo that."""
        row = self._bearer(Purpose.MANAGE, visit)
        if row is None:
            return self._broken(visit)
        page, id_ = self._page(visit, row, "unsubscribe"), row.subscriber.id
        if visit.wants("undo"):
            if self._desk.undo(id_, visit.now):
                log.info("unsubscribing undone", subscriber=id_)
                return self._pages.said(page, Said("undone"))
        elif visit.wants("leave") or _one_click(visit):
            if self._desk.leave(id_, visit.now) is not None:
                log.info("unsubscribed", subscriber=id_)
                row = self._desk.find(id_) or row
        elif row.standing in (Standing.ACTIVE, Standing.PENDING):
            return self._pages.said(page, Said("leave", "leave"))
        if row.standing is Standing.LEFT:
            return self._left(page, row, visit)
        key = {Standing.ACTIVE: "already", Standing.SUPPRESSED: "stopped"}.get(row.standing, "gone")
        return self._pages.said(page, Said(key))

    def _left(self, page: Page, row: SubscriberRow, visit: Visit) -> Reply:
        until = (row.left_at or visit.now) + UNDO_WITHIN
        if until <= visit.now:
            return self._pages.said(page, Said("gone"))
        return self._pages.said(page, Said("left", "undo", page.place, until=until), now=visit.now)

    # --- who it is ----------------------------------------------------------------------------------------------

    def _bearer(self, purpose: Purpose, visit: Visit) -> SubscriberRow | None:
        id_ = self._links.subscriber(purpose, visit.token)
        return None if id_ is None else self._desk.find(id_)

    def _page(self, visit: Visit, row: SubscriberRow, room: str) -> Page:
        spoken = row.subscriber.language
        language = visit.said or (spoken if spoken in self._pages.frames else self._pages.first)
        return Page(language, f"{room}/{visit.token}")

    def _broken(self, visit: Visit) -> Reply:
        return self._pages.said(Page(visit.said or self._pages.first, "subscribe"), Said("broken"), 404)


def _one_click(visit: Visit) -> bool:
    """True for the one field of RFC 8058, section 3.1; read with some patience for its spelling."""
    return visit.posts and any(
        name.lower() == "list-unsubscribe" and "one-click" in (value.strip().lower() for value in values)
        for name, values in visit.fields.items()
    )
