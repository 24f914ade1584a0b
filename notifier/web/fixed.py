"""What of the tree is the same whatever the windows are: looks, script, the page for what is not there, robots."""

from __future__ import annotations

from collections.abc import Sequence

from notifier.render import Renderer
from notifier.web.frame import Frame

STATIC = {
    "/static/style.css": "site/style.css.j2",
    "/static/page.js": "site/page.js.j2",
    "/static/copy.js": "site/copy.js.j2",
    "/static/icon.svg": "site/icon.svg.j2",
}
"""Path -> template."""

_CLOSED = ("/healthz", "/metrics", "/confirm/", "/preferences/", "/unsubscribe/")


def static(languages: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Path -> template and language; how feeds look in a browser is said in words, so in each language."""
    feeds = {f"/static/feed-{language}.css": ("site/feed.css.j2", language) for language in languages}
    return {path: (template, languages[0]) for path, template in STATIC.items()} | feeds


def static_file(renderer: Renderer, template: str, language: str) -> bytes:
    """One such file."""
    return renderer.page(template, language).encode()


def missing(renderer: Renderer, frames: Sequence[Frame]) -> bytes:
    """The page for an address that does not exist: one for all languages, since nobody knows who asks."""
    parts = [
        (frame.language, renderer.page("site/missing.html.j2", frame.language, frame=frame))
        for frame in frames
    ]
    first = frames[0]
    page = renderer.page("site/404.html.j2", first.language, frame=first, place="404.html", parts=parts)
    return page.encode()


def robots(frame: Frame) -> bytes:
    """``/robots.txt``: what belongs to one person is not for search engines, and a drill not at all."""
    closed = ("/",) if frame.drill else tuple(frame.link(path) for path in _CLOSED)
    return "".join(["User-agent: *\n", *(f"Disallow: {path}\n" for path in closed)]).encode()
