"""The public site: pages, feeds and facts as files, and the application that serves the same tree."""

from notifier.web.answers import Answer, Answers
from notifier.web.api import notice_document, window_document
from notifier.web.asgi import App, Application, Health
from notifier.web.builder import pages as live_pages
from notifier.web.errors import WebError
from notifier.web.facts import Looked, SiteFacts, WindowFacts, WindowState, root
from notifier.web.frame import Frame
from notifier.web.packing import Packer, pack
from notifier.web.pages import LATELY, last_change
from notifier.web.personal import PersonalFeeds
from notifier.web.server import Listening, serving
from notifier.web.site import Site, build_site
from notifier.web.tree import modified, write_tree

__all__ = [
    "LATELY",
    "Answer",
    "Answers",
    "App",
    "Application",
    "Frame",
    "Health",
    "Listening",
    "Looked",
    "Packer",
    "PersonalFeeds",
    "Site",
    "SiteFacts",
    "WebError",
    "WindowFacts",
    "WindowState",
    "build_site",
    "last_change",
    "live_pages",
    "modified",
    "notice_document",
    "pack",
    "root",
    "serving",
    "window_document",
    "write_tree",
]
