"""Which messages of the Common Alerting Protocol the tree holds, and the words in them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import partial

from notifier.feeds.clean import clean, clean_line
from notifier.model import Advice, Severity
from notifier.render import HOLE, Renderer
from notifier.web.cap import CapWords, message
from notifier.web.facts import SiteFacts, WindowFacts, window_path

CAP = "cap.xml"


def alert_path(window: str, languages: tuple[str, ...]) -> str:
    """``/windows/<id>/cap.xml``: one message for all languages."""
    return f"{window_path(window, languages[0], languages)}{CAP}"


def alert(renderer: Renderer, facts: SiteFacts, row: WindowFacts) -> bytes:
    """The message on one window."""
    words = tuple(_words(renderer, facts, row, language) for language in facts.languages)
    sender = facts.contact or facts.base_url
    return message(row, sender, facts.name, facts.contact, words, drill=facts.drill)


def alert_at(
    renderer: Renderer, facts: SiteFacts, row: WindowFacts, of: Hashable
) -> tuple[str, Hashable, Callable[[], bytes]]:
    """Where the message on a window stands, what it is made of (``of`` and the site itself), and what makes it."""
    key = (of, facts.contact, facts.name, facts.drill)
    return alert_path(row.window.id, facts.languages), key, partial(alert, renderer, facts, row)


def _words(renderer: Renderer, facts: SiteFacts, row: WindowFacts, language: str) -> CapWords:
    web = facts.base_url + window_path(row.window.id, language, facts.languages)
    told = _worst(row.advice.values()) or Advice(
        row.window, facts.audiences[0], Severity.NONE, row.window.interval, (), (), (), ""
    )
    card = renderer.card(told, language)
    instruction, area = renderer.page("site/cap.txt.j2", language, target=web).strip().split("\n")
    return CapWords(
        language=language,
        event=clean_line(card.categories[-1]),
        headline=clean_line(card.title),
        description=clean(card.text.replace(HOLE, "")).strip(),
        instruction=instruction,
        area=area,
        web=web,
    )


def _worst(advice: Iterable[Advice]) -> Advice | None:
    return max(advice, key=lambda each: each.severity.rank, default=None)
