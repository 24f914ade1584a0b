"""Stems of the words by which announcements say that something is lost, slow, planned, past, or somebody else's.

All match folded text at the beginning of a word. Plain alternations with bounded gaps: matching is linear.
"""

from __future__ import annotations

import re


def any_of(*stems: str) -> re.Pattern[str]:
    """A pattern for any of the stems, at the beginning of a word."""
    return re.compile(r"\b(?:" + "|".join(stems) + ")")


NOT_OF_A_SYSTEM = r"(?! (?:\w+ )?(?:system|serwis|aplikac|portal|platform|uslug|serwer))"
"""Behind "przerwa w pracy", which people have, and systems."""

LOST = any_of(
    "niedostepn", "nieczynn", "niemozliw", "nie (?:bedzie|beda|bedziesz|bedziecie)", "nie dzial", "nie zadzial",
    "nie zalog", "nie skorzyst", "nie podpisz", "nie zloz", "nie wystaw", "nie uruchom", "nie ma mozliwosci",
    "nie mozna", "nie przyjm", "nie sprawdz", "nie potwierdz", "nie aktyw", "nie zareje", "nie wejdz", "nie odbier",
    "nie zaplac", "nie wyplac", "nie zrealiz", "nie wykona", "nie wejd", "nie dostan", "nie uzyj", "nie oplac",
    "nie zatwierdz", "nie otworz", "nie obejrz", "nie przele", "nie zleci", "nie wplac", "nie zrob",
    r"nie (?!musi|masz|chcesz|wiesz|pamieta|strac|widzi|jestes|znajdz)\w{3,}(?:esz|isz|ysz|asz)\b",
    r"brak (?:\w+ )?(?:dostep|mozliw|polaczen|logow|uslug|dzialan|funkcj)", "wylacz(?!ni)", "wstrzym", "zawiesz",
    r"wyloguj(?:emy|e)\b",
    "zablokow",
    r"[us]?trac\w{1,3} (?:\w+ )?(?:dostep|mozliw)",
    "bez (?:dostepu|mozliwosci|logowania|bankowosci|aplikacji|serwisu)", "przestan", "nie funkcjon",
    "od(?:ci|e)(?:et|na|tn)", r"lez[ya]\b", "padn",
    r"off-?line\b", "odlacz", r"znik(?:a\b|\w+ z sieci)", "nie (?:uda|da) sie", r"nie pracuj[ea]\b", "nie bedziemy",
    "nieaktywn", "nieosiagaln", r"(?:serwis|system|portal|dostep|logowani)\w* (?:\w+ ){0,3}zam(?:yk|kn)",
    r"wypad(?:a|nie|na)\b", "unieruchom", "nie rusz", "nie wstan",
    r"nie (?:pobier|pobior|wysl|wygener|zobacz|wczyt|przesl|odczyt|dotr|przyjd|pojd)\w+",
)  # fmt: skip
MAYBE = any_of(
    r"(?:moze|moga) (?:\w+ ){0,3}(?:nie|niedostepn|wystapic|wystepowac|pojawi|przerw|utrudni|problem|wolniej|sie)\b",
    r"mozliw\w{1,2} (?:sa |beda |jest )?(?:\w+ )?(?:przerw|utrudn|problem|zakloc|opozn|niedostepn|brak|bled)",
    r"mozliw\w{1,2} (?:sa |beda |jest )?(?:dluzsz|wydluzon)\w* czas",
    r"(?:moze|moga) (?:\w+ ){0,2}(?:byc|wystapic|wystepowac|pojawiac|dzialac|pojawic|nie)", "utrudnion", "utrudnien",
    "spowoln", "spowolni", "wolniej", "ogranicz", "chwilow", "okresow", "krotkotrwal", "trudnosc", "trudniej",
    "zaklocen", "opoznien", "czesciow", "problem", "klopot", "time-?out",
    r"(?:dzial|chodz|pracow|reagow)\w* (?:\w+ )?(?:wolno|powoli|slabo)\b",
    r"tylko do odczytu", r"w trybie (?:do )?(?:odczytu|podgladu)",
)  # fmt: skip
PLANNED = any_of(
    r"prac\w{0,3} (?:\w+ ){0,2}(?:serwis|techn|modern|konserw|admin|inform|utrzym|program|wdroz|aktualiz|system)",
    "przerw", "zmoderniz", r"serwisow\w{1,3}\b", "techniczn", "konserwac", "moderniz", "aktualizac", "restart",
    r"wymi(?:an|en)\w{1,4} (?:\w+ )?(?:urzadz|serwer|sprzet|infrastrukt|oprogramow|macierz|lacz|system)",
    "okn[oa] serwis",
    r"(?:bedziemy|beda|bedzie) (?:\w+ )?(?:aktualizowa|modernizowa|konserwowa|serwisowa|unowoczesnia|rozbudowyw)",
    "wylaczeni", "niedostepnosc", "zaplanowan", "prace planowane", "planowane prace", "migracj", r"prace\b",
    r"o pracach\b", r"(?:harmonogram|kalendarz|szczegoly|zakres|czas|data|plan|w zwiazku z|z powodu|w trakcie"
    r"|w czasie|terminy?|poczatek|koniec) (?:\w+ ){0,2}prac\b",
)  # fmt: skip
WORK = any_of(
    r"przerw\w{1,3} (?:techn|serwis|konserw|modern|planow|zaplan)", "moderniz", "konserwac", "zaplanowan", "planowan",
    r"prac\w{0,3} (?:\w+ )?(?:serwis|techn|modern|konserw|utrzym|planow)",
)  # fmt: skip
OWN_BANK = any_of(
    r"pracy bank", r"nasz\w* bank", r"szanown\w+ klien", "placow", "oddzial", r"klien\w+ banku",
    r"bank (?:\w+ )?(?:inform|zawiad|zastrzeg|uprzejm)",
)  # fmt: skip
WORKS = any_of(
    r"(?:bedzie|beda) (?:\w+ ){0,2}(?:dzial|dostepn|mozliw|czynn)", r"dziala\w{0,2} (?:bez|normaln|jak|popraw)",
    r"maj?a? (?:\w+ ){0,2}dzialac",
    r"bez (?:zmian|przeszkod|zaklocen|ograniczen|utrudnien|przerwy?\b)", "nadal", r"pozosta\w{1,3} (?:\w+ )?dostepn",
    r"(?<!\bnie )zaloguj", r"(?<!\bnie )skorzysta", r"(?<!\bnie )wystawi(?:sz|cie|a)\b",
    r"(?<!\bnie )podpisz", "jak zwykle",
    r"mozesz (?!(?:\w+ )?(?:miec|napotk|spotk|zauwazy|odczu|doswiadcz|nie))",
    r"(?<!\bnie )mozna", r"dzialac? (?:\w+ )?normaln",
    r"(?:podpis|logowanie)\w* (?:\w+ ){0,3}tak\b", r"dziala(?:ja)?\b", "nie dotyczy",
    r"(?<!\bnie )(?:znajdzi|sprawdzi|umowi|wykupi|pobierz|zamowi|potwierdzi|zlozy)(?:esz|sz|ecie|cie)\b",
    "nie obejm", "nie wplyn", r"(?<!\bnie )zaplac(?:isz|icie|imy)\b",
)  # fmt: skip
FAILURE = any_of("awari", "usterk", "incydent", "problemy techniczne", "cyberatak", "przeciazen")
PAST = any_of(
    "doszlo", r"odbyl[aoy]? sie\b", r"wystapil[aoiy]?\b",
    r"byl[aoyi]? (?:\w+ )?(?:niedostepn|niemozliw|nieczynn|wylacz)",
    r"nie dzial[aeo]l",
    r"trwal[aoy]?\b", "mial[aoy]? miejsce", r"prowadzil[aioy]?\b", "odnotowa", r"zglaszal[iy]", "nie bylo", "wczoraj",
    r"przeprowadzil[aioy]?(?:smy)?\b", "minionej", "minionego", r"nie mogl[iya]", "usunieto", r"nie udal",
    "zglaszaja",
    r"nie dzialal[aoyi]?\b", r"borykal",
)  # fmt: skip
LONG_AGO = any_of(
    r"(?:dni|dzien|tydzien|tygodni\w{0,2}|miesiac\w{0,2}|rok|lata) temu", "przed (?:tygodniem|miesiacem|rokiem)",
    r"(?:zeszl|ubiegl|minion|poprzedni|ostatni)\w{1,3} (?:\w+ )?(?:razem|tygodni|weekend|nocy|noc\b|miesiac"
    r"|sobot|niedziel|piat|czwart|srod|wtor|poniedz|przerw)",
)  # fmt: skip
OTHER_DAY = any_of(
    r"(?:dzien|dobe|tydzien|\d dni|dwa dni|trzy dni) (?:wczesniej|pozniej)", "nazajutrz", r"dzien (?:po|przed)\b",
    r"(?:nastepn|kolejn)(?:ej|a) (?:nocy|noc|doby|niedziel|sobot)", r"(?:za|po) (?:tydzien|tygodniu|dwa tygodnie)",
)  # fmt: skip
LASTED_LONGER = any_of(r"(?:wydluzyl|przedluzyl|przeciagnel)\w{0,2} sie")
_TAKEN = "leki lekow leku recepty recepte brane branych przyjmowane przyjmowanych bierze".split()
PERMANENT = any_of(
    r"na stale(?! (?:\w+ )?(?:lek|bran|przyjmow|zazyw|bior))" + "".join(f"(?<!{one} na stale)" for one in _TAKEN),
    "nie bedzie juz", "wycofa", "wycofuj", "zostan(?:ie|a) (?:zastap|zlikwid)", "zakonczymy wsparcie",
    "zmienia sie sposob", "przestanie byc (?:wspier|oferow)",
)  # fmt: skip
UNCERTAIN = any_of(
    "w razie potrzeby", "jesli zajdzie", "wstepnie", "ulec zmianie", "nie wyklucz", "moga zostac przedluz",
    "moze zostac przedluz", r"moze (?:sie )?(?:potrwac|przedluz)", r"moga (?:sie )?(?:potrwac|przedluz|przeciag)",
    "prawdopodobn", "najprawdopodobn", "rozwazamy",
    r"je(?:sli|zeli) (?:\w+ ){0,3}(?:prac|przerw|przedluz|bedzie koniecz)",
    r"mial[aoy]? (?:sie )?(?:odby|byc|potrwa|rozpocz)",
)  # fmt: skip
REPEATED = any_of(
    "co (?:tydzien|noc|miesiac|niedziel|sobot)",
    r"w? ?kazd[aey]\w{0,2} ",
    "codziennie",
    "cykliczn",
    "regularnie",
)
THIS_WEEKEND = any_of(r"(?:ten|tego) weekend")
DENIED = any_of(
    "nie zostan(?:ie|a) (?:wylacz|wstrzym|zawiesz)",
    r"nie (?:bedzie|ma|planuj\w+|przewiduj\w+) (?:\w+ ){0,2}(?:przerw|prac)",
    "przerwy? nie bedzie", "nieprawd", "plotk", "fake news", "falszyw", "dementuj",
)  # fmt: skip
BACK = any_of(
    "w tym (?:samym )?czasie", "w tych (?:samych )?godzinach", "wowczas", "wtedy",
    "w trakcie (?:prac|przerw|trwania)",
    "podczas (?:prac|przerw|trwania)", "w czasie (?:prac|przerw|trwania|niedostepn)", r"w podan\w{2,3}",
    "w tych terminach", "w tym okresie",
    "w tym terminie", r"w (?:okresie|czasie|godzinach) (?:tym|tych)\b", r"przez (?:ten|caly ten) czas",
    r"przez te (?:\w+ )?(?:godzin|minut|noc)", r"w obu\b", "we? (?:wszystkich|wymienionych) (?:bank|przypadk|system)",
)  # fmt: skip
SAME_HOURS = any_of(
    "w tych samych godzinach", "w tym samym przedziale", "o tej samej porze", "w identycznych godzinach"
)
SAME_TIME = any_of(
    "w tym samym czasie", "w tych samych godzinach", "w tym samym terminie", "rowniez", "takze", "tez"
)
PRODUCTS = any_of(
    "kart", "transakcj", "bankoma[tc]", "wplat", "wyplat", "przelew", "blik", "kantor", "makler", "3-d", "elixir",
    "platnosc", "gotowk", "terminal", "kredyt", "wnios", "express", "doladowa", "zaplaci", "zakup", "zlecen",
    "notowan", "gield", r"sms",
)  # fmt: skip
CASH = any_of(
    "bankomat", "wplatomat", "gotowk", "przelew", "terminal", r"kart\w* (?:platnicz|debet|kredyt)", "elixir"
)
ACCESS = any_of(
    r"\w*online\b", r"(?<!przez )internet\b", r"\w*bank24", r"\w*ebank", "e-bank", "ca24",
    r"(?:e25|sgb24)\b", "bankowosc", "logow", "zalog",
    "serwis(?!ow)",
    r"dostep\w{0,3} do (?:\w+ )?(?:kont|rachunk|system|serwis|bankow|uslug bank)", "systemy? bank",
    "portal", "strona logowania", "mojeid", "moje id",
    "millenet", "pekao24", "mo(?:je|jego|jemu|im) ing", "ipko(?! biznes)", "inteligo", "online",
    "kont[oa]\\b", "tozsamosc", "uwierzytel", "profil",
)  # fmt: skip
A_SYSTEM = any_of(r"system(?:y|u|ow|ie)?\b")
BROKERS = any_of("e?makler", "m?inwestor", "kantor", "gield", "notowan")
BANKING = any_of("bankowosc", "logow", "zalog")
APP = any_of("aplikacj", r"iko\b", r"mobiln(?!\w* (?:punkt|urz|stanowisk|zespol))", r"\w*mobile\b")
WHOLE_BANK = any_of("bankowosc", APP.pattern, r"w bank", "do banku")
AFTER = any_of(
    "po zakonczeniu",
    "po (?:tych )?pracach",
    "po tym",
    "po przerwie",
    "po godz",
    "potem",
    "pozniej",
    "wczesniej",
)
LONGER = any_of(
    r"przedluz(?!\w*(?: \w+){0,2} (?:waznosc|certyfikat|umow))",
    "wydluz",
    "dluzej",
    "przeciag",
    r"(?:koniec|zakonczeni\w+)[^.;]{0,60}\bprzesu(?:n|w)",
)
SHORTER = any_of("skroc", "skrac", "krocej", "szybciej", r"wczesniej,? niz")
UP = any_of(
    "ponown", r"znow\b", "znowu", "przywroc", "wznow", "z powrotem", r"wroc\w{1,3}\b", r"wraca\w{0,2}\b",
    r"rusz(?:y|a|ymy)\b", "wlacz(?!ni)", "wsta[cn]", r"(?:zacz\w{2,4}|bedzie|beda) (?:\w+ ){0,2}(?:dzial|dostepn)",
    "odzyska", "otwor", "otwier", "uruchom", "zadzial", r"powrot\w{0,2}\b",
)  # fmt: skip
"""That something is there again, where what went down was told before."""

BEGAN = any_of("zacze", "rozpocze", "wystartowa", "ruszyl", r"trwa(?:ja)?\b")
ASKS = any_of("pros(?:imy|i)\\b", "zalec", "zachec", "warto", "zadbaj", "wyloguj(?!emy|e)", "zapisz")
SHUTS = any_of("zamyk", "zamkn", "gasi")
HOPED = any_of(
    "powinn",
    "planuj",
    "planowo",
    "szacuj",
    "przewidu",
    "spodziew",
    "postara",
    "chcemy",
    "okolo",
    "najpozniej",
    r"przed\b",
)
AGAIN = any_of(
    "uruchomienie (?:nastapi|system|serwis|uslug|aplikacj|planow|zaplan)",
    "ponown",
    "dopiero",
    r"znow\b",
    "znowu",
    "przywroc",
    "wznow",
    "z powrotem",
    r"wroc\w{1,3}\b",
    r"powrot\w{0,2}\b",
    "wracaj",
    r"wlacz(?:y|ymy|ony|ona|one)\b",
)
YET = any_of(
    r"(?:bedzie|beda|jest|sa) (?:\w+ ){0,2}(?:dostepn|czynn|aktywn|otwart)",
    r"dzial\w{1,4}\b",
    "skorzyst",
    "zalog",
)
DEADLINE = any_of(
    r"musz[ae]\b", "musisz", "nalezy", "trzeba", "termin skladania", "odnow", "inaczej", "wniosk"
)
ONLY = any_of(r"tylko\b", "wylacznie", "jedynie")
LIMITED = any_of(r"w ograniczon\w+ (?:zakres|stopni)", r"ograniczon\w{1,3} (?:\w+ )?(?:dostep|funkcj)")
SLOW = any_of("wolniej", "spowoln", "niestabiln", "z przerwami", r"w ograniczon\w+ (?:zakres|stopni)")
MAY = any_of(
    "moze", "moga", "wolniej",
    r"mozliw\w{1,2} (?:sa |beda |jest )?(?:\w+ )?(?:przerw|utrudn|problem|zakloc|opozn|niedostepn|brak|bled|wydluz)",
)  # fmt: skip
DOWN = any_of(
    "niedostepn",
    r"nie (?:bedzie|beda) (?:\w+ ){0,2}(?:dzial|dostepn|funkcjon)",
    "wylaczon",
    "nie (?:za)?dziala",
)
NO_LOGIN = any_of(
    r"(?:logow|zalog)\w* [^.;]{0,60}\b(?:nie (?:bedzie|beda) mozliw|niemozliw)",
    r"(?:nie (?:bedzie|beda) (?:\w+ )?mozliw|niemozliw)\w* [^.;]{0,30}\b(?:logow|zalog)",
    r"nie (?:bedzie|mozna|da sie|uda sie) (?:\w+ ){0,2}zalog", r"nie zaloguj(?:esz|ecie|a|emy)",
)  # fmt: skip
COMPARED = any_of("dluzej", "krocej", "krotsz", "dluzsz")
AHEAD = any_of(
    "bedzie", "beda", "zostani", "zostana", "planuj", "zaplanow", "odbed", "potrwa", r"zadziala(?:ja)?\b",
    "nie zaloguj", r"nie skorzysta(?:sz|my|cie|ja)?\b",
)  # fmt: skip
