"""Mails: from a pipe, and from a folder on a real IMAP server (Dovecot)."""

from __future__ import annotations

import imaplib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from notifier.model import Status
from notifier.sources import Statement, Trouble, TroubleKind, keeping
from notifier.sources.document import Document
from notifier.sources.keeping import LONGEST_MAIL, MAILS_KEPT, Keeper
from notifier.sources.kind import Asked, Memory, Told
from notifier.sources.mailbox import Login
from notifier.sources.mails import OTHER_SENDER, read_mail
from notifier.sources.polling import Poller
from notifier.sources.reading import Names
from notifier.sources.texts import NOT_DATED
from tests.dovecot import dovecot
from tests.sources.conftest import Reader, spec
from tests.sources.examples import FIRST, NOW, SECOND, SENTENCES, calendar, event, mail

TOMORROW = "Jutro od godz. 22:00 do godz. 23:00 nie będzie działać Profil Zaufany."


def read(raw: bytes, names: Names, **keys: object) -> Told:
    return read_mail(Document(raw), Asked(spec("pipe", **keys), NOW, names, Memory(NOW)))


def built(*parts: tuple[str, str], **fields: str) -> bytes:
    """A mail with parts of these subtypes and contents, quoted-printable and base64 as the library likes it."""
    letter = EmailMessage()
    letter["From"], letter["Date"] = "Bank <komunikaty@bank.example.org>", "Mon, 02 Mar 2026 10:00:00 +0100"
    letter["Subject"] = fields.get("Subject", "Przerwa techniczna – żółw")
    first, *others = parts
    letter.set_content(first[1], subtype=first[0])
    for subtype, content in others:
        letter.add_alternative(content, subtype=subtype)
    return letter.as_bytes()


def test_html_alone_is_read(known: Names) -> None:
    (claim,) = read(built(("html", f"<html><body><p>{SENTENCES[0]}</p></body></html>")), known).claims
    assert (claim.start, claim.end, claim.sure) == (*FIRST, True)


def test_the_plain_part_goes_before_html(known: Names) -> None:
    raw = built(("plain", SENTENCES[0]), ("html", f"<p>{SENTENCES[1]}</p>"))
    assert [claim.start for claim in read(raw, known).claims] == [FIRST[0]]


def test_a_calendar_part_goes_before_all_words(known: Names) -> None:
    ics = calendar(event("u1", ":20260321T210000Z", ":20260322T030000Z")).decode()
    (claim,) = read(built(("plain", SENTENCES[0]), ("calendar", ics)), known, systems=("pz",)).claims
    assert (claim.key, claim.start, claim.sure) == ("u1", SECOND[0], True)
    assert claim.published == datetime(2026, 3, 2, 9, tzinfo=UTC), "the calendar does not say, the mail does"


def test_half_a_calendar_part_leaves_the_words(known: Names) -> None:
    raw = built(("plain", SENTENCES[0]), ("calendar", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"))
    assert [claim.start for claim in read(raw, known).claims] == [FIRST[0]]


def test_tomorrow_is_the_day_after_the_mail(known: Names) -> None:
    (claim,) = read(mail(TOMORROW), known).claims
    assert (claim.start, claim.sure) == (datetime(2026, 3, 3, 21, tzinfo=UTC), True)


@pytest.mark.parametrize("prefix", ["Fwd: ", "FW: ", "PD: ", "Fw:"])
def test_a_forwarded_mail_does_not_say_when_its_notice_was_written(prefix: str, known: Names) -> None:
    (claim,) = read(mail(TOMORROW, Subject=prefix + "Przerwa"), known).claims
    assert not claim.sure
    assert NOT_DATED in claim.problems
    assert read(mail(SENTENCES[0], Subject=prefix + "Przerwa"), known).claims[0].sure, (
        "full dates need no other"
    )


@pytest.mark.parametrize("date", ["", "nonsense", "Thu, 01 Jan 2099 00:00:00 +0000", "32 Foo 2026"])
def test_a_date_that_is_none_is_none(date: str, known: Names) -> None:
    (claim,) = read(mail(SENTENCES[0], Date=date), known).claims
    assert claim.published is None
    assert claim.sure


@pytest.mark.parametrize(
    ("sender", "known_one"),
    [
        ("komunikaty@bank.example.org", True),
        ("Bank <KOMUNIKATY@bank.example.org>", True),
        ("inny@bank2.example.org", True),
        ("komunikaty@bank.example.org.evil.example", False),
        ('"komunikaty@bank.example.org" <x@evil.example>', False),
        ("x@evilbank2.example.org", False),
        ("", False),
    ],
)
def test_only_senders_that_are_named_are_taken_at_their_word(
    sender: str, known_one: bool, known: Names
) -> None:
    senders = ("komunikaty@bank.example.org", "@bank2.example.org")
    (claim,) = read(mail(SENTENCES[0], From=sender), known, senders=senders).claims
    assert claim.sure is known_one
    assert (OTHER_SENDER in claim.problems) is not known_one


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain; charset=nonsense"},
        {"Content-Type": "multipart/mixed; boundary=missing"},
        {"Content-Transfer-Encoding": "base64"},
        {"Subject": "=?utf-8?B?broken"},
        {"Subject": "=?nonsense?Q?x?="},
        {"From": "<<<>>>"},
        {"Content-Type": "text/plain; charset=\x00"},
        {"Date": "Mon, 01 Jan 0001 00:00:00 +1400"},
        {"Content-Type": "message/rfc822"},
        {"Content-Type": 'text/plain; charset="\\'},
    ],
    ids=str,
)
def test_broken_mails_do_no_harm(headers: dict[str, str], known: Names) -> None:
    read(mail(SENTENCES[0], **{name.replace("-", "_"): value for name, value in headers.items()}), known)


async def poll(reader: Reader, **keys: object) -> Statement:
    result = await reader.poll(spec("pipe", **keys))
    assert isinstance(result, Statement), result
    return result


async def test_what_was_taken_is_said_at_every_poll_until_it_is_old(reader: Reader) -> None:
    keeper = Keeper(reader.state, "tried")
    assert (await poll(reader)).claims == ()
    assert keeper.add_mail(mail(SENTENCES[0]), reader.now)
    assert not keeper.add_mail(mail(SENTENCES[0]), reader.now), "the same mail again"
    assert keeper.add_mail(mail(SENTENCES[1]), reader.now + timedelta(seconds=1))
    for _ in range(2):
        said = await poll(reader)
        assert [claim.start for claim in said.claims] == [FIRST[0], SECOND[0]]
        assert not said.complete
    reader.now += MAILS_KEPT + timedelta(days=1)
    assert (await poll(reader)).claims == ()


async def test_of_two_mails_about_the_same_the_one_written_later_holds(reader: Reader) -> None:
    keeper = Keeper(reader.state, "tried")
    moved = calendar(event("u1", ":20260321T210000Z", ":20260322T030000Z"), head="METHOD:CANCEL").decode()
    first = calendar(event("u1", ":20260314T210000Z", ":20260315T030000Z")).decode()
    later = built(("calendar", moved)).replace(b"02 Mar", b"03 Mar")
    keeper.add_mail(later, reader.now)
    keeper.add_mail(built(("calendar", first)), reader.now + timedelta(seconds=1))
    (claim,) = (await poll(reader, systems=("pz",))).claims
    assert (claim.start, claim.status) == (SECOND[0], Status.CANCELLED)


def test_no_more_mails_are_kept_than_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_MAILS", 3)
    keeper = Keeper(tmp_path, "tried")
    for number in range(5):
        keeper.add_mail(b"%d" % number, NOW + timedelta(seconds=number))
    assert [document.body for document in keeper.mails(NOW)] == [b"2", b"3", b"4"]
    keeper.add_mail(b"x" * (LONGEST_MAIL + 5), NOW + timedelta(days=1))
    assert len(keeper.mails(NOW)[-1].body) == LONGEST_MAIL


USER, PASSWORD = "reader@example.org", 'zażółć "jaźń\\'
LOGIN = Login(USER, PASSWORD)


@pytest.fixture(scope="module")
def port(program: Callable[..., str]) -> Iterator[int]:
    """Dovecot without TLS."""
    with dovecot(program, USER, PASSWORD, tls=False) as imap:
        yield imap.port


class Folder:
    """A folder of the server, looked at beside the code that is tested."""

    def __init__(self, port: int, name: str) -> None:
        self.imap = imaplib.IMAP4("127.0.0.1", port, timeout=10)
        self.imap.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        self.name = name
        self.url = f"imap://127.0.0.1:{port}/{name}"
        self.imap.create(name)

    def put(self, *mails: bytes) -> None:
        for one in mails:
            assert self.imap.append(self.name, "", imaplib.Time2Internaldate(NOW), one)[0] == "OK"

    def flags(self) -> list[bytes]:
        self.imap.select(self.name, readonly=True)
        return self.imap.fetch("1:*", "(FLAGS)")[1]


@pytest.fixture
def folder(port: int, request: pytest.FixtureRequest) -> Iterator[Folder]:
    folder = Folder(port, request.node.name[-30:])
    yield folder
    folder.imap.logout()


def poller(reader: Reader, names: Names, login: Login | None = LOGIN) -> Poller:
    return Poller(reader.state, names, reader.client, {"tried": login} if login else None)


async def test_new_mails_are_read_and_nothing_in_the_folder_changes(
    folder: Folder, reader: Reader, known: Names
) -> None:
    source, polls = spec("imap", folder.url), poller(reader, known)
    folder.put(mail(SENTENCES[0]))
    before = folder.flags()
    first = await polls.poll(source, NOW)
    assert isinstance(first, Statement), first
    assert [claim.start for claim in first.claims] == [FIRST[0]]
    folder.put(mail(SENTENCES[1]))
    for _ in range(2):
        second = await polls.poll(source, NOW + timedelta(hours=1))
        assert isinstance(second, Statement)
        assert [claim.start for claim in second.claims] == [FIRST[0], SECOND[0]]
    assert folder.flags()[0] == before[0], "unread mails stay unread"
    assert len(Keeper(reader.state, "tried").mails(NOW)) == 2


async def test_a_folder_that_was_made_anew_is_read_from_its_beginning(
    folder: Folder, reader: Reader, known: Names
) -> None:
    source, polls = spec("imap", folder.url), poller(reader, known)
    folder.put(mail(SENTENCES[0]))
    await polls.poll(source, NOW)
    keeper = Keeper(reader.state, "tried")
    validity, last = keeper.record().cursor.split(":")
    assert validity.isdecimal()
    assert last == "1"
    # As it is after the folder was deleted and made anew: another validity, and UIDs from 1 on.
    keeper.put_record(replace(keeper.record(), cursor=f"{int(validity) - 1}:99"))
    shutil.rmtree(keeper.folder / "mail")
    said = await polls.poll(source, NOW)
    assert isinstance(said, Statement)
    assert [claim.start for claim in said.claims] == [FIRST[0]]
    assert keeper.record().cursor == f"{validity}:1"


async def test_what_is_wrong_with_a_mailbox(folder: Folder, reader: Reader, known: Names) -> None:
    async def kind(url: str, login: Login | None = LOGIN) -> TroubleKind:
        told = await poller(reader, known, login).poll(spec("imap", url), NOW)
        assert isinstance(told, Trouble)
        assert USER not in told.detail
        return told.kind

    assert await kind(folder.url, None) is TroubleKind.NOT_SET_UP
    assert await kind(folder.url, Login(USER, "wrong")) is TroubleKind.REFUSED
    assert await kind(folder.url + "-not") is TroubleKind.REFUSED
    assert await kind("imap://127.0.0.1:9/INBOX") is TroubleKind.AWAY
