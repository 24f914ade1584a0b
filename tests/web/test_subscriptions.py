"""Subscribing, changing and leaving, as browsers, mailbox providers and mail gateways ask for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import time, timedelta

import pytest
import structlog

from notifier.model import Digest, Farewell, MailKind, Means, QuietHours, Standing
from notifier.store import Consent, NewSubscriber
from notifier.web.answers import GUARD
from notifier.web.subscriptions.app import FLOOR
from tests.web.front import DAY, NOW, Front, links_in, opened, text_of, wish
from tests.web.small import Page

ONE_CLICK = "List-Unsubscribe=One-Click"
MULTIPART = '--xyz\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--xyz--\r\n'


@pytest.fixture
def front() -> Iterator[Front]:
    with structlog.testing.capture_logs(), opened() as store:
        yield Front(store)


def heading(text: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", text)
    assert found is not None
    return found[1]


def shown(front: Front) -> list[object]:
    """All that the store knows, for comparing before and after."""
    return [front.store.subscribers.list(active_only=False), front.store.outbox.list()]


class TestSigningUp:
    async def test_double_opt_in_from_the_form_to_the_proof(self, front: Front):
        answer = await front.subscribe(client="192.0.2.50")
        assert (answer.status_code, heading(answer.text)) == (200, "Sprawdź pocztę")
        row = front.row()
        assert row.standing is Standing.PENDING
        [(to, letter)] = front.letters()
        assert to == "anna@example.org"
        assert f"https://przerwy.example.org{front.confirm(row)}" in text_of(letter)

        page = await front.get(front.confirm(row))
        assert heading(page.text) == "Potwierdź zapis"
        assert front.row().standing is Standing.PENDING
        front.now += timedelta(hours=2)
        done = await front.post(front.confirm(row), [("do", "confirm")], client="198.51.100.3")
        assert heading(done.text) == "Zapis jest potwierdzony"
        assert "Lekarz" in done.text
        assert "mBank" in done.text

        row = front.row()
        assert row.standing is Standing.ACTIVE
        assert row.consent == Consent(NOW, "192.0.2.50", front.now, "198.51.100.3", "pl-1")
        again = await front.post(front.confirm(row), [("do", "confirm")])
        assert heading(again.text) == "Ten adres jest zapisany", "twice is no harm"
        assert heading((await front.get(front.confirm(row))).text) == "Ten adres jest zapisany"

    async def test_everything_in_the_form_is_kept(self, front: Front):
        row = await front.subscribed(
            language="en",
            often="weekly",
            at="18:00",
            weekday="friday",
            quiet_from="22:00",
            quiet_to="07:00",
            lead=["1440"],
            system=["p1", "pz"],
            occasion=["ended"],
            bank=["bank.mbank", "bank.alior"],
            method=[],
        )
        person = row.subscriber
        assert person.audiences == ("patient", "doctor")
        assert person.language == "en"
        assert person.systems == ("pz", "p1")
        assert {str(one) for one in person.occasions} == {"ended"}
        assert person.wishes.leads == (DAY,)
        assert person.wishes.digest == Digest(time(18), 4)
        assert person.wishes.quiet == QuietHours(time(22), time(7))
        offered = {
            Means(method, bank) for bank in ("bank.mbank", "bank.alior") for method in front.offer.banks[bank]
        }
        assert person.profile.means == offered
        assert len(offered) > 2

    async def test_the_usual_reminders_stay_those_of_the_operator(self, front: Front):
        assert (await front.subscribed()).subscriber.wishes.leads is None
        assert (await front.subscribed("jan@example.org", lead=[])).subscriber.wishes.leads == ()

    async def test_the_english_form_gives_english_letters_and_pages(self, front: Front):
        answer = await front.subscribe("/en/subscribe", language="en")
        assert heading(answer.text) == "Look into your mailbox"
        [(_, letter)] = front.letters()
        assert letter["Subject"] == "Confirm that you want news about outages"
        row = front.row()
        assert row.consent.wording == "en-1"
        assert heading((await front.get(front.confirm(row))).text) == "Confirm your subscription"
        polish = await front.get(f"{front.confirm(row)}?in=pl")
        assert heading(polish.text) == "Potwierdź zapis"
        assert f'href="/en{front.confirm(row)}"' in polish.text

    async def test_an_old_link_says_what_to_do(self, front: Front):
        await front.subscribe()
        front.now += 7 * DAY
        for method, fields in (("GET", None), ("POST", [("do", "confirm")])):
            await front.ask(method, front.confirm(front.row()), fields)
        answer = await front.post(front.confirm(front.row()), [("do", "confirm")])
        assert heading(answer.text) == "Ten odnośnik już nie działa"
        assert 'href="/subscribe"' in answer.text
        front.store.subscribers.upkeep(front.now)
        answer = await front.get(
            f"/confirm/{front.confirm(front.store.subscribers.list(active_only=False)[0])[9:]}"
        )
        assert heading(answer.text) == "Ten odnośnik już nie działa"

    async def test_letters_are_delivered_at_once(self, front: Front):
        await front.subscribe()
        assert front.stirred == 1
        await front.get("/subscribe")
        assert front.stirred == 1

    async def test_a_field_that_people_do_not_see_catches_programs(self, front: Front):
        answer = await front.subscribe(website="https://casino.example")
        assert heading(answer.text) == "Sprawdź pocztę"
        assert shown(front) == [[], []]

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"email": "anna"}, "email"),  # no address
            ({"email": ""}, "email"),
            ({"email": "a b@example.org"}, "email"),
            ({"email": "żółw@example.org"}, "email"),  # few servers take letters like these before the @
            ({"email": f"{'a' * 65}@example.org"}, "email"),
            ({"email": f"anna@{'a' * 64}.org"}, "email"),  # a label that no name server takes
            ({"email": "anna@example.org,jan@example.org"}, "email"),
            ({"audience": []}, "audiences"),
            ({"audience": "king"}, "choice"),
            ({"language": "xx"}, "choice"),
            ({"bank": "bank.nowhere"}, "choice"),
            ({"method": "mojeid"}, "choice"),  # a method per bank goes with a bank
            ({"system": "moon"}, "choice"),
            ({"lead": "17"}, "choice"),
            ({"lead": "x"}, "choice"),
            ({"often": "hourly"}, "choice"),
            ({"at": "25:00"}, "choice"),
            ({"at": ""}, "choice"),
            ({"weekday": "someday"}, "choice"),
            ({"occasion": "announced"}, "choice"),
            ({"quiet_from": "22:00"}, "quiet"),  # only one end
            ({"quiet_from": "22:00", "quiet_to": "22:00"}, "quiet"),  # no length
            ({"quiet_from": "7", "quiet_to": "22:00"}, "choice"),
        ],
    )
    async def test_mistakes_are_shown_with_what_was_filled_in(self, front: Front, changed, field: str):
        answer = await front.subscribe(**changed)
        assert answer.status_code == 422
        assert f'id="fault-{field}"' in answer.text or field == "choice"
        assert 'role="alert"' in answer.text
        if "email" not in changed:
            assert 'value="anna@example.org"' in answer.text
        assert shown(front) == [[], []]

    async def test_an_address_with_national_letters_in_its_domain_is_fine(self, front: Front):
        assert (await front.subscribed("anna@przychodnia-żółw.example.org")).active


class TestNothingIsGivenAway:
    async def test_the_answer_is_the_same_whoever_it_is(self, front: Front):
        await front.subscribed("active@example.org")
        await front.subscribe(email="pending@example.org")
        for name, why in (("bounced", Farewell.BOUNCED), ("complained", Farewell.COMPLAINED)):
            row = await front.subscribed(f"{name}@example.org")
            front.store.subscribers.suppress(row.subscriber.id, why, front.now)
        left = await front.subscribed("left@example.org")
        await front.post(front.manage(left, "unsubscribe"), [("do", "leave")])
        gone = await front.subscribed("gone@example.org")
        await front.post(f"{front.manage(gone)}/erase", [("do", "erase")])
        front.letters()

        names = ("active", "pending", "bounced", "complained", "left", "gone", "unknown")
        answers = [await front.subscribe(email=f"{name}@example.org") for name in names]
        assert len({answer.content for answer in answers}) == 1
        assert len({str(answer.headers) for answer in answers}) == 1
        assert len({answer.status_code for answer in answers}) == 1
        told = {to.partition("@")[0]: letter["Subject"] for to, letter in front.letters()}
        confirm = "Potwierdź zapis na powiadomienia o przerwach"
        assert told == {
            "active": "Ten adres jest już zapisany",
            **dict.fromkeys(("pending", "bounced", "left", "gone", "unknown"), confirm),
        }, "only the owner of an address learns more, and who complained is left alone"

    async def test_how_long_the_answer_takes_tells_nothing(
        self, front: Front, monkeypatch: pytest.MonkeyPatch
    ):
        waits: list[float] = []

        async def wait(seconds: float) -> None:
            waits.append(seconds)

        monkeypatch.setattr("notifier.web.subscriptions.app.asyncio.sleep", wait)
        await front.subscribed("known@example.org")
        front = Front(front.store, floor=FLOOR)
        for name in ("known", "unknown"):
            await front.subscribe(email=f"{name}@example.org")
        assert waits == [0, FLOOR, FLOOR]

    async def test_giving_somebodys_address_changes_nothing_for_them(self, front: Front):
        before = await front.subscribed()
        await front.subscribe(audience="nurse", language="en", often="weekly")
        assert front.row() == before
        [(_, letter)] = front.letters()
        assert front.manage(before) in text_of(letter)

    async def test_one_address_gets_few_letters_a_day(self, front: Front):
        for hour in range(12):
            front.now = NOW + timedelta(hours=hour)
            assert heading((await front.subscribe()).text) == "Sprawdź pocztę"
        assert len(front.letters()) == 3
        front.now = NOW + timedelta(days=2)
        await front.subscribe()
        assert len(front.letters()) == 1

    async def test_pages_with_a_token_are_kept_and_found_by_nobody(self, front: Front):
        row = await front.subscribed()
        for path in (front.manage(row), front.confirm(row), front.manage(row, "unsubscribe"), "/subscribe"):
            answer = await front.get(path)
            assert answer.headers["cache-control"] == "no-store"
            assert "noindex" in answer.headers["x-robots-tag"]
            for name, value in GUARD:
                assert answer.headers[name.decode()] == value.decode()
            assert "anna@example.org" not in answer.text, "a page left open shows nobody's address"
            assert "set-cookie" not in answer.headers

    @pytest.mark.parametrize("room", ["confirm", "preferences", "unsubscribe"])
    async def test_a_broken_link_says_how_to_mend_it(self, front: Front, room: str):
        row = await front.subscribed()
        other = front.manage(row) if room == "confirm" else front.confirm(row)
        whole = other.rpartition("/")[2]
        for token in ("", "x", whole[:-1], f"{whole}.", whole, f"{whole[:-1]}é", "%00", "a/b/c"):
            before = shown(front)
            for method, fields in (("GET", None), ("POST", [("do", "confirm"), ("do", "leave")])):
                answer = await front.ask(method, f"/{room}/{token}", fields)
                assert (answer.status_code, heading(answer.text)) == (404, "Ten odnośnik jest niepełny")
            assert shown(front) == before


class TestPreferences:
    async def test_choices_are_shown_and_changed(self, front: Front):
        row = await front.subscribed(often="daily", at="18:00")
        page = Page((await front.get(front.manage(row))).content)
        assert page is not None
        text = (await front.get(front.manage(row))).text
        for value in ("patient", "doctor", "bank.mbank", "mobywatel", "daily"):
            assert re.search(rf'value="{re.escape(value)}" checked', text), value
        assert '<option value="18:00" selected>' in text
        answer = await front.post(
            front.manage(row), [*wish(audience="nurse", language="en", often="each", bank=[]), ("do", "save")]
        )
        assert "Zmiany są zapisane" in answer.text
        person = front.row().subscriber
        assert (person.audiences, person.language, person.wishes.digest) == (("nurse",), "en", None)
        assert person.profile.means == {Means("mobywatel")}
        assert front.row().changed_at == front.now

    async def test_saving_without_touching_anything_changes_nothing(self, front: Front):
        own = NewSubscriber(
            "ewa@example.org", ("patient",), "pl", ("mojeid", "mojeid:bank.pekao"), ("pz.login", "bank.mbank")
        )
        front.store.subscribers.import_([own], "import", NOW)
        before = front.row(own.email).subscriber
        text = (await front.get(front.manage(front.row(own.email)))).text
        checked = re.findall(r'<input type="\w+" name="([\w-]+)" value="([^"]*)" checked', text)
        selects = re.findall(r'<select id="([\w-]+)".*?</select>', text, re.DOTALL)
        chosen = []
        for name in selects:
            inner = re.search(rf'<select id="{name}".*?</select>', text, re.DOTALL)
            assert inner is not None
            picked = re.search(r'value="([^"]*)" selected', inner[0])
            chosen.append((name, picked[1] if picked else ""))
        await front.post(front.manage(front.row(own.email)), [*checked, *chosen, ("do", "save")])
        after = front.row(own.email).subscriber
        assert (after.profile, set(after.systems), after.wishes) == (
            before.profile,
            set(before.systems),
            before.wishes,
        )

    async def test_the_address_stays_whatever_is_sent(self, front: Front):
        row = await front.subscribed()
        await front.post(front.manage(row), [*wish(email="mallory@example.org"), ("do", "save")])
        assert front.row(row.subscriber.id).subscriber.email == "anna@example.org"

    async def test_mistakes_change_nothing(self, front: Front):
        row = await front.subscribed()
        answer = await front.post(front.manage(row), [*wish(audience=[]), ("do", "save")])
        assert answer.status_code == 422
        assert front.row() == row

    async def test_everything_known_can_be_downloaded(self, front: Front):
        row = await front.subscribed()
        answer = await front.get(f"{front.manage(row)}/data.json")
        assert answer.headers["content-disposition"].startswith("attachment")
        known = json.loads(answer.content)
        assert known["email"] == "anna@example.org"
        assert known["consent"]["asked_from"] == "192.0.2.7"
        assert [mail["kind"] for mail in known["mails"]] == ["letter"]

    async def test_erasing_asks_once_more_and_then_leaves_nothing(self, front: Front):
        row = await front.subscribed()
        path = f"{front.manage(row)}/erase"
        assert heading((await front.get(path)).text) == "Usunąć wszystko?"
        assert heading((await front.post(path, [])).text) == "Usunąć wszystko?"
        assert front.row().active
        assert heading((await front.post(path, [("do", "erase")])).text) == "Wszystko jest usunięte"
        gone = front.row(row.subscriber.id)
        assert (gone.standing, gone.subscriber.email) == (Standing.GONE, "")
        assert front.letters() == [], "who wants to be forgotten gets no farewell"
        for place in (
            path,
            front.manage(row),
            f"{front.manage(row)}/data.json",
            front.manage(row, "unsubscribe"),
        ):
            assert heading((await front.get(place)).text) == "Ten adres nie jest zapisany"

    @pytest.mark.parametrize(
        ("standing", "said"),
        [
            (Standing.PENDING, "Najpierw potwierdź zapis"),
            (Standing.SUPPRESSED, "Nie piszemy na ten adres"),
            (Standing.LEFT, "Ten adres jest wypisany"),
        ],
    )
    async def test_who_is_not_subscribed_is_told_how_they_stand(
        self, front: Front, standing: Standing, said: str
    ):
        await front.subscribe()
        id_ = front.row().subscriber.id
        if standing is not Standing.PENDING:
            front.store.subscribers.confirm(id_, "", front.now)
            if standing is Standing.LEFT:
                front.store.subscribers.leave(id_, Farewell.UNSUBSCRIBED, front.now)
            else:
                front.store.subscribers.suppress(id_, Farewell.BOUNCED, front.now)
        assert heading((await front.get(front.manage(front.row(id_)))).text) == said
        await front.post(front.manage(front.row(id_)), [*wish(audience="nurse"), ("do", "save")])
        assert front.row(id_).subscriber.audiences == ("patient", "doctor")


class TestLeaving:
    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("application/x-www-form-urlencoded", ONE_CLICK),
            ("application/x-www-form-urlencoded; charset=utf-8", f"{ONE_CLICK}\r\n"),
            ("multipart/form-data; boundary=xyz", MULTIPART),
            ('multipart/form-data; boundary="xyz"', MULTIPART),
        ],
    )
    async def test_one_click_as_a_mailbox_provider_does_it(self, front: Front, kind: str, content: str):
        """RFC 8058, 3.1: one POST, no cookie, no other context; and 3.2: the answer is no redirect."""
        row = await front.subscribed()
        answer = await front.ask(
            "POST",
            front.manage(row, "unsubscribe"),
            headers={"content-type": kind, "user-agent": "mailbox provider"},
            content=content.encode(),
        )
        assert answer.status_code == 200
        assert "location" not in answer.headers
        assert front.row().standing is Standing.LEFT
        again = await front.ask(
            "POST", front.manage(row, "unsubscribe"), headers={"content-type": kind}, content=content.encode()
        )
        assert again.status_code == 200
        assert len(front.letters()) == 1, "told once"

    async def test_a_provider_may_do_it_for_thousands_from_one_address(self, front: Front):
        people = [NewSubscriber(f"p{n}@example.org", ("patient",), "pl") for n in range(80)]
        front.store.subscribers.import_(people, "import", NOW)
        for row in front.store.subscribers.list():
            answer = await front.post(front.manage(row, "unsubscribe"), [("List-Unsubscribe", "One-Click")])
            assert answer.status_code == 200
        assert front.store.subscribers.list() == []

    @pytest.mark.parametrize(
        "content", [b"", b"List-Unsubscribe=No", b"x=One-Click", b"do=", b"List-Unsubscribe"]
    )
    async def test_a_post_that_does_not_say_so_does_nothing(self, front: Front, content: bytes):
        row = await front.subscribed()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        await front.ask("POST", front.manage(row, "unsubscribe"), content=content, headers=headers)
        assert front.row() == row

    async def test_a_gateway_that_follows_every_link_changes_nothing(self, front: Front):
        """Rock#7034 and its kin: whoever acts on GET unsubscribes whole organisations."""
        await front.subscribed("known@example.org")
        left = await front.subscribed("left@example.org")
        await front.post(front.manage(left, "unsubscribe"), [("do", "leave")])
        await front.subscribe(email="known@example.org")
        await front.subscribe(email="new@example.org")
        letters = front.letters()
        assert len(letters) == 3
        links = {link for _, letter in letters for link in links_in(letter)}
        assert len(links) >= 3
        before = shown(front)
        for link in links:
            for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PROPFIND"):
                for query in ("", "?do=leave", "?do=confirm&List-Unsubscribe=One-Click"):
                    answer = await front.ask(method, link + query)
                    assert answer.status_code in (200, 405)
                    # And what they find on the pages, as far as it is a link.
                    for inner in re.findall(r'href="(/[^"]+)"', answer.text):
                        await front.get(inner)
        assert shown(front) == before

    async def test_a_colleague_left_for_everybody_and_it_is_undone(self, front: Front):
        row = await front.subscribed()
        asked = await front.get(front.manage(row, "unsubscribe"))
        assert heading(asked.text) == "Wypisać ten adres?"
        answer = await front.post(front.manage(row, "unsubscribe"), [("do", "leave")])
        assert heading(answer.text) == "Ten adres jest wypisany"
        assert "do poniedziałku 9" in answer.text
        [(to, letter)] = front.letters()
        assert to == "anna@example.org"
        assert letter["Subject"] == "Ten adres nie dostanie więcej powiadomień"
        assert f"https://przerwy.example.org{front.manage(row, 'unsubscribe')}" in text_of(letter)
        front.now += 6 * DAY
        shown_again = await front.get(front.manage(row, "unsubscribe"))
        assert 'value="undo"' in shown_again.text
        undone = await front.post(front.manage(row, "unsubscribe"), [("do", "undo")])
        assert heading(undone.text) == "Cofnięte"
        assert front.row() == row

    async def test_after_a_week_it_is_final(self, front: Front):
        row = await front.subscribed()
        await front.post(front.manage(row, "unsubscribe"), [("do", "leave")])
        front.now += 7 * DAY
        answer = await front.post(front.manage(row, "unsubscribe"), [("do", "undo")])
        assert heading(answer.text) == "Ten adres nie jest zapisany"
        assert front.row().standing is Standing.LEFT

    async def test_who_never_confirmed_is_forgotten_at_once(self, front: Front):
        await front.subscribe()
        row = front.row()
        front.letters()
        answer = await front.post(front.manage(row, "unsubscribe"), [("List-Unsubscribe", "One-Click")])
        assert heading(answer.text) == "Ten adres nie jest zapisany"
        assert front.row(row.subscriber.id).standing is Standing.GONE
        assert front.letters() == []

    async def test_letters_are_no_news(self, front: Front):
        row = await front.subscribed()
        await front.post(front.manage(row, "unsubscribe"), [("do", "leave")])
        assert {mail.kind for mail in front.store.outbox.list()} == {MailKind.LETTER}
