"""Polls against a server that behaves as real ones do, and as they should not."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from dataclasses import replace
from datetime import timedelta

import pytest

from notifier.sources import Statement, Trouble, TroubleKind, polling
from notifier.sources.document import Document
from notifier.sources.keeping import Keeper
from notifier.sources.kind import Asked, Kind, Told
from tests.sources.conftest import Reader, spec
from tests.sources.examples import EXAMPLES, FIRST, NOW, SECOND, SENTENCES, calendar, event, feed, item, page
from tests.sources.server import Reply, Site, redirect
from tests.sources.test_contract import DOCUMENTS, LOGIN

FEED = EXAMPLES["feed"].body
HTML = {"Content-Type": "text/html; charset=utf-8"}


def reply(kind: str, **headers: str) -> Reply:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return Reply(EXAMPLES[kind].body, headers={"Content-Type": EXAMPLES[kind].content_type, **named})


def statement(result: Statement | Trouble) -> Statement:
    assert isinstance(result, Statement), result
    return result


def trouble(result: Statement | Trouble) -> Trouble:
    assert isinstance(result, Trouble), result
    return result


@pytest.mark.parametrize("kind", DOCUMENTS)
async def test_what_is_served_is_told(kind: str, site: Site, reader: Reader) -> None:
    site.put(reply(kind))
    said = statement(await reader.poll(spec(kind, site.url())))
    assert [(claim.start, claim.end) for claim in said.claims] == [FIRST, SECOND]
    assert all(claim.sure for claim in said.claims)
    assert said.seen_at == NOW
    assert said.complete == (kind in {"calendar", "statuspage", "latarnia"})


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize(
    "content_type", ["text/plain;charset=UTF-8", "application/octet-stream", "", "nonsense"]
)
async def test_a_wrong_content_type_changes_nothing(
    kind: str, content_type: str, site: Site, reader: Reader
) -> None:
    site.put(Reply(EXAMPLES[kind].body, headers={"Content-Type": content_type}))
    assert len(statement(await reader.poll(spec(kind, site.url()))).claims) == 2


TROUBLES = {
    "a server in trouble": (Reply(b"oops", 500), TroubleKind.AWAY),
    "a gateway without its server": (Reply(b"<html>", 502, HTML), TroubleKind.AWAY),
    "a server that asks to be left alone": (Reply(b"", 429, {"Retry-After": "7200"}), TroubleKind.SLOW_DOWN),
    "maintenance of the server itself": (Reply(b"", 503, {"Retry-After": "600"}), TroubleKind.SLOW_DOWN),
    "a page that is gone": (Reply(b"", 404), TroubleKind.REFUSED),
    "a door that is closed": (Reply(b"", 403), TroubleKind.REFUSED),
    "an answer without content": (Reply(b"", 204), TroubleKind.BAD_DATA),
    "304 to what was not asked": (Reply(b"", 304), TroubleKind.BAD_DATA),
    "nothing at all": (Reply(b""), TroubleKind.BAD_DATA),
    "half a body": (Reply(FEED, sent=len(FEED) // 2), TroubleKind.CUT_SHORT),
    "half a body of unknown length": (Reply(FEED[: len(FEED) // 2], length=False), TroubleKind.CUT_SHORT),
    "a packed body that is all there but for its last octets": (
        Reply(gzip.compress(FEED)[:-4], headers={"Content-Encoding": "gzip"}, length=False),
        TroubleKind.CUT_SHORT,
    ),
    "a body that is not packed, and says so": (
        Reply(FEED, headers={"Content-Encoding": "gzip"}),
        TroubleKind.BAD_DATA,
    ),
    "a packing that was not asked for": (
        Reply(FEED, headers={"Content-Encoding": "br"}),
        TroubleKind.BAD_DATA,
    ),
    "too much": (Reply(FEED + b" " * 200_000), TroubleKind.TOO_BIG),
    "too much, of unknown length": (Reply(FEED + b" " * 200_000, length=False), TroubleKind.TOO_BIG),
    "a bomb": (
        Reply(gzip.compress(b"<rss>" + b"0" * 30_000_000, 6), headers={"Content-Encoding": "gzip"}),
        TroubleKind.TOO_BIG,
    ),
    "a log-in page": (Reply(LOGIN, headers=HTML), TroubleKind.LOGIN_PAGE),
    "a page of a gatekeeper": (
        Reply(b"<!doctype html><html><p>Just a moment", headers=HTML),
        TroubleKind.BAD_DATA,
    ),
    "something else altogether": (Reply(b"%PDF-1.7 \x00\x01\x02"), TroubleKind.NOT_TEXT),
    "another kind of text": (Reply(b"hello"), TroubleKind.BAD_DATA),
    "a redirect in a circle": (redirect("/feed"), TroubleKind.REDIRECTED),
    "a redirect to a file": (redirect("file:///etc/passwd"), TroubleKind.REDIRECTED),
    "a redirect into our network": (redirect("http://10.0.0.1/feed"), TroubleKind.REDIRECTED),
    "a redirect to nowhere": (Reply(b"", 302), TroubleKind.BAD_DATA),
}


@pytest.mark.parametrize("sentence", TROUBLES)
async def test_what_servers_do_that_they_should_not(sentence: str, site: Site, reader: Reader) -> None:
    answer, kind = TROUBLES[sentence]
    source = spec("feed", site.url())
    site.put(answer)
    told = trouble(await reader.poll(source))
    assert told.kind is kind, told
    assert told.retry_at > NOW
    assert reader.record().trouble is kind
    # And once it is over, nothing of it is left.
    site.put(reply("feed"))
    reader.later(days=1)
    assert len(statement(await reader.poll(source)).claims) == 2
    assert reader.record().failures == 0


async def test_a_server_that_never_ends_is_left(site: Site, reader: Reader) -> None:
    reader.client._limits = replace(reader.client._limits, seconds=0.3)
    site.put(Reply(FEED, sent=100, hang=True))
    assert trouble(await reader.poll(spec("feed", site.url()))).kind is TroubleKind.AWAY


async def test_a_server_that_is_not_there(reader: Reader) -> None:
    assert trouble(await reader.poll(spec("feed", "http://127.0.0.1:9/feed"))).kind is TroubleKind.AWAY


async def test_a_longer_and_longer_way_is_given_up(site: Site, reader: Reader) -> None:
    for number in range(20):
        site.put(redirect(f"/{number + 1}"), f"/{number}")
    assert trouble(await reader.poll(spec("feed", site.url("/0")))).kind is TroubleKind.REDIRECTED
    assert len(site.paths) == 6


async def test_nobody_goes_round_in_a_circle_twice(site: Site, reader: Reader) -> None:
    site.put(redirect("/b"), "/a")
    site.put(redirect("/a"), "/b")
    assert "circle" in trouble(await reader.poll(spec("feed", site.url("/a")))).detail
    assert site.paths == ["/a", "/b"]


async def test_a_short_way_is_followed_and_a_lasting_one_is_told(site: Site, reader: Reader) -> None:
    site.put(redirect("/b", 301), "/a")
    site.put(redirect("/c", 308), "/b")
    site.put(reply("feed"), "/c")
    statement(await reader.poll(spec("feed", site.url("/a"))))
    assert reader.record().moved_to == site.url("/c")
    site.put(redirect("/c", 307), "/b")
    statement(await reader.poll(spec("feed", site.url("/a"))))
    assert reader.record().moved_to == ""


async def test_what_has_not_changed_is_not_sent_again_and_is_still_said(site: Site, reader: Reader) -> None:
    site.put(reply("calendar", ETag='"1"', Last_Modified="Mon, 02 Mar 2026 09:00:00 GMT"))
    source = spec("calendar", site.url())
    first = statement(await reader.poll(source))
    reader.later(hours=1)
    second = statement(await reader.poll(source))
    assert site.last()["if-none-match"] == '"1"'
    assert site.last()["if-modified-since"] == "Mon, 02 Mar 2026 09:00:00 GMT"
    assert second.claims == first.claims
    assert second.seen_at == reader.now
    assert reader.record().last_good == reader.now


async def test_without_the_copy_everything_is_asked_for(site: Site, reader: Reader) -> None:
    site.put(reply("feed", ETag='"1"'))
    source = spec("feed", site.url())
    statement(await reader.poll(source))
    (reader.state / "sources" / "tried" / "latest").unlink()
    assert len(statement(await reader.poll(source)).claims) == 2
    assert "if-none-match" not in site.last()


async def test_an_answer_that_was_not_believed_does_not_count_as_known(site: Site, reader: Reader) -> None:
    source = spec("feed", site.url())
    site.put(Reply(LOGIN, headers={"ETag": '"login"'}))
    trouble(await reader.poll(source))
    trouble(await reader.poll(source))
    assert "if-none-match" not in site.last()
    assert (reader.state / "sources" / "tried" / "refused").read_bytes() == LOGIN


@pytest.mark.parametrize("kind", DOCUMENTS)
async def test_a_source_that_falls_silent_is_not_believed_before_its_news_is_over(
    kind: str, site: Site, reader: Reader
) -> None:
    source = spec(kind, site.url())
    site.put(reply(kind))
    statement(await reader.poll(source))
    site.put(Reply(EXAMPLES[kind].empty))
    reader.later(hours=1)
    assert trouble(await reader.poll(source)).kind is TroubleKind.SUDDENLY_EMPTY
    assert statement(await reader.poll(source, believe=True)).claims == ()


@pytest.mark.parametrize("kind", [kind for kind in DOCUMENTS if kind != "feed"])
async def test_once_everything_is_over_silence_is_natural(kind: str, site: Site, reader: Reader) -> None:
    source = spec(kind, site.url())
    site.put(reply(kind))
    statement(await reader.poll(source))
    site.put(Reply(EXAMPLES[kind].empty))
    reader.now = SECOND[1] + timedelta(minutes=1)
    assert statement(await reader.poll(source)).claims == ()


@pytest.mark.parametrize("kind", DOCUMENTS)
async def test_a_source_that_never_said_anything_may_stay_silent(
    kind: str, site: Site, reader: Reader
) -> None:
    site.put(Reply(EXAMPLES[kind].empty))
    for _ in range(2):
        assert statement(await reader.poll(spec(kind, site.url()))).claims == ()


@pytest.mark.parametrize("kind", DOCUMENTS)
async def test_yesterdays_copy_is_not_believed(kind: str, site: Site, reader: Reader) -> None:
    source = spec(kind, site.url())
    site.put(reply(kind, Last_Modified="Tue, 03 Mar 2026 08:00:00 GMT"))
    statement(await reader.poll(source))
    site.put(Reply(EXAMPLES[kind].body + b"\n", headers={"Last-Modified": "Mon, 02 Mar 2026 08:00:00 GMT"}))
    if kind == "statuspage":
        site.put(
            Reply(EXAMPLES[kind].body.replace(b"2026-03-02T09:00:00.000Z", b"2026-03-01T09:00:00.000Z", 1))
        )
    told = trouble(await reader.poll(source))
    assert told.kind is TroubleKind.STALE
    assert len(statement(await reader.poll(source, believe=True)).claims) == 2


async def test_a_date_in_the_future_does_not_make_all_that_follows_look_old(
    site: Site, reader: Reader
) -> None:
    source = spec("feed", site.url())
    site.put(reply("feed", Last_Modified="Fri, 01 Jan 2099 00:00:00 GMT"))
    statement(await reader.poll(source))
    reader.later(hours=1)
    site.put(Reply(FEED + b"\n", headers={"Last-Modified": "Tue, 03 Mar 2026 09:30:00 GMT"}))
    statement(await reader.poll(source))


@pytest.mark.parametrize("charset", ["iso-8859-2", "windows-1250", "utf-8", "utf-16"])
@pytest.mark.parametrize("told", [True, False], ids=["the header says it", "only the document says it"])
async def test_other_charsets_are_read(charset: str, told: bool, site: Site, reader: Reader) -> None:
    sentence = SENTENCES[0].replace("nie będzie działać", "będzie niedostępny")
    header = f"text/xml; charset={charset}" if told else "text/xml"
    site.put(Reply(feed(item(1, sentence), charset=charset), headers={"Content-Type": header}))
    (claim,) = statement(await reader.poll(spec("feed", site.url()))).claims
    assert "będzie niedostępny" in claim.evidence


@pytest.mark.parametrize(
    ("charset", "header", "meta"),
    [
        ("windows-1250", "text/html", "windows-1250"),
        ("iso-8859-2", "text/html; charset=iso-8859-2", "utf-8"),
        ("windows-1250", "text/html; charset=iso-8859-1", ""),
        ("windows-1250", "text/html; charset=utf-8", ""),
        ("iso-8859-2", "text/html", ""),
        ("utf-8", "text/html; charset=nonsense", ""),
    ],
)
async def test_pages_in_other_charsets_are_read(
    charset: str, header: str, meta: str, site: Site, reader: Reader
) -> None:
    text = page(SENTENCES[0] + " Źródło: bądź czujny, łącza są świeże.").decode()
    text = text.replace('<meta charset="utf-8">', f'<meta charset="{meta}">' if meta else "")
    site.put(Reply(text.encode(charset), headers={"Content-Type": header}))
    (claim,) = statement(await reader.poll(spec("page", site.url()))).claims
    assert "będzie działać" in claim.evidence


async def test_a_page_that_was_rebuilt_is_told(site: Site, reader: Reader) -> None:
    source = spec("page", site.url())
    site.put(Reply(page(*SENTENCES).replace(b"main>", b"section>")))
    assert trouble(await reader.poll(source)).kind is TroubleKind.ODD_LAYOUT


async def test_a_page_whose_date_is_gone_is_told(site: Site, reader: Reader) -> None:
    site.put(Reply(page(*SENTENCES).replace(b"time", b"span")))
    assert trouble(await reader.poll(spec("page", site.url()))).kind is TroubleKind.ODD_LAYOUT


async def test_tomorrow_means_the_same_at_every_poll(site: Site, reader: Reader) -> None:
    source = spec("page", site.url(), published="")
    sentence = "Jutro od godz. 22:00 do godz. 23:00 nie będzie działać Profil Zaufany."
    site.put(Reply(page(sentence)))
    (first,) = statement(await reader.poll(source)).claims
    reader.later(days=1)
    (second,) = statement(await reader.poll(source)).claims
    assert second == first
    assert first.start is not None
    assert first.start.date() == NOW.date() + timedelta(days=1)
    assert not first.sure, "nobody said when it was written"


async def test_full_dates_need_no_date_of_publication(site: Site, reader: Reader) -> None:
    site.put(Reply(page(*SENTENCES)))
    said = statement(await reader.poll(spec("page", site.url(), published="")))
    assert [claim.sure for claim in said.claims] == [True, True]


async def test_the_user_agent_says_who_asks(site: Site, reader: Reader) -> None:
    site.put(reply("feed"))
    await reader.poll(spec("feed", site.url()))
    assert site.last()["user-agent"] == "notifier/0 (+https://przerwy.example.org)"
    assert "application/atom+xml" in site.last()["accept"]
    assert site.last()["accept-encoding"] == "gzip"
    assert "cookie" not in site.last()


async def test_robots_txt_is_obeyed_and_asked_for_once_a_day(site: Site, reader: Reader) -> None:
    source = spec("feed", site.url())
    site.put(reply("feed"))
    site.put(Reply(b"User-agent: *\nDisallow: /feed\n"), "/robots.txt")
    assert trouble(await reader.poll(source)).kind is TroubleKind.FORBIDDEN
    assert site.paths == []
    statement(await reader.poll(replace(source, obey_robots=False)))
    await reader.poll(source)
    assert [asked.path for asked in site.asked].count("/robots.txt") == 1
    site.put(Reply(b"User-agent: *\nDisallow: /feed\nUser-agent: notifier\nAllow: /\n"), "/robots.txt")
    reader.later(hours=25)
    statement(await reader.poll(source))


async def test_robots_txt_that_cannot_be_had_forbids_everything(site: Site, reader: Reader) -> None:
    site.put(reply("feed"))
    site.put(Reply(b"", 503), "/robots.txt")
    told = trouble(await reader.poll(spec("feed", site.url())))
    assert (told.kind, site.paths) == (TroubleKind.AWAY, [])
    assert "robots.txt" in told.detail


async def test_the_last_copies_are_kept_and_no_more(site: Site, reader: Reader) -> None:
    source = spec("feed", site.url())
    for number in range(9):
        site.put(Reply(feed(item(number, SENTENCES[0]))))
        statement(await reader.poll(source))
        reader.later(minutes=1)
    folder = reader.state / "sources" / "tried"
    assert (folder / "latest").read_bytes() == feed(item(8, SENTENCES[0]))
    assert [
        f"org/{n}<".encode() in path.read_bytes()
        for n, path in enumerate(sorted((folder / "copies").iterdir()), 3)
    ]
    assert len(list((folder / "copies").iterdir())) == 5
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"trouble": "x"}', b'{"last_try": "yesterday"}', b"\xff\xfe"]
)
async def test_a_damaged_record_is_begun_anew(damage: bytes, site: Site, reader: Reader) -> None:
    source = spec("feed", site.url())
    site.put(reply("feed", ETag='"1"'))
    statement(await reader.poll(source))
    (reader.state / "sources" / "tried" / "state.json").write_bytes(damage)
    assert len(statement(await reader.poll(source)).claims) == 2
    assert "if-none-match" not in site.last()


async def test_a_file_is_read_like_an_address(reader: Reader) -> None:
    path = reader.state / "windows.ics"
    source = spec("calendar", path=path)
    assert trouble(await reader.poll(source)).kind is TroubleKind.NOT_SET_UP
    path.write_bytes(EXAMPLES["calendar"].body)
    assert len(statement(await reader.poll(source)).claims) == 2


async def test_only_what_is_due_is_read_and_one_bad_source_hinders_no_other(
    site: Site, reader: Reader
) -> None:
    site.put(reply("feed"), "/a")
    site.put(Reply(b"", 500), "/b")
    site.put(reply("calendar"), "/c")
    sources = [
        replace(spec("feed", site.url("/a")), id="a"),
        replace(spec("feed", site.url("/b")), id="b"),
        replace(spec("calendar", site.url("/c")), id="c", every=timedelta(days=2)),
    ]
    results = await reader.poller.poll_due(sources, reader.now)
    assert [type(result) for result in results] == [Statement, Trouble, Statement]
    assert await reader.poller.poll_due(sources, reader.now) == []
    soonest = reader.poller.next_poll(sources, reader.now)
    assert soonest is not None
    assert timedelta(minutes=5) <= soonest - reader.now <= timedelta(minutes=5.5), "the one in trouble"
    reader.later(hours=2)
    assert [result.source for result in await reader.poller.poll_due(sources, reader.now)] == ["a", "b"]


@pytest.mark.parametrize(("days", "told"), [(0, 2), (7, 2), (8, 1), (15, 0)])
async def test_what_was_over_long_ago_is_not_brought_up(
    days: int, told: int, site: Site, reader: Reader
) -> None:
    site.put(reply("feed"))
    reader.now = FIRST[1] + timedelta(days=days)
    assert len(statement(await reader.poll(spec("feed", site.url()))).claims) == told


@pytest.mark.parametrize(("days", "told"), [(0, 1), (59, 1), (61, 0)])
async def test_a_vague_notice_is_worth_a_look_for_a_while(
    days: int, told: int, site: Site, reader: Reader
) -> None:
    vague = "W dniu 14 marca 2026 r. planowane są prace techniczne systemu Profil Zaufany."
    site.put(Reply(feed(item(1, vague))))
    reader.now = NOW + timedelta(days=days)
    assert len(statement(await reader.poll(spec("feed", site.url()))).claims) == told


async def test_no_claim_is_from_the_future(site: Site, reader: Reader) -> None:
    site.put(Reply(feed(item(1, SENTENCES[0], "Wed, 04 Mar 2026 10:00:00 +0100"))))
    (claim,) = statement(await reader.poll(spec("feed", site.url()))).claims
    assert claim.published is None


async def test_an_entry_keeps_its_key_when_its_hours_change(site: Site, reader: Reader) -> None:
    source = spec("feed", site.url())
    site.put(Reply(feed(item(1, SENTENCES[0]))))
    (before,) = statement(await reader.poll(source)).claims
    site.put(Reply(feed(item(1, SENTENCES[0].replace("22:00", "23:00")))))
    (after,) = statement(await reader.poll(source)).claims
    assert after.key == before.key
    assert after.start != before.start


async def test_the_horizon_moves_also_while_nothing_changes(site: Site, reader: Reader) -> None:
    weekly = calendar(event("w", ":20260307T210000Z", ":20260308T030000Z", "RRULE:FREQ=WEEKLY"))
    site.put(Reply(weekly, headers={"ETag": '"1"'}))
    source = spec("calendar", site.url(), horizon=timedelta(days=14))
    first = {claim.key for claim in statement(await reader.poll(source)).claims}
    reader.later(days=14)
    second = {claim.key for claim in statement(await reader.poll(source)).claims}
    assert len(first) == 2
    assert second - first
    assert first & second


@pytest.mark.parametrize(
    ("retry_after", "shortest"),
    [
        ("7200", timedelta(hours=2)),
        ("Tue, 03 Mar 2026 12:00:00 GMT", timedelta(hours=3)),
        ("99999999999999999999", timedelta(days=2)),
        ("Fri, 01 Jan 2099 00:00:00 GMT", timedelta(days=2)),
        ("Mon, 02 Mar 2026 12:00:00 GMT", timedelta(minutes=5)),
        ("-5", timedelta(minutes=5)),
        ("soon", timedelta(minutes=5)),
    ],
)
async def test_a_server_is_left_alone_as_long_as_it_asks(
    retry_after: str, shortest: timedelta, site: Site, reader: Reader
) -> None:
    site.put(Reply(b"", 429, {"Retry-After": retry_after}))
    told = trouble(await reader.poll(spec("feed", site.url())))
    assert shortest <= told.retry_at - NOW <= shortest * 1.1


async def test_a_bomb_is_not_unpacked(site: Site, reader: Reader) -> None:
    site.put(TROUBLES["a bomb"][0])
    source = spec("feed", site.url())
    await reader.poll(source)  # what is loaded at the first poll does not count
    tracemalloc.start()
    trouble(await reader.poll(source))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000, "of 30 MB"


async def test_one_server_is_asked_one_thing_at_a_time(site: Site, reader: Reader) -> None:
    sources = [replace(spec("feed", site.url(f"/{n}")), id=f"s{n}") for n in range(3)]
    for number in range(3):
        site.put(Reply(FEED, waits=True), f"/{number}")
    results = await reader.poller.poll_due(sources, reader.now)
    assert [result.source for result in results] == [source.id for source in sources]
    assert site.most_at_once == 1


async def test_a_reader_that_breaks_ends_its_own_poll_and_no_more(
    site: Site, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(document: Document, asked: Asked) -> Told:
        raise ZeroDivisionError

    monkeypatch.setattr(polling, "kind_of", lambda name: Kind(read=broken))
    site.put(reply("feed"))
    told = trouble(await reader.poll(spec("feed", site.url())))
    assert (told.kind, told.detail) == (TroubleKind.BAD_DATA, "could not be read: ZeroDivisionError")


async def test_a_mail_that_brings_the_reader_down_is_put_aside(reader: Reader) -> None:
    keeper = Keeper(reader.state, "tried")
    nested = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(2000)
    ).encode()
    keeper.add_mail(nested, NOW)
    keeper.add_mail(EXAMPLES["pipe"].body, NOW)
    assert len(statement(await reader.poll(spec("pipe"))).claims) == 2
    assert (keeper.folder / "refused").read_bytes() == nested
    assert len(keeper.mails(NOW)) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<rss>" + b"<!-- x -->" * 20_000 + b"y",
        b"<!doctype html>" + b"<input " * 25_000,
        b"<rss><channel>" + b"<item>" * 20_000,
        b"[" * 100_000,
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 5_000 + b"END:VCALENDAR\r\n",
    ],
    ids=["comments", "fields", "open elements", "open lists", "open events"],
)
@pytest.mark.parametrize("kind", DOCUMENTS)
async def test_hostile_documents_take_no_time(kind: str, body: bytes, site: Site, reader: Reader) -> None:
    site.put(Reply(body))
    started = time.process_time()
    await reader.poll(spec(kind, site.url()))
    assert time.process_time() - started < 5
