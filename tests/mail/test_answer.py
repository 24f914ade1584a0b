"""What the relay's words mean, one row a case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.mail.answer import Answer, Step, judge, lost, without_addresses

TO = "alicja@example.pl"


@pytest.mark.parametrize(
    ("step", "code", "text", "answer", "why"),
    [
        (Step.CONNECT, 554, "no", Answer.SERVER_TROUBLE, "a greeting that sends us away is about us"),
        (Step.HELLO, 550, "who", Answer.SERVER_TROUBLE, "our name is the same for every mail"),
        (Step.LOGIN, 535, "5.7.8 bad", Answer.SERVER_TROUBLE, "a wrong password is nobody's last mail"),
        (Step.MAIL, 451, "later", Answer.SERVER_TROUBLE, "the sender is the same for every mail"),
        (Step.MAIL, 550, "sender?", Answer.SERVER_TROUBLE, "a refused sender must not refuse everybody"),
        (Step.RCPT, 450, "4.2.0 Greylisted", Answer.DEFERRED, "greylisting asks to come again"),
        (Step.RCPT, 452, "4.2.2 mailbox full", Answer.DEFERRED, "a full mailbox gets emptied"),
        (Step.RCPT, 550, "5.1.1 no such user", Answer.REFUSED, "nobody lives there"),
        (Step.RCPT, 553, "not allowed", Answer.REFUSED, "nobody can live there"),
        (Step.RCPT, 501, "5.1.3 syntax", Answer.REFUSED, "the address is at fault"),
        (
            Step.RCPT,
            554,
            "5.7.1 Relay access denied",
            Answer.DEFERRED,
            "our permission is missing, not a person",
        ),
        (Step.RCPT, 550, "relaying denied", Answer.DEFERRED, "the same in the words of another server"),
        (Step.RCPT, 421, "closing", Answer.SERVER_TROUBLE, "it leaves"),
        (Step.RCPT, 503, "bad sequence", Answer.SERVER_TROUBLE, "it has lost the thread, the person has not"),
        (Step.RCPT, 530, "5.7.0 log in first", Answer.SERVER_TROUBLE, "a missing login is about us"),
        (Step.RCPT, 354, "go on", Answer.SERVER_TROUBLE, "an answer to something else"),
        (Step.RCPT, -1, "Malformed", Answer.SERVER_TROUBLE, "gibberish before the message: not sent"),
        (Step.DATA, 451, "later", Answer.DEFERRED, "it asks to come again"),
        (Step.DATA, 554, "5.7.1 no", Answer.REFUSED, "it will never take this"),
        (Step.DATA, 250, "ok", Answer.SERVER_TROUBLE, "accepted before it was sent: not believed"),
        (Step.DATA, 421, "bye", Answer.SERVER_TROUBLE, "it leaves"),
        (Step.CONTENT, 250, "2.0.0 queued", Answer.ACCEPTED, "the one good answer"),
        (Step.CONTENT, 252, "ok", Answer.ACCEPTED, "any other good one"),
        (Step.CONTENT, 451, "4.3.0 disk", Answer.DEFERRED, "not taken, this time"),
        (Step.CONTENT, 552, "5.3.4 too big", Answer.REFUSED, "it will never take this"),
        (Step.CONTENT, 554, "5.7.1 relay spam", Answer.REFUSED, "after the message, a word is just a word"),
        (Step.CONTENT, 421, "bye", Answer.SERVER_TROUBLE, "it says that it did not take it"),
        (Step.CONTENT, 354, "again", Answer.UNKNOWN, "no answer to the question"),
        (Step.CONTENT, -1, "Malformed", Answer.UNKNOWN, "gibberish may have meant yes"),
    ],
)
def test_each_answer_means_one_thing(step: Step, code: int, text: str, answer: Answer, why: str) -> None:
    assert judge(step, code, text, TO).answer is answer, why


@pytest.mark.parametrize("step", list(Step))
def test_silence_is_certain_only_before_the_message(step: Step) -> None:
    wanted = Answer.UNKNOWN if step is Step.CONTENT else Answer.SERVER_TROUBLE
    assert lost(step, "Connection lost").answer is wanted


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("5.1.1 no such user", "5.1.1"),
        ("4.7.100 x", "4.7.100"),
        ("no such user 5.1.1", ""),
        ("5.1.1.1 x", ""),
        ("3.1.1 x", ""),
    ],
)
def test_the_enhanced_status_stands_at_the_front(text: str, status: str) -> None:
    assert judge(Step.RCPT, 550, text).status == status


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("5.1.1 <alicja@example.pl>: Recipient rejected", "5.1.1 <(address)>: Recipient rejected"),
        ("User ALICJA@EXAMPLE.PL unknown", "User (address) unknown"),
        ("forward to bob@example.org instead", "forward to (address) instead"),
        ("two\nlines\twith\x00 controls\udcff", "two lines with controls"),
        ("nie ma takiej skrzynki – żadnej", "nie ma takiej skrzynki – żadnej"),
    ],
)
def test_no_address_leaves_the_relays_words(said: str, kept: str) -> None:
    assert without_addresses(said, TO) == kept


@given(st.text(), st.emails(), st.text())
def test_whatever_surrounds_an_address_it_does_not_get_through(before: str, address: str, after: str) -> None:
    kept = without_addresses(f"{before}{address}{after}", address)
    assert address.casefold() not in kept.casefold()
    assert len(kept) <= 300
