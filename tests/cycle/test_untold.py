"""One text that cannot be written: everything else goes out, the operator hears of it once, and nothing is lost."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from notifier.cycle import Pass
from notifier.cycle.owed import MARK, Owed
from notifier.feeds import calendar_uid
from notifier.model import Occasion, Status
from notifier.store import NewSubscriber
from tests.cycle.mistakes import plant
from tests.cycle.town import DAY, HOUR, MINUTE, ROOT, START, T0, Town, config, event_in, window

LINE = "could not be written"


def town(templates: Path | None = None) -> Town:
    """Two windows that have nothing to do with one another; templates that fail for one of them."""
    windows = (window("good", "pz"), window("bad", "pz", start=START + 20 * DAY))
    made = config(*windows, audiences=("patient", "doctor"))
    place = Town(replace(made, templates=templates) if templates else made)
    place.people("anna", "piotr")
    return place


def mended(place: Town, templates: Path = ROOT / "templates") -> None:
    """The templates are right now: a new cycle, as after a reload and after a restart."""
    place.config = replace(place.config, templates=templates)
    place.restart()


def told(place: Town) -> list[tuple[str, str]]:
    """Who was mailed about what, in order."""
    windows = {calendar_uid(window, "patient"): window for window in ("good", "bad")}
    return [(letter.to, windows[str(letter.event["UID"])]) for letter in place.mails()]


def errors(logs: list[EventDict]) -> list[EventDict]:
    return [event for event in logs if LINE in event["event"]]


def public(done: Pass) -> dict[str, bytes]:
    assert done.tree is not None
    return dict(done.tree)


@pytest.mark.parametrize(
    ("mistake", "reason"),
    [
        ("{{ 1 // 0 }}", "ZeroDivisionError: integer division or modulo by zero"),
        ("{{ nothing.there }}", "'nothing' is undefined"),
        ("{{ say('no-such-phrase') }}", "no such phrase"),
    ],
)
def test_everything_else_goes_out(tmp_path: Path, mistake: str, reason: str) -> None:
    right = public(town().run(T0 + MINUTE, publish=True))
    place = town(plant(tmp_path, mistake))
    with capture_logs() as logs:
        done = place.run(T0 + MINUTE, publish=True)
    assert told(place) == [("anna", "good"), ("piotr", "good")]
    tree = public(done)
    assert right.keys() - tree.keys() == {"/windows/bad/index.html"}
    assert tree["/windows/good/index.html"] == right["/windows/good/index.html"]
    for audience in ("patient", "doctor"):
        assert [str(event["UID"]) for event in event_in(tree[f"/feeds/{audience}.pl.ics"])] != []
        for kind in ("rss", "atom", "json"):
            feed, whole = tree[f"/feeds/{audience}.pl.{kind}"], right[f"/feeds/{audience}.pl.{kind}"]
            assert (b"windows/good/" in feed, b"windows/bad/" in feed) == (True, False)
            assert b"windows/bad/" in whole
    (line,) = errors(logs)
    assert (line["log_level"], line["window"], line["language"]) == ("error", "bad", "pl")
    assert line["audiences"] == "doctor patient"
    assert "told/told.txt.j2:1" in line["where"].split()
    assert line["reason"] == reason
    assert {text.window for text in done.untold} == {"bad"}


def test_the_first_page_never_takes_silence_for_good_news(tmp_path: Path) -> None:
    """The most pressing window is the one without words: its readers are still led to it."""
    place = town(plant(tmp_path, window="good"))
    page = public(place.run(T0 + MINUTE, publish=True))["/index.html"].decode()
    assert "/windows/good/#patient" in page
    assert "nie zmieniają niczego w tym, o czym tu piszemy" not in page


def test_the_operator_is_told_once_and_the_state_shows_for_as_long_as_it_is_so(tmp_path: Path) -> None:
    place = town(plant(tmp_path))
    with capture_logs() as logs:
        passes = [place.run(T0 + MINUTE + n * HOUR, publish=True) for n in range(4)]
    assert len(errors(logs)) == 1
    assert all(done.untold == passes[0].untold for done in passes)
    mended(place)
    with capture_logs() as logs:
        assert place.run(T0 + 5 * HOUR, publish=True).untold == ()
    assert not errors(logs)


def test_a_mistake_that_all_texts_share_is_not_a_line_each(tmp_path: Path) -> None:
    templates = plant(tmp_path, window="w")
    many = [window(f"w{n}", "pz", start=START + n * 20 * DAY) for n in range(15)]
    place = Town(replace(config(*many, audiences=("patient",)), templates=templates))
    with capture_logs() as logs:
        place.run(T0 + MINUTE, publish=True)
    (line,) = errors(logs)
    assert (line["windows"], line["window"]) == (15, "w0 w1 w10 w11 w12")


def test_feeds_whose_own_words_are_missing_are_left_out_alone(tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", templates)
    words = templates / "words" / "pl.yaml"
    lines = words.read_text().splitlines(keepends=True)
    words.write_text("".join(line for line in lines if not line.startswith("feed-title")))
    place = town(templates)
    done = place.run(T0 + MINUTE, publish=True)
    assert not [path for path in public(done) if path.startswith("/feeds/") and not path.endswith(".html")]
    assert {"/index.html", "/windows/good/index.html", "/windows/bad/index.html"} <= public(done).keys()
    assert len(place.rows()) == 2
    assert {(text.audience, text.where) for text in done.untold} == {
        ("patient", "feed-title"),
        ("doctor", "feed-title"),
    }


# --- mail that is owed ------------------------------------------------------------------------------------------


def test_after_mending_it_is_told_once(tmp_path: Path) -> None:
    place = town(plant(tmp_path))
    for n in range(3):
        place.run(T0 + MINUTE + n * HOUR)
    place.restart()  # and it is still not right
    still = place.run(T0 + 4 * HOUR).untold
    assert [text.where for text in still if text.where.startswith("mail/")] == ["mail/mail.txt.j2:1"]
    assert told(place) == [("anna", "good"), ("piotr", "good")]
    mended(place)
    place.run(T0 + 5 * HOUR)
    assert told(place)[2:] == [("anna", "bad"), ("piotr", "bad")]
    for n in range(3):
        place.run(T0 + (6 + n) * HOUR)
        place.restart()
    assert len(place.rows()) == 4


def test_each_is_told_in_a_mail_of_its_own_what_both_would_have_been_told_in_one(tmp_path: Path) -> None:
    place = town(plant(tmp_path, "{{ 1 // 0 }}", "mail/mail.txt.j2"))
    place.run(T0 + MINUTE)
    mended(place)
    place.run(T0 + 2 * HOUR)
    first, late = [letter for letter in place.mails() if letter.to == "anna"]
    alone = {}
    for id_, days in (("good", 0), ("bad", 20)):
        one = Town(config(window(id_, "pz", start=START + days * DAY), audiences=("patient", "doctor")))
        one.people("anna", "piotr")
        one.run(T0 + MINUTE)
        alone[id_] = one.mails()[0].part("text/plain")
    assert (first.part("text/plain"), late.part("text/plain")) == (alone["good"], alone["bad"])


def test_people_of_another_language_are_not_told_twice(tmp_path: Path) -> None:
    templates = plant(tmp_path, "{% if language == 'en' %}{{ 1 // 0 }}{% endif %}")
    made = config(window("bad"), audiences=("patient",), site={"languages": ("pl", "en")})
    place = Town(replace(made, templates=templates))
    place.people("anna")
    place.store.subscribers.import_([NewSubscriber("john@example.pl", ("patient",), "en")], "test", T0)
    done = place.run(T0 + MINUTE, publish=True)
    assert [letter.to for letter in place.mails()] == ["anna"]
    assert {text.language for text in done.untold} == {"en"}
    assert {"/windows/bad/index.html", "/en/index.html"} <= public(done).keys()
    assert "/en/windows/bad/index.html" not in public(done)
    # Both change their language meanwhile: who was told stays told, who was not is told now.
    swapped = [
        NewSubscriber("anna@example.pl", ("patient",), "en"),
        NewSubscriber("john@example.pl", ("patient",), "pl"),
    ]
    place.store.subscribers.import_(swapped, "test", T0 + HOUR)
    mended(place)
    place.run(T0 + 2 * HOUR)
    assert [letter.to for letter in place.mails()] == ["anna", "john"]


def test_newer_news_settles_what_was_owed(tmp_path: Path) -> None:
    """The window is called off before anybody could be told of it: nobody is told that it will come."""
    place = town(plant(tmp_path))
    place.run(T0 + MINUTE)
    mended(place)
    bad = replace(window("bad", "pz", start=START + 20 * DAY), status=Status.CANCELLED)
    place.operator(bad, T0 + HOUR)
    done = place.run(T0 + 2 * HOUR)
    assert {notice.key.occasion for _, notice in done.notices} == {Occasion.CANCELLED}
    late = place.mails()[2:]
    assert all(letter.method == "CANCEL" for letter in late)
    place.restart()
    place.run(T0 + 3 * HOUR)
    assert len(place.rows()) == 2 + len(late)
    assert Owed.read(place.store.marks.get(MARK)).debts == {}


def test_what_has_lost_its_use_is_owed_no_more(tmp_path: Path) -> None:
    place = town(plant(tmp_path))
    place.run(T0 + MINUTE)
    mended(place)
    place.run(START + 40 * DAY)
    assert ("anna", "bad") not in told(place)
    assert Owed.read(place.store.marks.get(MARK)).debts == {}


def test_who_left_is_owed_nothing(tmp_path: Path) -> None:
    place = town(plant(tmp_path))
    place.run(T0 + MINUTE)
    place.store.subscribers.remove("anna@example.pl", T0 + HOUR)
    mended(place)
    place.run(T0 + 2 * HOUR)
    assert [row.subscriber_id for row in place.rows()[2:]] == [2]


def test_the_mark_names_nobody(tmp_path: Path) -> None:
    place = town(plant(tmp_path))
    place.run(T0 + MINUTE)
    text = place.store.marks.get(MARK)
    assert text is not None
    assert "@" not in text
    assert [sorted(debt.people) for debt in Owed.read(text).debts.values()] == [[1, 2]]
    assert Owed.read(text).write() == text
