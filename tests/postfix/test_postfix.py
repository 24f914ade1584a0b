"""Mail through a real Postfix, and back: taken, put off, refused at once, and refused later."""

from __future__ import annotations

import asyncio
import email
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from notifier.mail import Delivery, Personal, Relay, SmtpTransport, unsubscribe_headers
from notifier.mail.bounces import ReturnPaths, return_paths, sweep
from notifier.model import Farewell, MailState, Standing
from notifier.store import ClaimedMail, NewSubscriber, Store
from tests.daemon.house import HOUR, T0, House, empty_store, events, service, soon
from tests.mail.office import SETTINGS, Office
from tests.postfix.mta import Mta

BASE = "bounces@here.example"
LONG = 20.0

# Building the pages and starting the program are the slow parts; Postfix is done in an instant.
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[EventDict]]:
    """All that was logged; at the end, nobody's address may be in it."""
    with capture_logs() as found:
        yield found
    told = repr([{key: value for key, value in event.items() if key != "message_id"} for event in found])
    assert not any(f"@{domain}.example" in told for domain in ("known", "grey", "gone", "wary", "here"))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A post office with an empty outbox."""
    (tmp_path / "notifier.db").write_bytes(empty_store())
    office = Office(tmp_path)
    yield office
    office.close()


def through(mta: Mta) -> SmtpTransport:
    return SmtpTransport(Relay("127.0.0.1", mta.port), "powiadomienia@here.example", hello="notifier.test")


@asynccontextmanager
async def delivering(office: Office, mta: Mta) -> AsyncIterator[ReturnPaths]:
    """Deliver what is in the outbox, each mail from a return path of its own."""
    paths = return_paths(office.store, BASE)
    headers = unsubscribe_headers("pomoc@here.example")

    def personal(mail: ClaimedMail) -> Personal:
        return Personal(headers + paths.header(mail.id), sender=paths.of(mail.id))

    delivery = Delivery(office.store.outbox, through(mta), office.clock, SETTINGS, office.db, personal)
    stop = asyncio.Event()
    running = asyncio.create_task(delivery.run(stop))
    try:
        yield paths
    finally:
        stop.set()
        await asyncio.gather(running)


def states(office: Office) -> list[MailState]:
    return [row.state for row in office.rows()]


async def until(wanted: Callable[[], object]) -> None:
    """Wait for what Postfix, the pipe or the delivery bring about."""
    async with asyncio.timeout(LONG):
        while not wanted():  # noqa: ASYNC110 - nobody tells when another program has written a file
            await asyncio.sleep(0.02)


async def test_who_is_known_gets_it_and_who_is_not_is_given_up_on(office: Office, mta: Mta) -> None:
    office.write_to("anna@known.example", "ktos@known.example")
    async with delivering(office, mta) as paths:
        await until(lambda: states(office) == [MailState.SENT, MailState.REFUSED])
        await until(lambda: mta.mailbox("anna"))
    sent, refused = office.rows()
    arrived = email.message_from_bytes(mta.mailbox("anna")[0])
    assert arrived["Return-Path"] == f"<{paths.of(sent.id)}>"
    assert arrived["Message-ID"] == sent.message_id
    assert paths.verify(arrived["X-Notifier-Mail"]) == sent.id
    assert (refused.last_code, (refused.last_reply or "")[:5]) == (550, "5.1.1")
    assert sweep(office.store, office.clock.now()).suppressed == (refused.subscriber_id,)


async def test_who_is_put_off_as_a_stranger_gets_it_at_the_next_try(office: Office, mta: Mta) -> None:
    office.write_to("jan@grey.example")
    async with delivering(office, mta):
        await until(lambda: office.row.attempts == 1)
        assert (office.row.state, office.row.last_code) == (MailState.WAITING, 451)
        assert mta.mailbox("jan") == []
        office.clock.advance((office.row.send_at - office.clock.now()).total_seconds())
        await until(lambda: office.row.state is MailState.SENT)
        await until(lambda: mta.mailbox("jan"))
    assert len(mta.mailbox("jan")) == 1
    assert sweep(office.store, office.clock.now()).suppressed == ()


# --- there and back, with the whole daemon -----------------------------------------------------------------------


@asynccontextmanager
async def daemon(
    folder: Path, mta: Mta, *people: str, elsewhere: str = ""
) -> AsyncIterator[tuple[House, Store]]:
    """A daemon that sends through Postfix, to these people, who are told of an outage; and its store.

    What comes back is for that store, or for one elsewhere.
    """
    file = folder / "notifier.db"
    file.write_bytes(empty_store())
    url = f"sqlite:///{file}"
    store = Store.open(url)
    new = [NewSubscriber(person, ("patient",), "pl") for person in people]
    store.subscribers.import_(new, "test", T0)
    mta.pipe_to(folder / "config", elsewhere or url, BASE)
    try:
        environ = {"NOTIFIER_MAIL__BOUNCES": BASE, "NOTIFIER_MAIL__SENDER": "powiadomienia@here.example"}
        running = service(folder, soon(), transport=through(mta), environ=environ, store_url=url)
        async with running as house:
            await until(lambda: house.rows() == ["sent"] * len(people))
            yield house, store
    finally:
        store.close()


def standing(store: Store, address: str) -> tuple[Standing, Farewell | None]:
    row = store.subscribers.find(address)
    assert row is not None
    return row.standing, row.left_why


async def test_what_is_accepted_and_comes_back_ends_in_no_more_mail(
    tmp_path: Path, mta: Mta, logs: list[EventDict]
) -> None:
    people = ("anna@known.example", "ola@gone.example", "ewa@wary.example")
    async with daemon(tmp_path, mta, *people) as (house, store):
        await until(lambda: len(mta.ran) == 2)
        assert mta.ran == [(0, "counted\n")] * 2
        assert [standing(store, person)[0] for person in people] == [Standing.ACTIVE] * 3
        await house.hand.look()
        assert standing(store, "ola@gone.example") == (Standing.SUPPRESSED, Farewell.BOUNCED)
        assert standing(store, "ewa@wary.example") == (Standing.ACTIVE, None), "it is us whom they mind"
        (told,) = events(logs, "mail was refused as unwanted")
        assert told["status"] == "5.7.1"
        await house.at(T0 + 6 * HOUR)  # a day before the outage they are reminded
        await until(lambda: house.rows() == ["sent"] * 5)
        await until(lambda: len(mta.ran) == 3)  # and from one it comes back again


async def test_a_report_waits_at_the_mail_server_while_the_store_is_away(tmp_path: Path, mta: Mta) -> None:
    nowhere = f"sqlite:///{tmp_path / 'nowhere.db'}"
    async with daemon(tmp_path, mta, "ola@gone.example", elsewhere=nowhere) as (house, store):
        await until(lambda: mta.ran)
        status, said = mta.ran[0]
        assert status == 75
        assert "there is no such database" in said
        mta.pipe_to(house.config, store.url, BASE)
        await until(lambda: (0, "counted\n") in mta.ran)
        await house.hand.look()
        assert standing(store, "ola@gone.example")[0] is Standing.SUPPRESSED
