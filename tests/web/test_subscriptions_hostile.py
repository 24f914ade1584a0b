"""Whoever sends what no browser sends, or sends too much of it: nothing is stored, nothing falls over."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifier.model import NotifierError
from notifier.web.subscriptions import incoming
from notifier.web.subscriptions.app import Gates
from notifier.web.subscriptions.incoming import Unreadable, client, form, networks
from notifier.web.subscriptions.limits import Buckets, Rate, neighbourhood
from tests.web.front import NOW, Front, opened, wish

URLENCODED = "application/x-www-form-urlencoded"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def front() -> Iterator[Front]:
    with structlog.testing.capture_logs(), opened() as store:
        yield Front(store)


def everything(front: Front) -> list[object]:
    return [front.store.subscribers.list(active_only=False), front.store.outbox.list()]


FORM = urlencode(wish()).encode()


class TestForms:
    @pytest.mark.parametrize(
        ("kind", "content", "status"),
        [
            (URLENCODED, b"email=" + b"a" * 70_000, 413),  # huge
            (URLENCODED, urlencode([("audience", "patient")] * 10_000).encode()[:60_000], 400),  # many fields
            (URLENCODED, FORM + b"&x=%00", 400),  # NUL
            (URLENCODED, FORM + b"&x=%FF%FE", 400),  # no UTF-8
            (URLENCODED, FORM + b"&\xff=1", 400),
            (URLENCODED, FORM.replace(b"anna", b"anna%0D%0ABcc%3A"), 400),  # header injection
            (URLENCODED, FORM.replace(b"anna", b"anna%0A"), 400),
            (URLENCODED, FORM + b"&x=%E2%80%A8", 400),  # a line separator
            ("application/json", b'{"email": "anna@example.org"}', 415),
            ("text/plain", FORM, 415),
            ("multipart/form-data", b"no boundary", 400),
            ("multipart/form-data; boundary=x", b"--x\r\n\r\nno name\r\n--x--", 400),
            ("multipart/form-data; boundary=x", b"\x00\xff" * 100, 400),
            (URLENCODED, b"", 422),  # a form with nothing in it
            (URLENCODED, b"&&&===%%%", 422),
        ],
    )
    async def test_nothing_comes_of_what_is_no_form(
        self, front: Front, kind: str, content: bytes, status: int
    ):
        row = await front.subscribed("ewa@example.org")
        before = everything(front)
        for path in ("/subscribe", front.confirm(row), front.manage(row), front.manage(row, "unsubscribe")):
            answer = await front.ask("POST", path, content=content, headers={"content-type": kind})
            if status == 422 and path != "/subscribe":
                assert answer.status_code == 200
            else:
                assert answer.status_code == status, path
                assert "<h1>" in answer.text
        assert everything(front) == before

    async def test_a_body_without_a_length_is_cut_off_as_well(self, front: Front):
        sent = 0

        async def receive() -> dict[str, Any]:
            nonlocal sent
            sent += 1
            return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

        scope = {"type": "http", "method": "POST", "path": "/subscribe", "query_string": b"", "headers": []}
        answers: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            answers.append(message)

        await front.app({**scope, "client": None}, receive, send)
        assert answers[0]["status"] == 413
        assert sent < 100

    async def test_who_goes_away_or_never_ends_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(incoming, "PATIENCE", 0.01)

        async def gone() -> dict[str, str]:
            return {"type": "http.disconnect"}

        for receive, status in ((gone, 400), (asyncio.Event().wait, 408)):
            with pytest.raises(Unreadable) as caught:
                await incoming.body({"headers": []}, receive)
            assert caught.value.status == status

    @given(
        kind=st.sampled_from(
            [URLENCODED, "multipart/form-data; boundary=x", "", "a/b", "multipart/form-data; x"]
        ),
        content=st.binary(max_size=300)
        | st.text(max_size=100).map(lambda text: urlencode({text: text}).encode()),
    )
    @settings(max_examples=200)
    def test_any_bytes_are_a_form_or_are_refused(self, kind: str, content: bytes):
        try:
            fields = form(kind, content)
        except Unreadable as error:
            status, fields = error.status, {}
        else:
            status = 400
        assert status in (400, 415)
        assert all(value.isprintable() for values in fields.values() for value in values)

    @given(token=st.binary(max_size=80))
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_token_has_an_answer(self, front: Front, token: bytes):
        for room in ("confirm", "preferences", "unsubscribe"):
            answer = asyncio.run(front.get(f"/{room}/{quote_from_bytes(token, safe='/')}"))
            assert answer.status_code == 404

    async def test_trouble_in_the_store_is_said_and_told_in_one_line(self, monkeypatch: pytest.MonkeyPatch):
        class Full(NotifierError):
            pass

        def full(*_: object) -> None:
            raise Full("no space left")

        with opened() as store, structlog.testing.capture_logs() as logs:
            front = Front(store)
            monkeypatch.setattr(store.subscribers, "ask", full)
            answer = await front.subscribe()
        assert answer.status_code == 503
        assert "Nic nie zostało zapisane" in answer.text
        errors = [line for line in logs if line["log_level"] == "error"]
        assert [(line["event"], line["reason"]) for line in errors] == [
            ("subscription not served", "no space left")
        ]

    async def test_no_address_is_logged(self):
        with opened() as store, structlog.testing.capture_logs() as logs:
            front = Front(store)
            row = await front.subscribed()
            await front.post(front.manage(row, "unsubscribe"), [("do", "leave")])
            await front.post(front.manage(row, "unsubscribe"), [("do", "undo")])
            await front.post(f"{front.manage(row)}/erase", [("do", "erase")])
        told = [line["event"] for line in logs if line["log_level"] == "info"]
        assert told == [
            "subscription confirmed",
            "unsubscribed",
            "unsubscribing undone",
            "subscriber erased at their wish",
        ]
        assert "anna" not in str(logs)
        assert "192.0.2" not in str(logs)


class TestLimits:
    async def test_one_place_cannot_sign_up_the_whole_world(self, front: Front):
        statuses = [(await front.subscribe(email=f"p{n}@example.org")).status_code for n in range(22)]
        assert statuses == [200] * 20 + [429] * 2
        answer = await front.subscribe(email="one@example.org")
        assert answer.headers["retry-after"] == "3600"
        assert "Za dużo prób" in answer.text
        assert (await front.subscribe(email="else@example.org", client="198.51.100.9")).status_code == 200
        front.now += MINUTE
        assert (await front.subscribe(email="next@example.org")).status_code == 200

    async def test_one_address_cannot_be_given_from_everywhere(self, front: Front):
        spelt = ["anna@example.org", "ANNA@example.org", " anna@example.org", "Anna@Example.ORG"]
        for n, address in enumerate(itertools.islice(itertools.cycle(spelt), 5)):
            assert (await front.subscribe(email=address, client=f"198.51.100.{n}")).status_code == 200
        assert (await front.subscribe(client="203.0.113.1")).status_code == 429

    async def test_all_together_have_a_limit_too(self, front: Front):
        gates = Gates.new()
        gates.everybody = Buckets(Rate(3, MINUTE), most=1)
        front = Front(front.store, gates=gates)
        statuses = [
            (await front.subscribe(email=f"p{n}@example.org", client=f"198.51.100.{n}")).status_code
            for n in range(5)
        ]
        assert statuses == [200, 200, 200, 429, 429]

    async def test_changing_has_a_limit_and_leaving_has_none(self, front: Front):
        row = await front.subscribed()
        statuses = [(await front.post(front.manage(row), [])).status_code for _ in range(62)]
        assert statuses[58:] == [200, 429, 429, 429], "confirming counted as well"
        assert (await front.post(front.manage(row, "unsubscribe"), [("do", "leave")])).status_code == 200

    async def test_a_flood_costs_the_store_nothing(self, front: Front):
        """What is answered without the store's thread cannot hold up passes and deliveries."""
        for n in range(25):
            await front.subscribe(email=f"p{n}@example.org")
        before = front.calls
        await front.subscribe(email="late@example.org")
        await front.get("/subscribe")
        await front.get("/subscribe/x")
        await front.ask("POST", "/subscribe", content=b"x" * 70_000)
        assert front.calls == before

    def test_a_bucket_fills_again(self):
        buckets = Buckets(Rate(2, MINUTE))
        takes = [
            (0, True),
            (0, True),
            (0, False),
            (30, False),
            (60, True),
            (60, False),
            (600, True),
            (600, True),
        ]
        for seconds, enough in [*takes, (600, False), (0, False)]:
            assert buckets.take("a", NOW + timedelta(seconds=seconds)) is enough, seconds

    def test_buckets_are_never_more_than_so_many(self):
        buckets = Buckets(Rate(1, MINUTE), most=3)
        for key in "abcd":
            assert buckets.take(key, NOW)
        assert not buckets.take("d", NOW)
        assert buckets.take("a", NOW), "forgotten, since it was the oldest"

    @pytest.mark.parametrize(
        ("source", "near"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),  # one household has so many
            ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
            ("::ffff:192.0.2.7", "192.0.2.7"),  # the same, on a socket for both
            ("", ""),
            ("testclient", "testclient"),
        ],
    )
    def test_neighbours(self, source: str, near: str):
        assert neighbourhood(source) == near


class TestWhoAsks:
    @pytest.mark.parametrize(
        ("peer", "said", "found"),
        [
            ("192.0.2.7", [], "192.0.2.7"),
            ("192.0.2.7", ["198.51.100.1"], "192.0.2.7"),  # anybody can write that header
            ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),  # our proxy can
            ("10.0.0.1", [], "10.0.0.1"),
            (
                "10.0.0.1",
                ["203.0.113.66, 198.51.100.1"],
                "198.51.100.1",
            ),  # what the client claimed comes first
            ("10.0.0.1", ["198.51.100.1, 10.0.0.2"], "198.51.100.1"),  # two proxies of ours
            ("10.0.0.1", ["198.51.100.1", "10.0.0.2"], "198.51.100.1"),  # in two lines
            ("10.0.0.1", ["unknown"], "10.0.0.1"),
            ("10.0.0.1", ["198.51.100.1, junk"], "10.0.0.1"),
            ("10.0.0.1", ["10.0.0.2"], "10.0.0.2"),
            ("::1", ["2001:db8::1"], "2001:db8::1"),
        ],
    )
    def test_only_proxies_of_ours_are_believed(self, peer: str, said: list[str], found: str):
        headers = [(b"x-forwarded-for", value.encode()) for value in said]
        proxies = networks(["10.0.0.0/8", "::1/128"])
        assert client({"client": (peer, 1), "headers": headers}, proxies) == found

    def test_a_socket_without_addresses_has_no_client(self):
        assert client({"client": None, "headers": []}, ()) == ""

    async def test_the_proof_holds_the_client_behind_the_proxy(self, front: Front):
        front = Front(front.store, proxies=("10.0.0.0/8",))
        headers = {"content-type": URLENCODED, "x-forwarded-for": "198.51.100.77"}
        await front.ask("POST", "/subscribe", content=FORM, headers=headers, client="10.1.2.3")
        assert front.row().consent.asked_from == "198.51.100.77"
