"""An HTML page with announcements in words; CSS selectors say where on it they stand.

The part named by ``selector`` must be there each time: when it is not, the page has been rebuilt and somebody has
to look. The notices in it, named by ``items``, may be none.
"""

from __future__ import annotations

from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from notifier.sources.document import Document, NotText
from notifier.sources.kind import Asked, Kind, SourceError, Told
from notifier.sources.pagedate import page_date
from notifier.sources.statement import Claim, TroubleKind
from notifier.sources.texts import claims_of, told_apart

MOST_ITEMS = 200


def read(document: Document, asked: Asked) -> Told:
    """The claims of all notices on the page. A page of news is never complete."""
    try:
        tree = LexborHTMLParser(document.text().replace("\0", ""))
    except NotText as error:
        raise SourceError(TroubleKind.NOT_TEXT, str(error)) from None
    source = asked.source
    part = _find(tree, source.selector) if source.selector else [node for node in [tree.body] if node]
    if not part or (document.asks_for_password and not source.selector):
        if document.asks_for_password:
            raise SourceError(TroubleKind.LOGIN_PAGE, "the page asks for a password")
        raise SourceError(TroubleKind.ODD_LAYOUT, f"nothing on the page fits {source.selector or 'body'!r}")
    notices = [node for one in part for node in (_find(one, source.items) if source.items else [one])]
    notices = [node for node in notices[:MOST_ITEMS] if node.text(strip=True)]
    overall = _published(tree, source.published) if source.published else None
    claims: list[Claim] = []
    for notice in notices:
        published = _published(notice, source.published) if source.published else None
        url = source.page or document.url
        claims += claims_of(notice.html or "", asked, published=published or overall, url=url)
    if (
        source.published
        and notices
        and not overall
        and not any(claim.published for claim in claims)
        and claims
    ):
        raise SourceError(TroubleKind.ODD_LAYOUT, f"no date of publication at {source.published!r}")
    return Told(tuple(told_apart(claims)), len(notices))


def _find(node: LexborHTMLParser | LexborNode, selector: str) -> list[LexborNode]:
    try:
        return node.css(selector)
    except (SelectolaxError, ValueError) as error:
        raise SourceError(TroubleKind.NOT_SET_UP, f"{selector!r} is no CSS selector") from error


def _published(node: LexborHTMLParser | LexborNode, selector: str) -> datetime | None:
    """The date in the first element that has one: in its attribute for programs, else in its words."""
    for found in _find(node, selector):
        for text in (
            found.attributes.get("datetime"),
            found.attributes.get("content"),
            found.text(separator=" "),
        ):
            if text and (moment := page_date(text)):
                return moment
    return None


KIND = Kind(read=read, accept="text/html, application/xhtml+xml;q=0.9, */*;q=0.5")
