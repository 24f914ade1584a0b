"""When a page last changed: the same before and after a restart, so that no reader fetches it for nothing."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from pathlib import Path

from structlog.typing import EventDict

from tests.daemon.house import HOUR, T0, House, service, soon

FEED = "/feeds/patient.pl.rss"
PAGE = "/windows/gate-1/"


async def dated(house: House, path: str, since: str = "") -> tuple[int, str]:
    """Status and ``Last-Modified``, asked for with ``If-Modified-Since``."""
    assert house.where is not None
    url = house.where.url.rstrip("/") + path
    request = urllib.request.Request(url, headers={"If-Modified-Since": since} if since else {})

    def ask() -> tuple[int, str]:
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.headers["Last-Modified"]
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers["Last-Modified"]

    return await asyncio.to_thread(ask)


async def test_a_restart_changes_no_date(tmp_path: Path, logs: list[EventDict]) -> None:
    paths = (FEED, PAGE, "/feeds/patient.pl.ics", "/static/style.css")
    async with service(tmp_path) as house:
        before = {path: await dated(house, path) for path in paths}
    assert set(before.values()) == {(200, "Mon, 04 May 2026 10:00:00 GMT")}
    async with service(tmp_path, again_at=T0 + HOUR) as house:
        assert {path: await dated(house, path) for path in paths} == before
        assert (await dated(house, FEED, since=before[FEED][1]))[0] == 304
        assert (await dated(house, "/"))[1] == "Mon, 04 May 2026 11:00:00 GMT", "it says when we looked"
        house.windows(soon(), soon("gate-2", T0 + 60 * HOUR))
        await house.at(T0 + 2 * HOUR)
        assert (await dated(house, FEED, since=before[FEED][1])) == (200, "Mon, 04 May 2026 12:00:00 GMT")
        assert await dated(house, PAGE) == before[PAGE]
    assert not [event for event in logs if event["log_level"] == "error"]


async def test_a_clock_that_was_set_back_dates_nothing_in_the_future(tmp_path: Path) -> None:
    async with service(tmp_path, again_at=None) as house:
        assert (await dated(house, FEED))[0] == 200
    async with service(tmp_path, again_at=T0 - 3 * HOUR) as house:
        assert await dated(house, PAGE) == (200, "Mon, 04 May 2026 07:00:00 GMT")
