"""Laws of the dialogue, whatever a relay replies and however its bytes are cut. No sockets."""

from __future__ import annotations

import re
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from notifier.mail.answer import Answer, Reply, Step
from notifier.mail.dialogue import Dialogue, Errand
from notifier.mail.replies import MALFORMED, ReplyReader

CODES = st.sampled_from([250, 250, 250, 250, 354, 354, 354, 421, 451, 550, 554, 220, MALFORMED])
LINES = st.sampled_from(
    [b"250 ok\r\n", b"250-a\r\n250 b\r\n", b"550\r\n", b"354 go\n", b"x\r\n", b"250-a\r\n550 b\r\n"]
)


def told(verdicts: list[tuple[int, Reply]], number: int) -> Callable[[Reply], None]:
    return lambda reply: verdicts.append((number, reply))


@given(st.booleans(), st.integers(1, 6), st.lists(CODES, max_size=40), st.integers(0, 40))
def test_every_letter_gets_one_verdict_and_one_at_most_is_in_doubt(
    grouping: bool, count: int, codes: list[int], cut: int
) -> None:
    dialogue, verdicts, said = Dialogue(grouping=grouping), [], b""
    for number in range(count):
        content = (b"content %d\r\n" % number, b".\r\n")
        dialogue.add(Errand("s@x", f"{number}@x", content, told(verdicts, number)))
    for place, code in enumerate(codes):
        said += dialogue.said()
        taken = len(verdicts)
        if place == cut:
            break
        dialogue.heard(code, "words")
        for number, reply in verdicts[taken:]:
            if reply.answer is Answer.ACCEPTED:
                assert code // 100 == 2
                assert b"content %d\r\n" % number in said, "only what was sent entirely can be accepted"
    dialogue.cut("the end")
    assert sorted(number for number, _ in verdicts) == list(range(count)), "each has one verdict"
    assert [reply.answer for _, reply in verdicts].count(Answer.UNKNOWN) <= 1
    for number, reply in verdicts:
        if b"content %d\r\n" % number not in said:
            assert reply.answer not in {Answer.ACCEPTED, Answer.UNKNOWN}, (
                "what was not sent is surely not sent"
            )


@given(st.booleans(), st.integers(1, 6), st.lists(CODES, max_size=40))
def test_what_is_said_keeps_to_the_grammar(grouping: bool, count: int, codes: list[int]) -> None:
    """Content follows a 354 only, DATA ends every group, and a refused letter's content is never said."""
    dialogue, verdicts = Dialogue(grouping=grouping), []
    for number in range(count):
        dialogue.add(Errand("s@x", f"{number}@x", [b"C%d\r\n.\r\n" % number], told(verdicts, number)))
    allowed = False
    for code in codes:
        said = dialogue.said()
        contents = re.findall(rb"^(C\d\r\n)?\.\r\n", said)
        assert allowed or not contents
        assert len(re.findall(rb"^\.\r\n", said, re.MULTILINE)) <= 1
        assert said.count(b"DATA\r\n") <= 1
        assert b"DATA\r\n" not in said or said.endswith(b"DATA\r\n")
        if not grouping:
            assert len(re.findall(rb"^(?:RSET|MAIL|RCPT|DATA|\.)", said, re.MULTILINE)) <= 1
        done = {number for number, reply in verdicts if reply.answer is not Answer.ACCEPTED}
        assert not any(b"C%d\r\n" % number in said for number in done)
        dialogue.heard(code, "")
        allowed = code == 354


@given(st.booleans(), st.integers(1, 5), st.lists(CODES, max_size=40), st.lists(st.booleans(), max_size=60))
def test_no_content_goes_before_it_may(
    grouping: bool, count: int, codes: list[int], answers: list[bool]
) -> None:
    """And whoever counts those let go finds them again among the verdicts."""
    dialogue, verdicts, let_go, said = Dialogue(grouping=grouping), [], [], b""
    turns = iter(answers)

    def gate(number: int) -> Callable[[], bool]:
        def may_send() -> bool:
            if next(turns, True):
                let_go.append(number)
                return True
            return False

        return may_send

    for number in range(count):
        dialogue.add(
            Errand("s@x", f"{number}@x", [b"C%d\r\n.\r\n" % number], told(verdicts, number), gate(number))
        )
    for code in codes:
        words = dialogue.said()
        said += words
        assert not (dialogue.held and words), "what is held back holds back what comes after it"
        assert all(number in let_go for number in range(count) if b"C%d\r\n" % number in said)
        if not dialogue.held:
            dialogue.heard(code, "")
    dialogue.cut("the end")
    assert len(set(let_go)) == len(let_go), "a yes is given once"
    assert {number for number, reply in verdicts if reply.step is Step.CONTENT} == set(let_go)


@given(st.integers(1, 5), st.lists(st.lists(CODES, min_size=4, max_size=4), max_size=8))
def test_replies_taken_in_one_are_the_same_as_one_by_one(count: int, groups: list[list[int]]) -> None:
    def talk(*, at_once: bool) -> tuple[list[bytes], list[tuple[int, Reply]]]:
        dialogue, verdicts, said = Dialogue(grouping=True), [], []
        for number in range(count):
            content = [b"C%d\r\n" % number, b".\r\n"]
            dialogue.add(Errand("s@x", f"{number}@x", content, told(verdicts, number)))
        said.append(dialogue.said())
        for code in (250, 250, 354):
            dialogue.heard(code, "words")
        for codes in [[250, 250, 250, 354], *groups]:
            said.append(dialogue.said())
            yes = [code // 100 for code in codes[:3]] == [2, 2, 2] and codes[3] == 354
            if not (at_once and yes and dialogue.accepted(codes[0], "words")):
                for code in codes:
                    dialogue.heard(code, "words")
        dialogue.cut("the end")
        return said, verdicts

    assert talk(at_once=True) == talk(at_once=False)


@given(
    st.lists(LINES | st.sampled_from([b"250 ok\r\n", b"354 go on\r\n"]), max_size=5), st.binary(max_size=2)
)
def test_what_is_known_by_sight_is_what_is_read(lines: list[bytes], more: bytes) -> None:
    for stream in (b"250 a\r\n250 b\r\n252 c\r\n354 d\r\n", b"".join(lines) + more):
        reader = ReplyReader()
        known = reader.turn(stream)
        heard = reader.feed(stream)
        assert known in (None, heard[0] if heard else None)
        if known is not None:
            assert [code // 100 for code, _ in heard[:3]] == [2, 2, 2]
            assert [code for code, _ in heard[3:]] == [354]
            assert reader.turn(stream) == known, "the same words once more"
            assert reader.feed(b"2") == []
            assert reader.turn(stream) is None, "half a reply is in already"


@given(st.lists(LINES, max_size=8), st.data())
def test_replies_are_the_same_however_they_are_cut(lines: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(lines)
    whole = ReplyReader().feed(stream)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    reader, pieces = ReplyReader(), []
    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        pieces += reader.feed(stream[begin:end])
    assert pieces == whole
    assert all(code in range(200, 560) or code == MALFORMED for code, _ in whole)
    assert MALFORMED not in [code for code, _ in whole[:-1]], "after gibberish nothing is read"


@given(st.binary(max_size=200))
def test_no_bytes_upset_the_reader(data: bytes) -> None:
    reader = ReplyReader()
    for byte in data:
        reader.feed(bytes([byte]))


def test_what_never_ends_is_not_kept() -> None:
    for piece in (b"x" * 1000, b"250-" + b"x" * 996 + b"\r\n"):
        reader, heard = ReplyReader(), []
        for _ in range(100):
            heard += reader.feed(piece)
        assert [code for code, _ in heard] == [MALFORMED]
