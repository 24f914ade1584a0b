"""The application answers from its dictionary and from nowhere else."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import unquote

import brotli
import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.web import Answers, App, WebError, pack

CHANGED = datetime(2024, 1, 12, 9, 0, 30, 500000, UTC)
TREE = {
    "/index.html": b"<!doctype html><title>home</title>",
    "/404.html": b"<!doctype html><title>nothing here</title>",
    "/windows/pz-1/index.html": b"<!doctype html><title>pz-1</title>",
    "/feeds/patient.pl.rss": b"<rss/>",
    "/feeds/patient.pl.atom": b"<feed/>",
    "/feeds/patient.pl.json": b"{}",
    "/feeds/patient.pl.ics": b"BEGIN:VCALENDAR\r\n",
    "/api/windows.json": b"{}",
    "/static/style.css": b"body{}",
    "/static/icon.svg": b"<svg/>",
    "/robots.txt": b"User-agent: *\n",
}


def app(tree: Mapping[str, bytes] = TREE, **options) -> App:
    made = App(lambda: ({"state": "fine"}, True), lambda: "up 1\n", **options)
    made.answers = Answers.of(tree, dict.fromkeys(tree, CHANGED))
    return made


async def ask(served: App, path: str, method: str = "GET", **headers: str) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=served)
    async with httpx2.AsyncClient(transport=transport, base_url="http://site.test") as client:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await client.request(method, path, headers=named)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/windows/pz-1/", "text/html; charset=utf-8"),
        ("/feeds/patient.pl.rss", "application/rss+xml; charset=utf-8"),
        ("/feeds/patient.pl.atom", "application/atom+xml; charset=utf-8"),
        ("/feeds/patient.pl.json", "application/feed+json"),
        ("/feeds/patient.pl.ics", "text/calendar; charset=utf-8"),
        ("/api/windows.json", "application/json"),
        ("/static/style.css", "text/css; charset=utf-8"),
        ("/static/icon.svg", "image/svg+xml"),
        ("/robots.txt", "text/plain; charset=utf-8"),
    ],
)
async def test_each_kind_of_file_is_sent_as_what_it_is(path, kind):
    answer = await ask(app(), path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "max-age=300"
    assert answer.headers["last-modified"] == "Fri, 12 Jan 2024 09:00:30 GMT"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/windows/pz-1", "/healthz", "/feeds/patient.pl.rss"])
async def test_every_answer_is_guarded_and_names_no_software(path):
    headers = (await ask(app(), path)).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "server" not in headers
    assert "set-cookie" not in headers


@pytest.mark.parametrize(
    ("held", "status", "why"),
    [
        ("{tag}", 304, "the very tag"),
        ("W/{tag}", 304, "compared weakly, as RFC 9110 asks for GET"),
        ('"other", {tag}', 304, "one of a list"),
        ('"a,b", W/"x" ,{tag}', 304, "a list with a comma inside a tag and blanks around"),
        ("*", 304, "any"),
        ('"other"', 200, "another tag"),
        ("", 200, "an empty list holds nothing"),
        ("{bare}", 200, "a tag without quotes is no tag"),
    ],
)
async def test_if_none_match(held, status, why):
    served = app()
    tag = (await ask(served, "/feeds/patient.pl.rss")).headers["etag"]
    value = held.format(tag=tag, bare=tag.strip('"'))
    answer = await ask(served, "/feeds/patient.pl.rss", if_none_match=value)
    assert answer.status_code == status, why
    if status == 304:
        assert answer.content == b""
        assert answer.headers["etag"] == tag
        assert answer.headers["last-modified"] == "Fri, 12 Jan 2024 09:00:30 GMT"


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Fri, 12 Jan 2024 09:00:30 GMT", 304),
        ("Fri, 12 Jan 2024 09:00:29 GMT", 200),
        ("Sat, 13 Jan 2024 00:00:00 GMT", 304),
        ("Friday, 12-Jan-24 09:00:30 GMT", 304),
        ("Fri Jan 12 09:00:30 2024", 304),
        ("yesterday", 200),
        ("Fri, 99 Jan 2024 09:00:30 GMT", 200),
        ("", 200),
    ],
)
async def test_if_modified_since_reads_the_three_forms_of_a_date_and_ignores_the_rest(since, status):
    assert (await ask(app(), "/", if_modified_since=since)).status_code == status


async def test_a_tag_decides_alone_whatever_the_date_says():
    answer = await ask(app(), "/", if_none_match='"other"', if_modified_since="Sat, 13 Jan 2024 00:00:00 GMT")
    assert answer.status_code == 200


async def test_head_has_the_headers_of_get_and_no_body():
    served = app()
    for path in ("/", "/nowhere", "/healthz"):
        get, head = await ask(served, path), await ask(served, path, "HEAD")
        assert (head.status_code, head.headers, head.content) == (get.status_code, get.headers, b"")
        assert int(head.headers["content-length"]) == len(get.content)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", "/nowhere", "/healthz"])
async def test_other_methods_are_refused_with_what_is_allowed(method, path):
    answer = await ask(app(), path, method)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


async def test_a_folder_without_its_slash_is_sent_on_to_where_it_is():
    answer = await ask(app(), "/windows/pz-1?utm=x")
    assert (answer.status_code, answer.headers["location"]) == (308, "/windows/pz-1/")


async def test_an_unknown_address_gets_the_page_that_says_so():
    answer = await ask(app(), "/nowhere")
    assert (answer.status_code, answer.content) == (404, TREE["/404.html"])
    assert (await ask(app({}), "/nowhere")).status_code == 404


async def raw(
    served: App,
    path: str,
    method: str = "GET",
    headers: list[tuple[bytes, bytes]] | None = None,
    query: bytes = b"",
):
    """Call the application as a server would, with a path no client would send."""
    sent: list[dict[str, object]] = []

    async def send(message):
        sent.append(message)

    async def receive():
        raise AssertionError("no body is ever asked for")

    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": headers or []}
    await served(scope, receive, send)
    start, body = sent
    return start["status"], dict(start["headers"]), body["body"]


@pytest.mark.parametrize(
    "path",
    [
        "/../etc/passwd",
        "/windows/../index.html",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/windows/%2e%2e/",
        "//evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/index.html%00",
        "/%00",
        "/index.html/",
        "/feeds//patient.pl.rss",
        "/%ff%fe",
        "/zażółć",
    ],
)
async def test_tricks_with_paths_lead_nowhere(path):
    for asked in (path, unquote(path)):  # as a proxy may pass it on, and as a server decodes it
        status, headers, body = await raw(app(), asked)
        assert (status, body) == (404, TREE["/404.html"])
        assert b"location" not in headers


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"path": "/" + "a" * 2048}, 414),
        ({"query": b"a" * 4097}, 414),
        ({"headers": [(b"x-flood", b"y")] * 101}, 431),
        ({"query": b"a" * 4096, "headers": [(b"x-flood", b"y")] * 100}, 200),
    ],
    ids=["a long path", "a long query", "many headers", "just not too long"],
)
async def test_what_is_too_long_is_refused(asked, status):
    assert (await raw(app(), asked.pop("path", "/"), **asked))[0] == status


PACKED = {"/index.html": b"<!doctype html>" + b"<p>home</p>" * 200, "/small.html": b"<p>x</p>"}


@pytest.mark.parametrize(
    ("takes", "encoding"),
    [
        ("gzip", "gzip"),
        ("gzip, br", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("identity", None),
        ("GZIP", "gzip"),
        ("gzip;q=0.000", None),
        (";;q=,,", None),
        ("", None),
    ],
)
async def test_packed_answers_are_sent_to_those_who_take_them(takes, encoding):
    served = app(PACKED)
    assert (await ask(served, "/", accept_encoding="gzip, br")).headers.get("content-encoding") is None, (
        "not yet"
    )
    assert pack(served.answers) == 1
    status, headers, body = await raw(served, "/", headers=[(b"accept-encoding", takes.encode())])
    assert status == 200
    assert headers.get(b"content-encoding", b"").decode() == (encoding or "")
    assert headers[b"vary"] == b"accept-encoding"
    assert int(headers[b"content-length"]) == len(body)
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}[encoding]
    assert unpack(body) == PACKED["/index.html"]


async def test_each_encoding_has_a_tag_of_its_own_and_any_of_them_is_known_again():
    served = app(PACKED)
    pack(served.answers)
    tags = set()
    for takes in (b"", b"gzip", b"br"):
        asking = [(b"accept-encoding", takes)]
        _, headers, _ = await raw(served, "/", headers=asking)
        tags.add(headers[b"etag"])
        status, again, body = await raw(served, "/", headers=[*asking, (b"if-none-match", headers[b"etag"])])
        assert (status, body, again[b"etag"]) == (304, b"", headers[b"etag"])
        assert (await raw(served, "/", headers=[(b"if-none-match", headers[b"etag"])]))[0] == 304
    assert len(tags) == 3
    assert (await raw(served, "/small.html", headers=[(b"accept-encoding", b"gzip")]))[2] == b"<p>x</p>"


async def test_what_is_packed_stays_so_in_the_next_tree():
    served = app(PACKED)
    pack(served.answers)
    tree = {**PACKED, "/new.html": b"<p>new</p>" * 500}
    served.answers = Answers.of(tree, dict.fromkeys(tree, CHANGED), before=served.answers)
    assert pack(served.answers) == 1, "only the new one"
    assert pack(served.answers, lambda: False) == 0


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["", ".", "..", "windows", "pz-1", "feeds"])).map("/".join)
)
async def test_whatever_the_path_only_what_is_in_the_tree_is_ever_sent(path):
    status, headers, body = await raw(app(), path)
    if status == 308:
        assert headers[b"location"].decode() in ("/windows/pz-1/", "/")
    else:
        assert body in {*TREE.values(), b'{"state": "fine"}\n', b"up 1\n"}
        assert status == 404 or path in app().answers.by_path or path in ("/healthz", "/metrics")


@given(st.binary(max_size=80), st.binary(max_size=80))
async def test_no_header_a_client_can_send_breaks_an_answer(match, since):
    for headers in ([(b"if-none-match", match)], [(b"if-modified-since", since)]):
        status, _, body = await raw(app(), "/", headers=headers)
        assert (status, body) in {(200, TREE["/index.html"]), (304, b"")}


async def test_health_says_200_or_503_and_is_never_kept():
    well = True
    served = App(lambda: ({"waiting": 3}, well))
    good = await ask(served, "/healthz")
    well = False
    bad = await ask(served, "/healthz")
    assert (good.status_code, bad.status_code) == (200, 503)
    assert json.loads(bad.content) == {"waiting": 3}
    assert bad.headers["cache-control"] == "no-store"
    assert (await ask(served, "/metrics")).status_code == 404, "no metrics, no address"


async def test_metrics_are_the_text_that_was_given():
    answer = await ask(app(), "/metrics")
    assert answer.text == "up 1\n"
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


async def test_a_new_tree_takes_over_with_one_assignment_and_keeps_what_is_the_same():
    served = app()
    first = served.answers
    tree = {**TREE, "/index.html": b"<!doctype html><title>new</title>"}
    del tree["/robots.txt"]
    served.answers = Answers.of(tree, dict.fromkeys(tree, CHANGED + timedelta(days=1)), before=first)
    assert (await ask(served, "/")).text.endswith("<title>new</title>")
    assert (await ask(served, "/robots.txt")).status_code == 404
    again = Answers.of(tree, dict.fromkeys(tree, CHANGED + timedelta(days=1)), before=served.answers)
    assert all(again.by_path[path] is served.answers.by_path[path] for path in tree)
    later = (await ask(served, "/static/style.css")).headers
    assert later["last-modified"] == format_datetime(CHANGED + timedelta(days=1), usegmt=True)
    assert later["etag"].encode() == first.by_path["/static/style.css"].etag, "the tag is of the bytes alone"


async def test_other_applications_get_their_addresses_as_they_came():
    async def other(scope, receive, send):
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    served = app(mounts={"subscribe": other})
    for path in ("/subscribe", "/subscribe/x"):
        answer = await ask(served, path, "POST")
        assert (answer.status_code, answer.text) == (201, path)
    assert (await ask(served, "/subscribers")).status_code == 404
    for path in ("xsubscribe", "xsubscribe/x", "*"):
        assert (await raw(served, path))[0] == 404, "the parser in Python lets such targets through"


async def test_only_http_is_served():
    with pytest.raises(WebError, match="websocket"):
        await app()({"type": "websocket"}, None, None)
