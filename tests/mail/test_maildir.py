"""Mail into a folder, read back by the standard library's Maildir."""

from __future__ import annotations

import mailbox
import stat
from pathlib import Path

import pytest

from notifier.mail import Answer, Letter, MaildirTransport, RelayTrouble, Step, send, send_one
from notifier.model import MailState
from tests.mail.office import Office, Taking

ONE = Letter("alicja@example.pl", "<1@example.pl>", b"Message-ID: <1@example.pl>\r\n\r\n.first\r\n")
AGAIN = Letter("alicja@example.pl", "<1@example.pl>", b"Message-ID: <1@example.pl>\r\n\r\n.again\r\n")
TWO = Letter("bob@example.pl", "<2@example.pl>", b"Message-ID: <2@example.pl>\r\n\r\nsecond\r\n")


async def test_a_mail_reader_finds_the_letters(tmp_path: Path) -> None:
    transport = MaildirTransport(tmp_path / "var" / "mail")
    for letter in (ONE, TWO):
        assert (await send_one(transport, letter)).answer is Answer.ACCEPTED
    box = mailbox.Maildir(tmp_path / "var" / "mail", create=False)
    assert sorted(message["Message-ID"] for message in box) == ["<1@example.pl>", "<2@example.pl>"]
    assert transport.name.endswith("mail")


async def test_a_repeat_replaces_the_first_copy(tmp_path: Path) -> None:
    for letter in (ONE, AGAIN):
        await send_one(MaildirTransport(tmp_path), letter)
    (file,) = (tmp_path / "new").iterdir()
    assert file.read_bytes() == b"Message-ID: <1@example.pl>\n\n.again\n"
    assert list((tmp_path / "tmp").iterdir()) == []


async def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    await send_one(MaildirTransport(tmp_path / "mail"), ONE)
    (file,) = (tmp_path / "mail" / "new").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "mail" / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "mail").stat().st_mode) == 0o700


async def test_a_message_id_cannot_leave_the_folder(tmp_path: Path) -> None:
    await send_one(MaildirTransport(tmp_path / "mail"), Letter("a@example.pl", "<../../x@y>", b"\r\n"))
    assert [path.name for path in tmp_path.iterdir()] == ["mail"]
    (file,) = (tmp_path / "mail" / "new").iterdir()
    assert ":" not in file.name


async def test_where_no_folder_can_be_made_nothing_was_sent(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file is in the way")
    with pytest.raises(RelayTrouble) as caught:
        await MaildirTransport(tmp_path / "mail").connect()
    assert caught.value.reply.step is Step.CONNECT
    assert "alicja" not in str(caught.value)


async def test_a_disk_that_takes_no_more_is_trouble_and_no_verdict(tmp_path: Path) -> None:
    transport = MaildirTransport(tmp_path)
    connection = await transport.connect()
    (tmp_path / "new").rmdir()
    reply = await send(connection, ONE)
    assert (reply.answer, reply.text) == (Answer.SERVER_TROUBLE, "No such file or directory")


async def test_without_a_relay_the_mail_lies_in_a_folder(office: Office) -> None:
    office.write_to("alicja", "bob")
    folder = office.folder / "mail"
    async with office.delivering(MaildirTransport(folder)):
        await office.until(lambda: {row.state for row in office.rows()} == {MailState.SENT})
    assert len(list((folder / "new").iterdir())) == 2


async def test_a_transport_of_another_kind_fits_the_seam(office: Office) -> None:
    """Bytes in, answer out: whatever sends them."""
    pipe = Taking()
    office.write_to("alicja")
    async with office.delivering(pipe):
        await office.until(lambda: office.row.state is MailState.SENT)
    assert pipe.letters[0].to == "alicja@example.pl"
