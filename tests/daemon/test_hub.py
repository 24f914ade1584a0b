"""A hub is told what changed, once, beside the loop; its troubles are a line in the log."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
import structlog
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from notifier.daemon.hub import HubTold, changed_feeds

BASE = "https://przerwy.example"


async def told(hub: str, topics: list[str], patience: float = 5.0) -> list[dict[str, object]]:
    with structlog.testing.capture_logs() as events:
        hub_told = HubTold(patience)
        hub_told.tell(hub, topics)
        if hub_told._telling is not None:
            await hub_told._telling
        await hub_told.close()
    return [dict(event) for event in events]


async def test_a_hub_hears_of_each_feed_that_changed(httpserver: HTTPServer):
    asked: list[list[tuple[str, str]]] = []

    def hub(request: Request) -> Response:
        assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
        asked.append(parse_qsl(request.get_data(as_text=True)))
        return Response(status=204)

    httpserver.expect_request("/hub", method="POST").respond_with_handler(hub)
    events = await told(httpserver.url_for("/hub"), [f"{BASE}/feeds/b.pl.rss", f"{BASE}/feeds/a.pl.rss"])
    assert asked == [
        [
            ("hub.mode", "publish"),
            ("hub.url", f"{BASE}/feeds/a.pl.rss"),
            ("hub.url", f"{BASE}/feeds/b.pl.rss"),
        ]
    ]
    assert [event["log_level"] for event in events] == ["debug"]


@pytest.mark.parametrize(("hub", "topics"), [("", [f"{BASE}/feeds/a.pl.rss"]), ("http://127.0.0.1:1/", [])])
async def test_without_a_hub_or_without_a_change_nobody_is_told(hub, topics):
    assert await told(hub, topics) == []


async def test_a_hub_that_is_away_or_refuses_is_one_line(httpserver: HTTPServer):
    httpserver.expect_request("/hub").respond_with_data("no", status=500)
    (refused,) = await told(httpserver.url_for("/hub?secret=x"), [BASE])
    (away,) = await told("http://127.0.0.1:1/secret", [BASE])
    assert (refused["log_level"], refused["reason"]) == ("warning", "answered 500")
    assert (away["log_level"], away["reason"]) == ("warning", "ConnectError")
    assert "secret" not in f"{refused}{away}"


def test_only_news_feeds_that_changed_are_told_of():
    before = {"/feeds/a.pl.rss": b"1", "/feeds/a.pl.atom": b"1", "/feeds/a.pl.ics": b"1", "/index.html": b"1"}
    after = {
        **before,
        "/feeds/a.pl.rss": b"2",
        "/feeds/a.pl.ics": b"2",
        "/index.html": b"2",
        "/feeds/b.pl.json": b"1",
    }
    assert changed_feeds(after, before) == ["/feeds/a.pl.rss", "/feeds/b.pl.json"]
