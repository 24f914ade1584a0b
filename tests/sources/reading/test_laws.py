"""What must hold for every window and every form: it is read back, and damage never makes it another sure one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from notifier.model import WARSAW
from notifier.sources.reading import Certainty, Names, ReadWindow, read
from tests.sources.reading.wording import FORMS, SEPARATORS, SLIPS, Worded

SYSTEMS = {
    "Profil Zaufany nie będzie działał": "pz",
    "nie zalogujesz się do mBanku": "bank.mbank",
    "Internetowe Konto Pacjenta będzie niedostępne": "ikp",
    "przerwa techniczna w eZUS": "ezus",
}


@st.composite
def windows(draw: st.DrawFn) -> Worded:
    """A window of a quarter of an hour to three days, announced up to three weeks before."""
    day = draw(st.dates(date(2025, 2, 1), date(2027, 12, 20)))
    clock = time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 0, 0, 1, 15, 30, 45, 59])))
    start = datetime.combine(day, clock)
    short = st.sampled_from([15, 30, 60, 90, 120, 180, 240, 300, 360, 450, 480, 600])
    length = draw(st.one_of(short, st.integers(1, 288).map(lambda quarters: quarters * 15)))
    end = start + timedelta(minutes=length)
    published = day - timedelta(days=draw(st.integers(1, 20)))
    for moment in (start, end):
        # "4.01" in January, or at the end of December, may be a day or an hour.
        assume(moment.minute not in {start.month, end.month, start.month % 12 + 1, end.month % 12 + 1})
        local = moment.replace(tzinfo=WARSAW)
        assume(local.utcoffset() == local.replace(fold=1).utcoffset())
    return Worded(start, end, published)


def _told(window: ReadWindow) -> tuple[datetime | None, datetime | None]:
    ends = (window.start, window.end)
    first, last = (
        None if moment is None else moment.astimezone(WARSAW).replace(tzinfo=None) for moment in ends
    )
    return first, last


def _announcement(data: st.DataObject, window: Worded) -> tuple[str, str, str]:
    form = data.draw(st.sampled_from(sorted(FORMS[window.shape])), label="form")
    what = data.draw(st.sampled_from(sorted(SYSTEMS)), label="what")
    when = FORMS[window.shape][form](window)
    text = f"{when[0].upper()}{when[1:]} {what}." if data.draw(st.booleans()) else f"Uwaga: {what} {when}."
    return form, SYSTEMS[what], text


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=100)
@given(window=windows(), data=st.data())
def test_what_is_worded_in_any_form_is_read_back(names: Names, window: Worded, data: st.DataObject) -> None:
    _, system, text = _announcement(data, window)
    found = read(text, window.published, names)
    assert [(one.systems, _told(one), one.confidence) for one in found.windows] == [
        ((system,), (window.start, window.end), Certainty.SURE)
    ], text


OTHERS = ["Kwiatowy Bank", "Bank Kwiatowy", "Kwiatobank", "BS w Kwiatowie"]


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=100)
@given(window=windows(), data=st.data())
def test_what_a_bank_unknown_to_the_catalogue_says_behind_it_changes_nothing(
    names: Names, window: Worded, data: st.DataObject
) -> None:
    _, _, text = _announcement(data, window)
    other = data.draw(windows(), label="other")
    form = data.draw(st.sampled_from(sorted(FORMS[other.shape])), label="form")
    bank = data.draw(st.sampled_from(OTHERS), label="bank")
    lost = data.draw(st.sampled_from(["przerwa w logowaniu", "bez logowania i BLIK-a"]), label="lost")
    behind = f"{bank}: {FORMS[other.shape][form](other)} {lost}."
    alone = [(one.systems, _told(one)) for one in read(text, window.published, names).windows]
    for both in (f"{text} {behind}", f"{text}\n\n{behind}"):
        found = read(both, window.published, names)
        assert [(one.systems, _told(one)) for one in found.windows] == alone, both


BESIDE = [
    "Przepraszamy za niedogodności.",
    "Zalecamy wcześniejsze załatwienie pilnych spraw.",
    "W razie pytań prosimy o kontakt z infolinią, czynną codziennie w godz. 8:00–20:00.",
    "Nasze biuro jest czynne od poniedziałku do piątku w godz. 8:00–16:00.",
    "Komunikat opublikowano 13.01.2025 o godz. 9:15.",
    "Karty i bankomaty będą działać bez zmian.",
    "Uważaj na oszustów – nie podawaj nikomu haseł.",
    "Poprzednia przerwa odbyła się 4 stycznia w godz. 1:00–3:00.",
    "Nowy regulamin obowiązuje od 1 stycznia 2025 r.",
    "Przelewy zlecone po godz. 20:00 zrealizujemy następnego dnia roboczego.",
    "Prace nie wpłyną na inne systemy.",
    "Jeśli po zakończeniu prac nie możesz się zalogować, uruchom aplikację ponownie.",
    "Termin składania wniosków mija 31 stycznia 2028 r. o godz. 23:59.",
    "Po zakończeniu prac wszystko będzie działać jak dotychczas.",
    "Prosimy o wylogowanie się przed rozpoczęciem prac.",
    "To nie jest awaria, lecz planowane działanie.",
    "W przypadku awarii prosimy o telefon.",
    "Czytaj także: Jak założyć konto? Ile kosztuje przelew?",
    "Kolejne prace planujemy w przyszłym miesiącu.",
    "Kwiatowy Bank nie planuje w tym czasie żadnych prac.",
]


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=100)
@given(window=windows(), data=st.data())
def test_what_notices_say_besides_changes_nothing(names: Names, window: Worded, data: st.DataObject) -> None:
    _, system, text = _announcement(data, window)
    text = text if text[0].isupper() else f"Uwaga: {text}"
    besides = data.draw(st.sampled_from(BESIDE), label="besides")
    apart = data.draw(st.sampled_from([" ", "\n\n"]), label="apart")
    for both in (f"{text}{apart}{besides}", f"{besides}{apart}{text}"):
        found = read(both, window.published, names)
        assert [(one.systems, _told(one), one.confidence) for one in found.windows] == [
            ((system,), (window.start, window.end), Certainty.SURE)
        ], both


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=200)
@given(window=windows(), data=st.data())
def test_a_damaged_text_is_never_another_sure_window(
    names: Names, window: Worded, data: st.DataObject
) -> None:
    _, system, text = _announcement(data, window)
    damaged = _damaged(data, window, text)
    for one in read(damaged, window.published, names).windows:
        if one.confidence is Certainty.SURE:
            assert (one.systems, _told(one)) == ((system,), (window.start, window.end)), damaged


def _damaged(data: st.DataObject, window: Worded, text: str) -> str:
    kind = data.draw(st.sampled_from(["word", "separator", "slip"]), label="damage")
    if kind == "word":
        words = text.split(" ")
        # Without a date written in one piece what is left is a complete announcement of something else.
        dates = (f"{window.start:%d.%m}", f"{window.end:%d.%m}")
        loose = [
            n
            for n, word in enumerate(words)
            if sum(sign.isdigit() for sign in word) < 6 and not any(one in word for one in dates)
        ]
        words.pop(data.draw(st.sampled_from(loose)))
        return " ".join(words)
    table = SEPARATORS if kind == "separator" else SLIPS
    places = [n for n, sign in enumerate(text) if sign in table]
    assume(places)
    place = data.draw(st.sampled_from(places))
    return text[:place] + data.draw(st.sampled_from(table[text[place]])) + text[place + 1 :]
