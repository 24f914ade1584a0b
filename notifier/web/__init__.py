"""The public site: pages, feeds and facts as files, and the application that serves the same tree."""

from notifier.web.answers import Answer, Answers
from notifier.web.asgi import App, Application, Health, Narrow, Wish
from notifier.web.errors import WebError
from notifier.web.facts import SiteFacts, WindowFacts, WindowState
from notifier.web.pages import last_change
from notifier.web.server import Listening, serving
from notifier.web.site import Site, build_site
from notifier.web.tree import write_tree

__all__ = [
    "Answer",
    "Answers",
    "App",
    "Application",
    "Health",
    "Listening",
    "Narrow",
    "Site",
    "SiteFacts",
    "WebError",
    "WindowFacts",
    "WindowState",
    "Wish",
    "build_site",
    "last_change",
    "serving",
    "write_tree",
]
