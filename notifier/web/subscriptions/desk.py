"""What the counter needs from the rest of the program. All calls block and are made in the store's thread."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from notifier.model import Standing
from notifier.store import Consent, NewSubscriber, SubscriberRow


class Desk(Protocol):
    """Keeps subscriptions and writes the letters about them. Raises :class:`~notifier.model.NotifierError`."""

    def reaches(self, email: str) -> bool:
        """True for an address to which mail can be sent at all."""
        ...

    def ask(self, new: NewSubscriber, consent: Consent, now: datetime) -> bool:
        """Note the wish to be subscribed and write the letter that fits, whoever it is; False if none can go."""
        ...

    def find(self, id_: int) -> SubscriberRow | None:
        """The entry with that number."""
        ...

    def confirm(self, id_: int, source: str, now: datetime) -> bool:
        """Confirm a wish; False if there is none that can still be confirmed."""
        ...

    def change(self, id_: int, new: NewSubscriber, now: datetime) -> bool:
        """Give an active subscriber other choices."""
        ...

    def leave(self, id_: int, now: datetime) -> Standing | None:
        """End a subscription and write a letter that says so; ``None`` if there was none."""
        ...

    def undo(self, id_: int, now: datetime) -> bool:
        """Take a recent farewell back."""
        ...

    def erase(self, id_: int, now: datetime) -> bool:
        """Forget a person at once."""
        ...

    def export(self, id_: int) -> bytes | None:
        """Everything known of a person, as a JSON document."""
        ...
