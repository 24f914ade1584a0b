"""What else stands on a page changes nothing: hours of offices, of transfers, of events, of something that broke."""

from __future__ import annotations

from datetime import date

import pytest

from notifier.sources.reading import Names, read

PUBLISHED = date(2026, 6, 10)
ANNOUNCED = {
    "a night": "W nocy z 13 na 14 czerwca w godz. 22:00–4:00 Profil Zaufany nie będzie działał.",
    "two days": "IKP nie będzie działać 13 czerwca od 20:00 do 22:00 oraz 14 czerwca od 6:00 do 8:00.",
    "a bank": "W niedzielę 14 czerwca od 2:30 do 8:00 nie zalogujesz się do mBanku.",
    "planned work": "Prace serwisowe eWUŚ: 13.06.2026 r., godz. 18:00–22:00.",
    "a list": "Prace w sobotę 13 czerwca:\n- VeloBank: 0:30–5:00,\n- Alior Bank: 1:00–3:00.",
    "from and until": "Przerwa w eZUS zacznie się 13 czerwca o 20:00. Zakończy się 14 czerwca o 6:00.",
}
BESIDE = [
    "Placówki czynne w godz. 8:00–16:00.",
    "Infolinia działa codziennie od 7:00 do 22:00.",
    "Przelewy złożone do godz. 14:30 zrealizujemy tego samego dnia.",
    "Sesje Elixir: 9:30, 13:30 i 16:00.",
    "W piątek 12 czerwca urząd czynny do godz. 13:00.",
    "Webinar odbędzie się 16 czerwca w godz. 10:00–12:00.",
    "Kasa czynna od 8:00 do 15:00.",
    "Rejestracja telefoniczna: pn.-pt. 7:30–18:00.",
    "9 czerwca w godz. 8:00–11:00 doszło do awarii, którą usunięto.",
    "Termin składania wniosków upływa 30 czerwca o godz. 15:00.",
    "Opublikowano: 10 czerwca 2026, 14:05.",
    "Karty będą działać bez zmian od 0:00 do 24:00.",
    "Bankomaty nie wypłacą gotówki od 1:00 do 3:00.",
    "Konsultanci są dostępni od 8:00 do 20:00.",
    "Zapraszamy od 1 lipca od godz. 9:00.",
    "W nocy z 24 na 25 października pociągi staną od 2:00 do 3:00.",
    "Kwiatowy Bank zaplanował przerwę na 12 czerwca od 1:00 do 5:00: bez logowania, BLIK-a i przelewów.",
    "W tych samych godzinach Bank Kwiatowy może działać wolniej.",
    "Bank Kwiatowy odwołał swoje prace.",
    "Pytania? 22 417 00 00, pn.–niedz. 8:00–20:00",
    "Czat czynny: poniedziałek–piątek 8:00–18:00, sobota 10:00–14:00.",
    "Nasi doradcy czekają codziennie 8:00–22:00, także w niedzielę 14 czerwca od 9:00 do 17:00.",
    "Zadzwonimy do Ciebie od 9:00 do 17:00.",
    "SMS-y z kodami mogą dochodzić później między 6:00 a 7:00.",
    "Nowa wersja aplikacji ruszy 15 czerwca o 9:00.",
    "Przelewy natychmiastowe wrócą o 7:00.",
    "Biuro maklerskie: brak notowań 15 czerwca od 8:00 do 9:00.",
    "Następna aktualizacja komunikatu: 13 czerwca, godz. 12:00.",
    "Okienko, w którym potwierdzamy Profil Zaufany, będzie nieczynne, zapraszamy 16 czerwca od 9:00 do 12:00.",
]


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("announced", ANNOUNCED.values(), ids=ANNOUNCED)
def test_what_stands_beside_an_announcement_changes_nothing(
    names: Names, announced: str, beside: str
) -> None:
    alone = [(one.systems, one.start, one.end) for one in read(announced, PUBLISHED, names).windows]
    assert alone
    for text in (f"{announced}\n\n{beside}\n", f"{announced} {beside}", f"{beside}\n\n{announced}"):
        found = [(one.systems, one.start, one.end) for one in read(text, PUBLISHED, names).windows]
        assert found == alone, text
