"""Letters are written before their turn comes, and one that cannot be written troubles no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from structlog.typing import EventDict

from notifier.mail import MailProblem, Personal
from notifier.mail.answer import Reply
from notifier.mail.forms import Forms
from notifier.mail.letters import Letters, Written
from notifier.mail.transport import Letter, at_once
from notifier.model import MailState
from notifier.store import ClaimedMail
from tests.mail.office import SETTINGS, Office, Shaky, Taking, said
from tests.mail.rogue import Rogue


class Careless:
    """Gives mails their own parts, but for one of them."""

    def __init__(self, but: int) -> None:
        self._but = but

    def __call__(self, mail: ClaimedMail) -> Personal:
        if mail.id == self._but:
            raise LookupError("no key")
        return Personal(
            b"List-Unsubscribe: <mailto:pomoc@example.pl>\r\n", sender=f"przerwy+{mail.id}@example.pl"
        )


async def written(letters: Letters, mails: Sequence[ClaimedMail]) -> list[Written]:
    """All of them; each with its own mail, which is looked at here."""
    pairs = [pair async for row in letters.of(mails) for pair in row]
    assert [mail for mail, _ in pairs] == mails
    return [letter for _, letter in pairs]


async def test_what_goes_wrong_with_one_is_kept_for_its_turn(office: Office, logs: list[EventDict]) -> None:
    office.write_to("alicja", "bob", "celina")
    office.write_to("dorota", text="another body")
    lost = office.rows()[-1].body_digest
    mails = office.store.outbox.claim("test", office.clock.now(), SETTINGS.lease, 10)
    mails[1] = mails[1]._replace(email="bob@example.pl>\r\nRSET")
    forms = Forms(Shaky(office, missing=lost), office.db, "", None)
    one, two, three, four = await written(Letters(forms, Careless(mails[2].id)), mails)
    assert isinstance(one, Letter)
    assert (one.to, one.sender) == ("alicja@example.pl", f"przerwy+{mails[0].id}@example.pl")
    assert one.whole == one.data + b"".join(one.rest)
    assert one.whole.endswith(office.store.outbox.body(mails[0].body_digest))
    assert isinstance(two, MailProblem)
    assert three is None
    assert [line["mail"] for line in logs if line["event"] == "letter cannot be written"] == [mails[2].id]
    assert four is None


async def test_letters_come_in_the_order_of_their_mails_however_many(office: Office) -> None:
    office.write_to(*(f"p{n}" for n in range(45)))
    mails = office.store.outbox.claim("test", office.clock.now(), SETTINGS.lease, 100)
    letters = await written(Letters(Forms(office.store.outbox, office.db, "", None), Careless(0)), mails)
    assert [letter.to for letter in letters if isinstance(letter, Letter)] == [mail.email for mail in mails]


async def test_a_mistake_with_one_mail_leaves_the_others_alone(office: Office, logs: list[EventDict]) -> None:
    office.write_to("alicja", "bob", "celina")
    careless = Careless(office.rows()[1].id)
    async with Rogue() as server, office.delivering(office.smtp(server.port), personal=careless):
        await office.until(lambda: office.store.outbox.stats().counts[MailState.SENT] == 2)
        await office.until(lambda: office.rows()[1].attempts)
    assert sorted(to for to, _ in server.accepted) == ["alicja@example.pl", "celina@example.pl"]
    assert office.rows()[1].state is MailState.WAITING, "it is tried again later"
    assert said(logs, "letter cannot be written")
    assert not said(logs, "sending failed unexpectedly"), "no connection is given up for it"


class Clumsy(Taking):
    """Stumbles over the first letter."""

    stumbled = False

    def hand_in(
        self, letter: Letter, verdict: Callable[[Reply], object], may_send: Callable[[], bool] = at_once
    ) -> None:
        """Take it, or not."""
        if not self.stumbled:
            self.stumbled = True
            raise RuntimeError("a mistake of ours")
        super().hand_in(letter, verdict, may_send)


async def test_a_mistake_in_sending_costs_the_connection_and_no_mail(
    office: Office, logs: list[EventDict]
) -> None:
    office.write_to("alicja", "bob")
    clumsy = Clumsy()
    async with office.delivering(clumsy, connections=1) as delivery:
        await office.until(lambda: delivery.away is not None)
        office.clock.advance(60)
        await office.until(lambda: {row.state for row in office.rows()} == {MailState.SENT})
    assert sorted(letter.to for letter in clumsy.letters) == ["alicja@example.pl", "bob@example.pl"]
    assert said(logs, "sending failed unexpectedly") == ["sending failed unexpectedly"]
    assert not said(logs, "outbox cannot be read")
