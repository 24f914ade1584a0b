"""From a page on a server to a mail, end to end: what it says, says otherwise, and says no more."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from datetime import timedelta
from email.header import decode_header, make_header
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from notifier.cycle.review import Review
from notifier.model import Status
from notifier.store import Store
from tests.daemon.house import T0, House, service
from tests.sources.server import Reply, Site, serving

NIGHT = "W dniu 6 maja 2026 r. w godzinach 20:00 - 23:00 nie zadziała Brama."
LATER = "W dniu 6 maja 2026 r. w godzinach 21:00 - 23:30 nie zadziała Brama."


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as made:
        yield made


def page(*notices: str) -> Reply:
    told = "".join(
        f"<article><time datetime='2026-05-04'>4 maja 2026</time><p>{text}</p></article>" for text in notices
    )
    body = f"<!DOCTYPE html><html lang='pl'><body><main>{told}</main></body></html>"
    return Reply(body.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def sources(house: House, site: Site, trust: str) -> None:
    (house.config / "sources.yaml").write_text(
        f"- id: page\n  kind: page\n  name: Urząd\n  url: {site.url('/news')}\n  selector: main\n"
        f"  items: article\n  published: time\n  trust: {trust}\n  every: 10m\n  stale_after: 1d\n"
    )


async def begun(house: House) -> None:
    """Have the new configuration taken up, the page read for the first time, and a pass after it."""
    before = len(house.passes)
    await house.hand.look()
    await house.until(lambda: len(house.passes) >= before + 2)
    await house.hand.slept()


async def polled(house: House, hours: float) -> None:
    """Have the page read at that hour, and a pass after it."""
    before = len(house.passes)
    await house.hand.slept()
    house.clock.advance((T0 + timedelta(hours=hours) - house.clock.now()).total_seconds())
    house.service.parts.polling.stir()
    await house.until(lambda: len(house.passes) > before)
    await house.hand.slept()


def windows(house: House) -> list[tuple[str, str, str, Status]]:
    store = Store.open(house.service.parts.store_url, migrate=False)
    try:
        found = [edition.window for edition in store.editions.latest().values() if edition.origin != "files"]
    finally:
        store.close()
    return [(one.id, f"{one.start:%d %H:%M}", f"{one.end:%d %H:%M}", one.status) for one in found]


async def letters(house: House) -> list[str]:
    """The subjects of all mails in the Maildir, oldest first."""
    await house.service.drained()
    if not (house.state / "mail").exists():
        return []
    box = mailbox.Maildir(house.state / "mail", create=False)
    mails = sorted(box, key=lambda mail: (str(mail["Date"]), str(mail["Subject"])))
    return [str(make_header(decode_header(mail["Subject"]))) for mail in mails]


def public(house: House, path: str) -> str:
    return (house.state / "public" / path).read_text()


async def test_a_page_that_is_trusted_is_told_and_its_change_and_its_silence_cancels_nothing(
    tmp_path: Path, site: Site
) -> None:
    async with service(tmp_path, "[]\n", people=("ola",), reads=True) as house:
        sources(house, site, "trusted")
        site.put(page(NIGHT), "/news")
        await begun(house)
        assert windows(house) == [("gate-2026-05-06", "06 18:00", "06 21:00", Status.CONFIRMED)]
        assert len(await letters(house)) == 1

        site.put(page(LATER), "/news")
        await polled(house, 1)
        assert windows(house) == [("gate-2026-05-06", "06 19:00", "06 21:30", Status.CONFIRMED)]
        assert len(await letters(house)) == 2
        assert "23:30" in public(house, "feeds/patient.pl.rss")
        assert "DTSTART:20260506T190000Z" in public(house, "feeds/patient.pl.ics")

        site.put(page(), "/news")
        for hours in (2, 3):
            await polled(house, hours)
        assert [status for *_, status in windows(house)] in ([Status.CONFIRMED], [Status.TENTATIVE])
        assert len(await letters(house)) == 2
        assert "CANCELLED" not in public(house, "feeds/patient.pl.ics")

        # The frozen source was not read for longer than it may be: what it said is uncertain now.
        await polled(house, 27)
        assert [status for *_, status in windows(house)] == [Status.TENTATIVE]
        assert "STATUS:TENTATIVE" in public(house, "feeds/patient.pl.ics")
        assert house.service.health.sources.keys() == {"page"}
        # The first page says of each source when it was read, and that this one cannot be at present.
        front = public(house, "index.html")
        assert ("Urząd" in front, "ostatnia próba się nie udała" in front) == (True, True)
        assert not any("odwołan" in subject.lower() for subject in await letters(house))


async def test_a_page_under_review_is_told_once_a_person_has_approved_it(tmp_path: Path, site: Site) -> None:
    async with service(tmp_path, "[]\n", people=("ola",), reads=True) as house:
        sources(house, site, "review")
        site.put(page(NIGHT), "/news")
        await begun(house)
        assert (windows(house), await letters(house), house.passes[-1].drafts) == ([], [], 1)
        assert "gate" not in public(house, "api/windows.json")
        store = Store.open(house.service.parts.store_url, migrate=False)
        try:
            review, now = Review(house.service.config, store), house.clock.now()
            (draft,) = review.drafts(now)
            assert draft.witness.says.evidence == NIGHT
            review.decide(draft, approve=True, who="anna", why="called", now=now)
        finally:
            store.close()
        await polled(house, 1)
        assert [status for *_, status in windows(house)] == [Status.CONFIRMED]
        assert len(await letters(house)) == 1


async def test_a_login_page_freezes_what_was_said_and_the_operator_hears_of_it(
    tmp_path: Path, site: Site
) -> None:
    async with service(tmp_path, "[]\n", reads=True) as house:
        sources(house, site, "trusted")
        site.put(page(NIGHT), "/news")
        await begun(house)
        said = windows(house)
        site.put(Reply(b"<!DOCTYPE html><html><body><input type=password></body></html>"), "/news")
        with capture_logs():
            await polled(house, 1)
        assert windows(house) == said
        assert house.service.health.sources["page"].startswith("login-page")
        status, text = await house.get("/healthz")
        assert (status, "not to be relied on: page" in text) == (200, True)
