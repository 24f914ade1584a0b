"""A small world for the pages: three systems, three banks, two kinds of readers, and a reader of HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.model import (
    BANK,
    AllOf,
    Audience,
    Bank,
    BankService,
    Card,
    Catalogue,
    Confidence,
    Contact,
    Edition,
    Fact,
    Impact,
    LastResort,
    Method,
    MethodUse,
    Needs,
    Preparation,
    Source,
    Status,
    Step,
    System,
    Task,
    Verdict,
    Window,
)
from notifier.render import Renderer, SiteWords
from notifier.web import SiteFacts, WindowFacts, WindowState

TEMPLATES = Path(__file__).parents[2] / "templates"
NAME, BASE, CONTACT = "Sprawdź & wejdź", "https://przerwy.example", "kontakt@przerwy.example"


def words(**forms: str) -> dict[str, dict[str, str]]:
    """Each form as ``polski|English``."""
    pairs = {form: text.split("|") for form, text in forms.items()}
    return {
        language: {form: pair[i] for form, pair in pairs.items()} for i, language in enumerate(("pl", "en"))
    }


def system(key: str, name: str, of: str, lost: str) -> System:
    return System(key, words(name=name, of=of, lost=lost))


def bank(key: str, name: str, **services: BankService) -> Bank:
    return Bank(
        key, words(name=f"{name}|{name}", at=f"w {name}|at {name}", of=f"{name}|{name}"), services=services
    )


def by_id(*entries):
    return {entry.id: entry for entry in entries}


CATALOGUE = Catalogue(
    systems=by_id(
        system(
            "pz",
            "Profil Zaufany|Trusted Profile",
            "Profilu Zaufanego|Trusted Profile",
            "nie zalogujesz się Profilem Zaufanym|you cannot log in with Trusted Profile",
        ),
        system("login", "login.gov.pl|login.gov.pl", "login.gov.pl|login.gov.pl", "nie wejdziesz|no way in"),
        system("p1", "system P1|P1", "systemu P1|P1", "nie zadziałają e-recepty|e-prescriptions do not work"),
        system("zus", "ZUS <test> & co|ZUS", "ZUS-u|ZUS", "nie zadziała ZUS|ZUS does not work"),
    ),
    banks=by_id(
        bank("bank.alfa", "Alfa", mojeid=BankService()),
        bank("bank.beta", "Beta", mojeid=BankService()),
        bank("bank.gama", "Gama", mojeid=BankService(standing=Verdict.UNKNOWN)),
    ),
    methods=by_id(
        Method(
            "mojeid",
            words(name="mojeID|mojeID", by="przez mojeID|with mojeID"),
            needs=Needs(BANK),
            per_bank=True,
        ),
        Method(
            "app",
            words(name="aplikacja mObywatel|mObywatel app", by="aplikacją mObywatel|with the app"),
            prepare=Needs("pz"),
            preparations=("start-app",),
        ),
        Method(
            "pz-sms",
            words(name="Profil Zaufany|Trusted Profile", by="Profilem|with the Profile"),
            needs=Needs("pz"),
        ),
        Method("card", words(name="e-dowód|ID card", by="e-dowodem|with the ID card"), facts=("F1",)),
        Method("code", words(name="kod|code", by="kodem|with the code"), everyone=True),
    ),
    preparations=by_id(
        Preparation("start-app", words(do="uruchom aplikację|start the app"), lead=timedelta(minutes=10))
    ),
    tasks=by_id(
        Task(
            "ikp",
            words(
                name="logowanie na IKP|log-in to IKP",
                can="zalogujesz się na IKP|you can log in to IKP",
                cannot="nie zalogujesz się na IKP|you cannot log in to IKP",
            ),
            audiences=("patient",),
            essential=True,
            needs=AllOf((Needs("login"), Needs("p1"))),
            steps=(Step("log-in", tuple(map(MethodUse, ("mojeid", "app", "pz-sms", "card")))),),
            last_resorts=(LastResort("K1"),),
        ),
        Task(
            "collect",
            words(
                name="odbiór leków|collecting medicines",
                can="odbierzesz leki|you can collect medicines",
                cannot="nie odbierzesz leków|you cannot collect medicines",
            ),
            audiences=("patient",),
            needs=Needs("p1"),
            steps=(Step("show", (MethodUse("code"),)),),
            last_resorts=(LastResort("K1"),),
        ),
        Task(
            "ezla",
            words(
                name="wystawienie zwolnienia|sick leave",
                can="wystawisz zwolnienie|you can issue sick leave",
                cannot="nie wystawisz zwolnienia|you cannot issue sick leave",
            ),
            audiences=("doctor",),
            essential=True,
            needs=Needs("zus"),
            steps=(
                Step("log-in", tuple(map(MethodUse, ("mojeid", "pz-sms")))),
                Step("sign", tuple(map(MethodUse, ("pz-sms", "card")))),
            ),
            last_resorts=(LastResort("K1"),),
        ),
    ),
    audiences=by_id(
        Audience(
            "patient",
            words(name="Pacjent|Patient", **{"for": "dla pacjenta|for patients"}),
            contacts=("line",),
        ),
        Audience(
            "doctor", words(name="Lekarz|Doctor", **{"for": "dla lekarza|for doctors"}), contacts=("line",)
        ),
    ),
    contacts=by_id(Contact("line", words(name="Infolinia|Help line", note="|"), value="19 239")),
    cards=by_id(
        Card(
            "K1",
            words(title="Gdy nic nie działa|When nothing works"),
            steps={"pl": ("Poczekaj.",), "en": ("Wait.",)},
        )
    ),
    facts=by_id(
        Fact("F1", {"pl": "tak", "en": "yes"}, ("S1",), Confidence.MEDIUM, date(2026, 11, 22), disputed=True)
    ),
)

SITE = SiteWords(NAME, BASE, CONTACT)


def renderer() -> Renderer:
    return Renderer(CATALOGUE, TEMPLATES, SITE)


def at(text: str) -> datetime:
    """A moment in UTC: ``19 20:00`` is in January 2024, Warsaw being an hour ahead."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2024-01-{day}T{clock}").replace(tzinfo=UTC) - timedelta(hours=1)


COI = Source("Centralny Ośrodek", "https://obce.example/zapowiedz?a=1&b=2", at("12 00:00"))


def window(key: str, start: str, end: str | None, *systems: str, **more) -> Window:
    more.setdefault("source", COI)
    return Window(key, systems, at(start), at(end) if end else None, **more)


def editions(*versions: Window | tuple[str, Window]) -> tuple[Edition, ...]:
    """The history of one window; a version may have the moment at which it became known before it."""
    found = []
    for number, version in enumerate(versions, 1):
        known, each = version if isinstance(version, tuple) else ("12 00:00", version)
        found.append(Edition(each, number, at(known), at(known), "files", "Jan Kowalski", "because"))
    return tuple(found)


def facts(now: str, *histories: Sequence[Edition], **more) -> SiteFacts:
    """All that is known at a moment, with the engine's advice on each window."""
    moment = at(now)
    adviser = _adviser(history[-1].window for history in histories)

    def state(each: Window) -> WindowState:
        if each.status is Status.CANCELLED:
            return WindowState.CANCELLED
        if each.status is Status.COMPLETED or (each.end is not None and each.end <= moment):
            return WindowState.PAST
        return WindowState.NOW if each.start <= moment else WindowState.NEXT

    found = tuple(
        WindowFacts(
            tuple(history),
            {audience: adviser.advise(history[-1].window, audience) for audience in CATALOGUE.audiences},
            state(history[-1].window),
        )
        for history in histories
    )
    given = {"name": NAME, "base_url": BASE, "contact": CONTACT, "audiences": ("patient", "doctor"), **more}
    return SiteFacts(moment, found, **given)


def _adviser(windows: Iterable[Window]) -> Adviser:
    network = Network(CATALOGUE)
    return Adviser(Outlook(network, windows), Effects(network))


PZ = window("pz-2024-01-19", "19 20:00", "20 16:00", "pz")
PZ_SHORTER = window("pz-2024-01-19", "19 20:00", "20 12:00", "pz")
ALFA = window("alfa-2024-01-21", "21 00:00", "21 06:00", "bank.alfa")
P1 = window("p1-2024-01-28", "28 22:00", "29 05:00", "p1", status=Status.TENTATIVE)
OLD = window("zus-2024-01-10", "10 22:00", "11 05:00", "zus", status=Status.COMPLETED)
SLOW = window("login-2024-01-08", "08 22:00", "09 05:00", "login", impact=Impact.DEGRADED)
OFF = window("p1-2024-01-25", "25 22:00", "26 05:00", "p1")
OFF_CANCELLED = window("p1-2024-01-25", "25 22:00", "26 05:00", "p1", status=Status.CANCELLED)

JANUARY = (
    editions(PZ_SHORTER, ("17 09:30", PZ)),
    editions(ALFA),
    editions(P1),
    editions(OLD),
    editions(SLOW),
    editions(OFF, ("20 10:00", OFF_CANCELLED)),
)


class Page(HTMLParser):
    """A page as a machine reads it: strict about nesting, with what the rules of accessibility are about."""

    EMPTY = frozenset({"meta", "link", "br", "img", "hr", "input"})

    def __init__(self, source: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.levels: list[int] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[str] = []
        self._open: list[str] = []
        self._text: list[str] = []
        self.feed(source.decode())
        self.close()
        assert self._open == [], f"never closed: {self._open}"

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        assert len(named) == len(attrs), f"an attribute twice in <{tag}>"
        self.tags.append((tag, named))
        self.ids += [named["id"]] if "id" in named else []
        self.links += [
            value for key in ("href", "src", "action", "srcset", "poster") if (value := named.get(key))
        ]
        if tag[0] == "h" and tag[1:].isdigit():
            self.levels.append(int(tag[1:]))
            self.headings.append("")
        if tag not in self.EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag, f"</{tag}> in the wrong place"

    def handle_data(self, data):
        if "title" not in self._open and "style" not in self._open:
            self._text.append(data)
        if any(tag[0] == "h" and tag[1:].isdigit() for tag in self._open):
            self.headings[-1] += data

    @property
    def text(self) -> str:
        return " ".join("".join(self._text).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]
