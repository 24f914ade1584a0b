"""Subscribing, changing what one gets, and leaving, over HTTP and without scripts.

``app`` is the ASGI application; it reads requests, keeps count of them and hands what is left to ``counter``,
which decides and answers. ``desk`` is what it needs done behind the scenes. Nothing acts on GET: mail gateways
follow every link they find. No cookies are used, so no other site can make a browser act for somebody.
"""

from notifier.web.subscriptions.app import InThread, Subscriptions
from notifier.web.subscriptions.desk import Desk
from notifier.web.subscriptions.incoming import networks
from notifier.web.subscriptions.offer import Offer
from notifier.web.subscriptions.pages import Pages

__all__ = ["Desk", "InThread", "Offer", "Pages", "Subscriptions", "networks"]
