"""The page that builds the address of a feed for one person: a form, and what to do with what it gives.

Nothing is stored: what was chosen stands in the address of the page, and of the feed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, quote

from notifier.feeds import PERSONAL_KINDS, Names, Wish, WishError
from notifier.model import Catalogue, Means
from notifier.render import Renderer
from notifier.web.facts import SiteFacts
from notifier.web.frame import Frame
from notifier.web.qr import qr_code

PLACE = "feeds/address"
"""Where the page stands, below the root of each language."""

Live = Mapping[str, Callable[[bytes], bytes]]
"""Pages that are made when they are asked for: path -> what makes them of a query."""

_LONGEST = 1200
_MOST_FIELDS = 64
_REMEMBERED = 128


@dataclass(frozen=True, slots=True)
class Chosen:
    """What stands in the form, as far as the form has it, and what it comes to.

    ``address`` is empty where nothing was asked for yet; ``unfit`` says that the address became too long.
    """

    audience: str
    kind: str
    have: frozenset[str]
    banks: frozenset[str]
    task: str
    prepare: bool
    address: str = ""
    webcal: str = ""
    google: str = ""
    outlook: str = ""
    unfit: bool = False


NOTHING_CHOSEN = Chosen("", "ics", frozenset(), frozenset(), "", prepare=False)
"""The form before anybody touches it."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers."""

    audiences: tuple[str, ...]
    kinds: tuple[str, ...]
    methods: tuple[str, ...]
    banks: tuple[str, ...]
    tasks: tuple[str, ...]

    @classmethod
    def of(cls, catalogue: Catalogue, audiences: tuple[str, ...]) -> Choices:
        """Everything that people have and do."""
        per_bank = {method.id for method in catalogue.methods.values() if method.per_bank}
        return cls(
            audiences,
            PERSONAL_KINDS[::-1],
            tuple(each.id for each in catalogue.methods.values() if not (each.everyone or each.per_bank)),
            tuple(bank.id for bank in catalogue.banks.values() if per_bank & bank.services.keys()),
            tuple(task for task in catalogue.tasks),
        )


def pages(renderer: Renderer, facts: SiteFacts) -> Live:
    """The page in each language. ``facts`` say what the site is; their windows do not matter."""
    choices = Choices.of(renderer.catalogue, facts.audiences)

    def page(frame: Frame) -> Callable[[bytes], bytes]:
        @lru_cache(maxsize=_REMEMBERED)
        def make(query: bytes) -> bytes:
            form = choose(query, choices, renderer.catalogue, frame)
            return renderer.page(
                "site/feed-address.html.j2",
                frame.language,
                frame=frame,
                place=PLACE,
                form=form,
                choices=choices,
                code=qr_code(form.address) if form.address and not form.unfit else "",
            ).encode()

        return make

    frames = [Frame.of(facts, language, renderer.catalogue) for language in facts.languages]
    return {f"{frame.base}/{PLACE}": page(frame) for frame in frames}


def choose(query: bytes, choices: Choices, catalogue: Catalogue, frame: Frame) -> Chosen:
    """Read the form; what it does not offer is passed over."""
    try:
        fields = parse_qs(query.decode("latin-1"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        fields = {}

    def one(name: str, offered: tuple[str, ...], default: str) -> str:
        found = [value for value in fields.get(name, ()) if value in offered]
        return found[0] if found else default

    asked = "audience" in fields
    audience = one("audience", choices.audiences, choices.audiences[0])
    have = frozenset(fields.get("have", ())) & frozenset(choices.methods)
    banks = frozenset(fields.get("bank", ())) & frozenset(choices.banks)
    task, kind = one("task", choices.tasks, ""), one("kind", choices.kinds, "ics")
    chosen = Chosen(audience, kind, have, banks, task, bool(fields.get("prepare")))
    if not asked:
        return chosen
    return _answered(chosen, _wish(chosen, catalogue), frame)


def _wish(chosen: Chosen, catalogue: Catalogue) -> Wish:
    at_banks = (
        Means(method, bank)
        for bank in chosen.banks
        for method in catalogue.banks[bank].services
        if catalogue.methods[method].per_bank
    )
    wish = Wish(
        tuple(sorted({*chosen.have, *map(str, at_banks)})),
        (),
        (chosen.task,) if chosen.task else (),
        ("prepare",) if chosen.prepare and chosen.kind == "ics" else (),
    )
    try:
        Names(catalogue).check(wish, chosen.audience, chosen.kind)
    except WishError:  # a task of another group: the form cannot know without a program
        return Wish(wish.have, (), (), wish.events)
    return wish


def _answered(chosen: Chosen, wish: Wish, frame: Frame) -> Chosen:
    query = wish.query
    path = f"{frame.base_url}{quote(frame.feed(chosen.audience, chosen.kind))}"
    address = f"{path}?{query}" if query else path
    webcal = f"webcal://{address.partition('://')[2]}"
    return Chosen(
        chosen.audience,
        chosen.kind,
        chosen.have,
        chosen.banks,
        wish.tasks[0] if wish.tasks else "",
        chosen.prepare,
        address,
        webcal,
        f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        f"https://outlook.live.com/calendar/0/addfromweb?url={quote(address, safe='')}",
        unfit=len(address) > _LONGEST,
    )
