"""An item that has no words: left out of every feed, noted once, and raised where nobody keeps account."""

from __future__ import annotations

import json

import pytest

from notifier.feeds import Feeds
from notifier.model import Profile
from notifier.render import Omissions, RenderError, Untold
from tests.feeds.sample import BASE, NAME, Teller, event, news, window

GOOD, BAD = window("good"), window("bad", "2024-02-19 20:00", "2024-02-20 16:00")


class Tongue(Teller):
    """Has no words for one window, in Polish only."""

    def notice(self, notice, language, profile=Profile()):
        self._stumble(notice.key.window, language)
        return super().notice(notice, language, profile)

    def advice(self, advice, language, profile=Profile()):
        self._stumble(advice.window.id, language)
        return super().advice(advice, language, profile)

    def _stumble(self, window_id: str, language: str) -> None:
        if (window_id, language) == ("bad", "pl"):
            raise RenderError(language, "rare-phrase", "no such phrase")


def feeds(omissions: Omissions | None) -> Feeds:
    return Feeds(Tongue(), BASE, NAME, ("pl", "en"), omissions=omissions)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_all_the_others_are_there(language: str) -> None:
    account = Omissions()
    made = feeds(account)
    found = made.news("patient", language, [news(BAD), news(GOOD)])
    calendar = made.calendar("patient", language, [event(BAD), event(GOOD)])
    wanted = 1 if language == "pl" else 2
    assert found["rss"].count(b"<item>") == found["atom"].count(b"<entry>") == wanted
    assert len(json.loads(found["json"])["items"]) == calendar.count(b"BEGIN:VEVENT") == wanted
    noted = (Untold("bad", "patient", "pl", "rare-phrase", "no such phrase"),)
    assert account.found == (noted if language == "pl" else ())
    account.begin()
    assert account.found == ()


def test_without_an_account_it_is_raised() -> None:
    with pytest.raises(RenderError, match="rare-phrase"):
        feeds(None).news("patient", "pl", [news(BAD)])
    with pytest.raises(RenderError, match="rare-phrase"):
        feeds(None).calendar("patient", "pl", [event(BAD)])


def test_a_mistake_of_the_program_is_named_by_its_line() -> None:
    account = Omissions()
    assert account.attempt(lambda: 1 // 0, language="pl", window="w") is None
    (noted,) = account.found
    assert noted.reason == "ZeroDivisionError: integer division or modulo by zero"
    assert noted.where.startswith("test_omissions.py:")
