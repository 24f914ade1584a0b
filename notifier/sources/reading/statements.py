"""What a piece of text states: lost, slow, working, planned, past, taken back; and of what it speaks besides.

Word stems on folded text. Every expression is a plain alternation with bounded gaps, so matching is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from notifier.model import Impact
from notifier.sources.reading.findings import Function, Kind


def _any(*stems: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(stems) + ")")


LOST = _any(
    "niedostepn", "nieczynn", "niemozliw", "nie (?:bedzie|beda|bedziesz|bedziecie)", "nie dzial", "nie zadzial",
    "nie zalog", "nie skorzyst", "nie podpisz", "nie zloz", "nie wystaw", "nie uruchom", "nie ma mozliwosci",
    "nie mozna", "nie przyjm", "nie sprawdz", "nie potwierdz", "nie aktyw", "nie zareje", "nie wejdz", "nie odbier",
    "nie zaplac", "nie wyplac", "nie zrealiz", "nie wykona",
    r"nie (?!musi|masz|chcesz|wiesz|pamieta|strac|widzi|jestes|znajdz)\w{3,}(?:esz|isz|ysz|asz)\b",
    r"brak (?:\w+ )?(?:dostep|mozliw|polaczen|logow|uslug|dzialan|funkcj)", "wylacz(?!ni)", "wstrzym", "zawiesz",
    "zablokow",
    "bez (?:dostepu|mozliwosci|logowania)", "przestan", "nie funkcjon", "odci(?:et|na)",
)  # fmt: skip
MAYBE = _any(
    r"(?:moze|moga) (?:\w+ ){0,3}(?:nie|niedostepn|wystapic|wystepowac|pojawi|przerw|utrudni|problem|wolniej|sie)\b",
    r"mozliw\w{1,2} (?:sa |beda |jest )?(?:\w+ )?(?:przerw|utrudn|problem|zakloc|opozn|niedostepn|brak)",
    r"(?:moze|moga) (?:\w+ ){0,2}(?:byc|wystapic|wystepowac|pojawiac|dzialac|pojawic|nie)", "utrudnion", "utrudnien",
    "spowoln", "spowolni", "wolniej", "ogranicz", "chwilow", "okresow", "krotkotrwal", "trudnosc", "zaklocen",
    "opoznien", "czesciow", "problem",
)  # fmt: skip
_NO_WORK = re.compile(
    r"\b(?:wsparci|pomoc|dzial|obslug)\w{0,3} techniczn\w+|\btechniczn\w+ wsparci\w+"
    r"|\bprzerw\w{0,3} (?:w (?:ubezpiecz|prac[ay]\b|pracy|zatrudn|dostaw|nauc|zajeci|podroz|oplac)|na "
    r"|swiateczn|wakacyjn|obiad)\w*"
)
_MAYBE_LOST = re.compile(
    r"\b(?:(?:moze|moga) (?:\w+ ){0,4}(?:niedostepn|niemozliw|nie dzial|nie )\w*|czesciow\w* (?:\w+ )?niedostepn\w*)"
)
PLANNED = _any(
    r"prac\w{0,3} (?:\w+ ){0,2}(?:serwis|techn|modern|konserw|admin|inform|utrzym|program|wdroz|aktualiz|system)",
    "przerw", r"serwisow\w{1,3}\b", "techniczn", "konserwac", "moderniz", "aktualizac", "okn[oa] serwis",
    "wylaczeni", "niedostepnosc", "zaplanowan", "prace planowane", "planowane prace", "migracj", r"prace\b",
    r"(?:harmonogram|w zwiazku z|z powodu|terminy?) (?:\w+ ){0,2}prac\b",
)  # fmt: skip
WORKS = _any(
    r"(?:bedzie|beda) (?:\w+ ){0,2}(?:dzial|dostepn|mozliw|czynn)", r"dziala\w{0,2} (?:bez|normaln|jak|popraw)",
    "bez (?:zmian|przeszkod|zaklocen|ograniczen|utrudnien)", "nadal", r"pozosta\w{1,3} (?:\w+ )?dostepn",
    r"(?<!\bnie )zaloguj", r"(?<!\bnie )skorzysta", r"(?<!\bnie )wystawi(?:sz|cie|a)\b",
    r"(?<!\bnie )podpisz", "jak zwykle", "mozesz", r"(?<!\bnie )mozna", r"dzialac? (?:\w+ )?normaln",
    r"(?:podpis|logowanie)\w* (?:\w+ ){0,3}tak\b", r"dziala\b", "nie dotyczy",
    r"(?<!\bnie )(?:znajdzi|sprawdzi|umowi|wykupi|pobierz|zamowi|potwierdzi|zlozy)(?:esz|sz|ecie|cie)\b",
    "nie obejm", "nie wplyn",
)  # fmt: skip
FAILURE = _any("awari", "usterk", "incydent", "problemy techniczne", "cyberatak", "przeciazen")
_NO_FAILURE = re.compile(
    r"\b(?:nie (?:jest )?(?:to )?(?:\w+ )?awari\w+|w (?:przypadku|razie) (?:\w+ )?(?:awari|usterk)\w+|awaryjn\w+"
    r"|jak realizowac [^.]{0,40}awari\w+)"
)
PAST = _any(
    "doszlo", r"wystapil[aoiy]?\b", r"byl[aoyi]? (?:\w+ )?(?:niedostepn|niemozliw|nieczynn|wylacz)",
    r"nie dzial[aeo]l",
    r"trwal[aoy]?\b", "mial[aoy]? miejsce", r"prowadzil[aioy]?\b", "odnotowa", r"zglaszal[iy]", "nie bylo", "wczoraj",
    r"przeprowadzil[aioy]?(?:smy)?\b", "minionej", "minionego", r"nie mogl[iya]", "usunieto", r"nie udal",
    "zglaszaja",
    r"nie dzialal[aoyi]?\b", r"borykal",
)  # fmt: skip
PERMANENT = _any(
    "nie bedzie juz", "na stale", "wycofa", "wycofuj", "zostan(?:ie|a) (?:zastap|zlikwid)", "zakonczymy wsparcie",
    "przestanie byc (?:wspier|oferow)", "zmienia sie sposob",
)  # fmt: skip
UNCERTAIN = _any(
    "w razie potrzeby", "jesli zajdzie", "wstepnie", "ulec zmianie", "nie wyklucz", "moga zostac przedluz",
    "moze zostac przedluz", r"moze (?:sie )?(?:potrwac|przedluz)", r"moga (?:sie )?(?:potrwac|przedluz|przeciag)",
    "prawdopodobn", "najprawdopodobn", "rozwazamy",
    r"je(?:sli|zeli) (?:\w+ ){0,3}(?:prac|przerw|przedluz|bedzie koniecz)",
    r"mial[aoy]? (?:sie )?(?:odby|byc|potrwa|rozpocz)",
)  # fmt: skip
REPEATED = _any(
    "co (?:tydzien|noc|miesiac|niedziel|sobot)",
    r"w? ?kazd[aey]\w{0,2} ",
    "codziennie",
    "cykliczn",
    "regularnie",
)
DENIED = _any(
    "nie zostan(?:ie|a) (?:wylacz|wstrzym|zawiesz)",
    r"nie (?:bedzie|ma|planuj\w+|przewiduj\w+) (?:\w+ ){0,2}(?:przerw|prac)",
    "przerwy? nie bedzie", "nieprawd", "plotk", "fake news", "falszyw", "dementuj",
)  # fmt: skip
BACK = _any(
    "w tym (?:samym )?czasie", "w tych (?:samych )?godzinach", "wowczas", "wtedy",
    "w trakcie (?:prac|przerw|trwania)",
    "podczas (?:prac|przerw|trwania)", "w czasie (?:prac|przerw|trwania|niedostepn)", "w podanym", "w tym okresie",
    "w tym terminie",
)  # fmt: skip
SAME_HOURS = _any(
    "w tych samych godzinach", "w tym samym przedziale", "o tej samej porze", "w identycznych godzinach"
)
SAME_TIME = _any(
    "w tym samym czasie", "w tych samych godzinach", "w tym samym terminie", "rowniez", "takze", "tez"
)
PLACES = _any(
    r"punkt\w* (?:potwierdz|obslug)",
    "oddzial",
    "placowk",
    "sekretariat",
    "infolini",
    r"rejestracj\w+ telefon",
)
ELSEWHERE = _any(
    "oddzial", "placowk", "pociag", "tramwaj", "autobus", "plac(?:u|em)? bankow", r"ulic\w{1,2}\b", "torowisk",
    "parking", "infolini", "mlini", "konsultan", r"dyzur", "szkolen", "webinar", "spotkani", "konferencj", "warsztat",
    r"kas[aey]\b", r"przerw\w{1,2} w pracy", r"srodowisk\w{1,2} (?:test|integr)", "basen", r"wod[ay]\b", "pradu",
    "energii", r"wind[ay]\b", "sekretariat", "rejestracja telefon",
    "punkt (?:obslugi|potwierdz)", "nabor", "konkurs", "loteri", "traci waznosc", "utrac\\w* waznosc", "waznosc",
    "wygas", "rozklad jazdy", "remont", "szczepie", "sesj", "zlecon", "ksiegow", "gabinet(?:y|ow)? lekarsk",
    "termin skladania", "mecz", "audycj", "transmisj", "dzien otwart", "drzwi otwart", "bankow(?:y|ego) zamkn",
)  # fmt: skip
FRAUD = _any("oszust", "oszuk", "falszyw", "phishing", "wyludz", "fake news")
OPEN_OR_SHUT = _any("(?:nie)?czynn", "otwart", "zamkn")
OWN_LABELS = _any(
    "kiedy", r"dat[ay]\b", "termin", "dzien", r"dni\b", "godz", "czas", "pora", r"od\b", r"do\b", "poczat",
    "rozpocz", "start",
    "koniec", "zakoncz", "etap", "tur[ay]", "czesc", "faza", r"noc", "weekend", "pierwsz", "drug", "trzeci",
    "uwaga", "nowy",
    "nowe", "zmian", "komunikat", "informacj", "poniedz", "wtor", "srod", "czwart", "piat", "sobot", "niedziel",
    "uslug",
    "system", "dotycz", r"po(?: poludniu)?\b", "rano",
)  # fmt: skip
SERVICE_HOURS = _any(
    r"tel\b", "telefon", "infolini", "helpdesk", "godziny (?:otwarcia|pracy|przyjec|urzedowania|dzialania)",
    "kontakt",
    "dni robocze", r"dni(?:ach)? roboczych", r"p(?:o?n|oniedzial\w+)\.? ?(?:-|do) ?(?:pt|piat)", "czynn", "dyzur",
    "mlini",
    r"obslug\w{1,2} klient", "konsultan", "calodobow", "codziennie", r"wsparci\w{1,3} techn", r"pomoc\w{0,2} techn",
)  # fmt: skip
EVENTS = _any(
    "dyzur",
    r"temat\b",
    "ekspert",
    "porad",
    "szkolen",
    "webinar",
    "spotkani",
    "konferencj",
    "warsztat",
    r"kaw[aeęy]\b",
    "mecz",
    "transmisj",
    "dzien otwart",
)
PRODUCTS = _any(
    "kart", "transakcj", "bankomat", "wplatomat", "przelew", "blik", "kantor", "makler", "3-d", "elixir",
    "platnosc", "gotowk", "terminal", "kredyt", "wnios", "express", "doladowa", "zaplaci", "zaplacisz", "zlecen",
    "notowan", "gield",
)  # fmt: skip
ACCESS = _any(
    r"\w*online\b", r"\w*bank24", r"\w*ebank", "ca24", r"system(?:y|u|ow|ie)?\b", "bankowosc", "logow", "zalog",
    "serwis(?!ow)",
    r"dostep\w{0,3} do (?:\w+ )?(?:kont|rachunk|system|serwis|bankow|uslug bank)", "systemy? bank",
    "portal", "strona logowania", "mojeid", "moje id",
    "millenet", "pekao24", "moj(?:e|ego|emu|im) ing", "ipko(?! biznes)", "inteligo", "online",
    "kont[oa]\\b", "tozsamosc", "uwierzytel", "profil",
)  # fmt: skip
BROKERS = _any("e?makler", "m?inwestor", "kantor", "gield", "notowan")
BANKING = _any("bankowosc", "logow", "zalog")
APP = _any("aplikacj", r"iko\b", "mobiln")
_LOGIN = _any("logow", "zalog", "uwierzytel")
_SIGNING = _any("podpis")
_KINDS = (
    (Kind.CANCELLED, _any(r"(?<!do )odwolan", "odwoluj", "anulowan", "nie odbed", "rezygnujemy")),
    (Kind.MOVED, _any("przesun", "przeloz", "przeklad", "przesuw", "przenies", r"zmian\w{1,3} terminu", "nowy termin",
                      "nowym terminie",
                      r"zmieni\w{2,6} (?:sie )?(?:termin|data|godzin)", "innym terminie")),
    (Kind.EXTENDED, _any("wydluz", r"potrwa\w{0,2} dluzej", "dluzej niz", "przeciag",
                         r"przedluz\w* (?:\w+ ){0,3}(?:prac|przerw|niedostepn|utrudn)",
                         r"(?:prac|przerw|niedostepn|utrudn)\w* (?:\w+ ){0,4}przedluz")),
    (Kind.SHORTENED, _any("skroc", "skrac")),
    (Kind.COMPLETED, _any("zakonczyl", "zakonczon", "przywroc", r"dzial\w+ juz", "juz dzial", "wznowi",
                          "po przerwie")),
)  # fmt: skip
_CLAUSES = re.compile(
    r"[,;:()]|\s-\s|\b(?:ale|lecz|natomiast|jednak|jednakze|zas|podczas gdy|za to|z kolei)\b"
)


AFTER = _any(
    "po zakonczeniu",
    "po (?:tych )?pracach",
    "po tym",
    "po przerwie",
    "po godz",
    "potem",
    "pozniej",
    "wczesniej",
)
AGAIN = _any("ponown", r"znow\b", "znowu", "przywroc", "wznow", "z powrotem", r"wroc\w{1,3}\b", "wracaj")
YET = _any(
    r"(?:bedzie|beda|jest|sa) (?:\w+ ){0,2}(?:dostepn|czynn|aktywn|otwart)",
    r"dzial\w{1,4}\b",
    "skorzyst",
    "zalog",
)
MAY = _any("moze", "moga", "wolniej")
DOWN = _any(
    "niedostepn",
    r"nie (?:bedzie|beda) (?:\w+ ){0,2}(?:dzial|dostepn|funkcjon)",
    "wylaczon",
    "nie (?:za)?dziala",
)
AHEAD = _any("bedzie", "beda", "zostani", "zostana", "planuj", "zaplanow", "odbed", "potrwa")


@dataclass(frozen=True, slots=True)
class Statement:
    """What one piece of text says."""

    lost: bool
    maybe: bool
    planned: bool
    works: bool

    @property
    def about(self) -> bool:
        """True where it speaks of an outage or of planned work at all."""
        return self.lost or self.maybe or self.planned

    @property
    def impact(self) -> Impact:
        """Degraded where things only may fail or are slow."""
        return Impact.DEGRADED if self.maybe and not self.lost else Impact.OUTAGE


def statement_of(folded: str) -> Statement:
    """What a folded piece says; "moze byc niedostepny" is no promise that it will be lost."""
    return Statement(
        bool(LOST.search(_MAYBE_LOST.sub(" ", folded))),
        bool(MAYBE.search(folded)),
        bool(PLANNED.search(_NO_WORK.sub(" ", folded))),
        bool(WORKS.search(folded)),
    )


def is_failure(folded: str) -> bool:
    """True for something that broke; not for "to nie awaria" and "w razie awarii"."""
    return bool(FAILURE.search(_NO_FAILURE.sub(" ", folded)))


def kind_of(folded: str) -> Kind:
    """What the statement does to an announcement."""
    for kind, pattern in _KINDS:
        if pattern.search(folded):
            return kind
    return Kind.PLANNED


def only_products(folded: str) -> bool:
    """True for cards, transfers and machines, where nothing is said of logging in."""
    return bool(PRODUCTS.search(folded)) and not ACCESS.search(folded) and not APP.search(folded)


def functions_of(folded: str) -> frozenset[Function]:
    """The functions named."""
    pairs = ((Function.LOGIN, _LOGIN), (Function.SIGNING, _SIGNING), (Function.APP, APP))
    return frozenset(function for function, pattern in pairs if pattern.search(folded))


_MEANWHILE = re.compile(
    r"\b(?:w czasie|podczas|w trakcie|na czas|mimo|pomimo) (?:\w+ ){0,2}(?:prac|przerw|niedostepn)\w*"
)


LISTED = re.compile(
    r"[\s,\"]*(?:(?:i|oraz|lub|albo|czy|a takze|bankow\w{1,2}|aplikacj\w{1,3}|przez|poprzez|za pomoca"
    r"|za posrednictwem|w banku"
    r"|uslug\w{1,2}|mobiln\w{1,2})[\s,]*){0,6}"
)
"""What stands between two names of one list."""


def works_at(folded: str, start: int, end: int) -> bool:
    """True where the clause around a place says that things work."""
    begin, finish = 0, len(folded)
    for match in _CLAUSES.finditer(folded):
        if match.end() <= start:
            begin = match.end()
        elif match.start() >= end:
            finish = match.start()
            break
    clause = _MEANWHILE.sub(" ", folded[begin:finish])
    return bool(WORKS.search(clause)) and not LOST.search(clause) and not PLANNED.search(clause)
