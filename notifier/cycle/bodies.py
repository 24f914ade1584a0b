"""The bodies of a pass: each made once for all who get the same, without what cannot be put into words."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

from notifier.mail import Body
from notifier.model import Notice
from notifier.render import Omissions


class Told(Protocol):
    """A notice on its way to people."""

    @property
    def id(self) -> int:
        """Its number in the store."""
        ...

    @property
    def notice(self) -> Notice:
        """What is told."""
        ...

    @property
    def version(self) -> Hashable:
        """What tells apart the ways in which one notice is told to different people."""
        ...


class Readership(Protocol):
    """Those who get the same words for the same notices. Equal ones are equal, and can be keys."""

    def __hash__(self) -> int: ...

    @property
    def language(self) -> str:
        """The language they read."""
        ...


Item = TypeVar("Item", bound=Told)
Reader = TypeVar("Reader", bound=Readership)


@dataclass(frozen=True, slots=True)
class Written(Generic[Item]):
    """A body and what it tells (``None`` and nothing where no text could be written); ``left`` is what it does not."""

    body: Body | None
    told: tuple[Item, ...]
    left: tuple[Item, ...] = ()


class Bodies(Generic[Item, Reader]):
    """Bodies by notices and readers. ``make`` builds one for at least one notice.

    With ``omissions`` a notice that cannot be put into words is left out of the mail, and of nothing else; without,
    the error is raised.
    """

    def __init__(
        self, make: Callable[[tuple[Item, ...], Reader], Body], omissions: Omissions | None = None
    ) -> None:
        self._make = make
        self._omissions = omissions
        self._made: dict[tuple[tuple[tuple[int, Hashable], ...], Reader], Written[Item]] = {}

    def of(self, told: tuple[Item, ...], reader: Reader) -> Written[Item]:
        """The body that tells these notices, or those of them that can be told."""
        key = (tuple((item.id, item.version) for item in told), reader)
        if key not in self._made:
            self._made[key] = self._write(told, reader)
        return self._made[key]

    def all(self) -> tuple[Body, ...]:
        """Every body made, each once."""
        bodies = [written.body for written in self._made.values() if written.body is not None]
        return tuple({body.digest: body for body in bodies}.values())

    def _write(self, told: tuple[Item, ...], reader: Reader) -> Written[Item]:
        if self._omissions is None:
            return Written(self._make(told, reader), told)
        # Which notice it is shows only when each is tried alone, so the account is taken there.
        body = Omissions().attempt(lambda: self._make(told, reader), language=reader.language)
        if body is not None:
            return Written(body, told)
        fine = tuple(item for item in told if self._can(item, (item,), reader))
        if fine == told:  # each alone, but not together
            fine = tuple(item for item in told if self._can(item, told, reader))
        if not fine:
            return Written(None, (), told)
        found = self.of(fine, reader)
        return Written(found.body, found.told, tuple(item for item in told if item not in found.told))

    def _can(self, item: Item, told: tuple[Item, ...], reader: Reader) -> bool:
        """True when a text can be written; else it is noted as one about this item."""
        if self._omissions is None:
            return True
        key = item.notice.key
        make = partial(self._make, told, reader)
        made = self._omissions.attempt(
            make, language=reader.language, window=key.window, audience=key.audience
        )
        return made is not None
