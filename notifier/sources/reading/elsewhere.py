"""Stems of the words for what is none of ours: offices and their hours, counters, events, frauds."""

from __future__ import annotations

from notifier.sources.reading.vocabulary import NOT_OF_A_SYSTEM, any_of

PLACES = any_of(
    r"przy ul\b",
    r"przy al\b",
    r"punkt\w* (?:potwierdz|obslug)",
    r"oddzial(?!\w{0,3} wojewodzk)",
    "placowk",
    "okienk",
    "sekretariat",
    r"(?:urz(?:ad|ed)|kancelari|biur|stanowisk|filia)\w{0,3}\b[^.;:,]{0,40}\b(?:(?:nie)?czynn|zamkniet|otwart"
    r"|pracuj[ea]\b|nie (?:bedzie|beda) (?:przyjm|pracow|obslug))",
    "infolini",
    r"rejestracj\w+ telefon",
)
ELSEWHERE = any_of(
    r"oddzial(?!\w{0,3} wojewodzk)", "placowk", "pociag", "pkp", "bilet", "pracownik", "rekrutac", r"cv\b",
    "tramwaj", "autobus", "plac(?:u|em)? bankow",
    r"ulic\w{1,2}\b", "torowisk",
    "parking", "infolini", "mlini", "konsultan", r"dyzur", "szkolen", "webinar", "spotkani", "konferencj", "warsztat",
    r"(?<!czlonkowie )kas[aey]\b(?! stefcz)",
    rf"przerw\w{{1,2}} w pracy\b{NOT_OF_A_SYSTEM}", r"srodowisk\w{1,2} (?:test|integr)", "basen",
    r"wod[ay]\b", "pradu",
    "energii", r"wi-?fi\b", r"wind[ay]\b", "sekretariat", "rejestracja telefon",
    "punkt (?:obslugi|potwierdz)", "nabor", "konkurs", "loteri", "traci waznosc", "utrac\\w* waznosc", "waznosc",
    "wygas", "rozklad jazdy", "remont", "szczepie", "sesj", "zlecon", "ksiegow", "gabinet(?:y|ow)? lekarsk",
    "termin skladania", "mecz", "audycj", "transmisj", "dzien otwart", "drzwi otwart", "bankow(?:y|ego) zamkn",
)  # fmt: skip
FRAUD = any_of("oszus[tc]", "oszuk", "podszyw", "cyberprzestep", "falszyw", "phishing", "wyludz", "fake news")
AT_A_COUNTER = any_of(r"nie (?:potwierdzamy|przedluzamy|zakladamy|przyjmujemy|obslugujemy)\b")
OFFICES = any_of(
    r"urz(?:ad|ed)\w{0,3} (?:gmin|miast|miejsk|skarbow|dzielnic|stanu|pracy|marszalk|wojewodz|statyst)",
    "starostw", r"[gm]ops\b", "filia", "delegatur", r"(?:nasz|tutejsz)\w{1,3} urz",
)  # fmt: skip
INVITES = any_of("zaprasza", "zapros", r"zapisz sie\b", r"zapis[yz]\w{0,3} na\b")
OPEN_OR_SHUT = any_of("(?:nie)?czynn", "otwart", "zamkn", "zaprasza", r"przyjmuje\w{0,2}\b")
OWN_LABELS = any_of(
    "kiedy", r"dat[ay]\b", "termin", "dzien", r"dni\b", "godz", "czas", "pora", r"od\b", r"do\b", "poczat",
    "rozpocz", "start",
    "koniec", "zakoncz", "etap", "tur[ay]", "czesc", "faza", r"noc", "weekend", "pierwsz", "drug", "trzeci",
    "uwaga", "nowy",
    "nowe", "zmian", "komunikat", "informacj", "poniedz", "wtor", "srod", "czwart", "piat", "sobot", "niedziel",
    "uslug",
    "system", "dotycz", r"po(?: poludniu)?\b", "rano",
)  # fmt: skip
SERVICE_HOURS = any_of(
    r"tel\b", "telefon", "infolini", "helpdesk", "godziny (?:otwarcia|pracy|przyjec|urzedowania|dzialania)",
    "kontakt",
    "dni robocze", r"dni(?:ach)? roboczych",
    r"p(?:o?n|oniedzial\w+)\.? ?(?:-|do) ?(?:pt|piat|niedz|nd\b|sob|wt|sr|czw)", "czynn", "dyzur",
    "mlini",
    r"obslug\w{1,2} klient", "konsultan", "calodobow", "codziennie", r"wsparci\w{1,3} techn", r"pomoc\w{0,2} techn",
)  # fmt: skip
EVENTS = any_of(
    "dyzur",
    r"temat\b",
    "podcast",
    "premier",
    "odcin",
    "powtork",
    "nagrani",
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
