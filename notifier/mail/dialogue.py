"""What is said to a relay and what its replies mean: mail transactions without a socket.

Letters go in with :meth:`Dialogue.add`, what to write comes out of :meth:`Dialogue.said`, replies go in with
:meth:`Dialogue.heard`, and each letter hears its verdict. A relay that announced PIPELINING gets MAIL, RCPT and
DATA in one piece, and those of the next letter behind the content of the one before (RFC 2920, 3.1): one round
trip a letter. Others are told one thing at a time.

DATA always ends a group, because content may only follow its 354. So however much is said ahead, the content of
one letter at most is without an answer; all others are known not to have been sent. Whoever hands a letter in may
hold its content back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum, auto

from notifier.mail.answer import Answer, Reply, Step, accepted, judge, lost
from notifier.mail.transport import at_once


class Said(Enum):
    """What a reply can be to."""

    RSET = auto()
    MAIL = auto()
    RCPT = auto()
    DATA = auto()
    CONTENT = auto()
    NOTHING = auto()  # the dot alone that ends a message to nobody


_STEPS = {
    Said.RSET: Step.MAIL,
    Said.MAIL: Step.MAIL,
    Said.RCPT: Step.RCPT,
    Said.DATA: Step.DATA,
    Said.CONTENT: Step.CONTENT,
    Said.NOTHING: Step.CONTENT,
}
_NAMES = (Said.MAIL, Said.RCPT)
_ENVELOPE = (*_NAMES, Said.DATA)
_ANEW = (Said.RSET, *_ENVELOPE)
_TURN = len((Said.CONTENT, *_ENVELOPE))
_OVER = (Answer.SERVER_TROUBLE, Answer.UNKNOWN)


class Errand:
    """One letter on its way through a dialogue. ``verdict`` is called once with what became of it."""

    __slots__ = ("content", "judged", "may_send", "sender", "to", "verdict")

    def __init__(
        self,
        sender: str,
        to: str,
        content: Sequence[bytes],
        verdict: Callable[[Reply], object],
        may_send: Callable[[], bool] = at_once,
    ) -> None:
        """``sender`` and ``to`` are fit for the wire; ``content`` has its dots doubled and ends with one alone.

        ``may_send`` is asked before the content is said, until it says yes, which it does once.
        """
        self.sender = sender
        self.to = to
        self.content = content
        self.verdict = verdict
        self.may_send = may_send
        self.judged = False

    @property
    def envelope(self) -> bytes:
        """All that comes before the content, in one piece."""
        return f"MAIL FROM:<{self.sender}>\r\nRCPT TO:<{self.to}>\r\nDATA\r\n".encode("ascii")

    def judge(self, reply: Reply) -> None:
        """Tell the verdict, unless it is told already."""
        if not self.judged:
            self.judged = True
            self.verdict(reply)

    def words(self, part: Said) -> bytes:
        """How a part of it is said."""
        if part is Said.CONTENT:
            return b"".join(self.content)
        if part is Said.MAIL:
            return f"MAIL FROM:<{self.sender}>\r\n".encode("ascii")
        if part is Said.RCPT:
            return f"RCPT TO:<{self.to}>\r\n".encode("ascii")
        return _WORDS[part]


_WORDS = {Said.RSET: b"RSET\r\n", Said.DATA: b"DATA\r\n", Said.NOTHING: b".\r\n"}


class Dialogue:
    """One relay and the letters it is given, one after the other."""

    def __init__(self, *, grouping: bool) -> None:
        """``grouping``: the relay announced PIPELINING."""
        self._grouping = grouping
        self._waiting: deque[Errand] = deque()
        self._asked: deque[tuple[Errand, Said]] = deque()  # replies come in this order
        self._open: Errand | None = None  # its envelope is begun and its content not
        self._unsaid: deque[Said] = deque()  # what is left of that envelope
        self._go_on = False  # a 354 is in for it
        self._begun = False  # a transaction was begun and not ended: RSET before the next one
        self.held = False  # the content that could be said next is held back
        self.broken = False

    @property
    def awaited(self) -> Said | None:
        """What the next reply will be to; ``None`` when nothing was asked."""
        return self._asked[0][1] if self._asked else None

    @property
    def idle(self) -> bool:
        """True when no letter is at hand and nothing is asked."""
        return not (self._asked or self._open or self._waiting)

    def add(self, errand: Errand) -> None:
        """Take one more letter. Where the dialogue is over, its verdict comes at once."""
        if self.broken:
            errand.judge(lost(Step.MAIL, "the line is closed"))
            return
        self._waiting.append(errand)

    def said(self) -> bytes:
        """What is to be written now; each thing is given out once."""
        if self.broken:
            return b""
        words: list[bytes] = []
        if self._go_on and self._open is not None:
            errand = self._open
            self.held = not (errand.judged or errand.may_send())
            if self.held:
                return b""
            self._open = None
            self._go_on = self._begun = False
            if errand.judged:
                # RFC 2920, 3.1: where all were refused and there is a 354 yet, a message has to be ended.
                words.append(errand.words(Said.NOTHING))
                self._asked.append((errand, Said.NOTHING))
            else:
                words += errand.content
                self._asked.append((errand, Said.CONTENT))
        if self._open is None and self._waiting and (self._grouping or not self._asked):
            self._open = self._waiting.popleft()
            self._unsaid.extend(_ANEW if self._begun else _ENVELOPE)
            if self._grouping and not self._begun:  # as nearly always; what follows would come to the same
                self._unsaid.clear()
                words.append(self._open.envelope)
                self._asked.extend([(self._open, part) for part in _ENVELOPE])
        while self._open is not None and self._unsaid and (self._grouping or not self._asked):
            part = self._unsaid.popleft()
            words.append(self._open.words(part))
            self._asked.append((self._open, part))
        return b"".join(words)

    def accepted(self, code: int, text: str) -> bool:
        """Take four replies in one: yes to a content and to all of the envelope behind it, as nearly always.

        False, with nothing taken, where something else was asked.
        """
        asked = self._asked
        # A content is never said behind anything else, and behind it nothing but the next envelope.
        if len(asked) != _TURN or asked[0][1] is not Said.CONTENT or asked[1][1] is not Said.MAIL:
            return False
        errand = asked[0][0]
        asked.clear()
        self._begun = self._go_on = True
        errand.judge(accepted(code, text, errand.to))
        return True

    def heard(self, code: int, text: str) -> None:
        """Take the next reply. After one that ends the dialogue all other letters have their verdict, too."""
        if self.broken:
            return
        if not self._asked:
            self.cut(f"the relay spoke unasked: {code} {text}")
            return
        errand, part = self._asked.popleft()
        if part in _NAMES and code // 100 == 2:  # as nearly always
            self._begun = True
        elif not self._taken(errand, part, code, text):
            errand.judge(judge(_STEPS[part], code, text, errand.to))
            self.cut("the relay broke off over another letter")

    def _taken(self, errand: Errand, part: Said, code: int, text: str) -> bool:
        """Take a reply that is more than "go on"; false when the dialogue cannot go on after it."""
        match part:  # what comes most often first
            case Said.CONTENT:
                reply = judge(Step.CONTENT, code, text, errand.to)
                errand.judge(reply)
                return reply.answer not in _OVER
            case Said.DATA:
                return self._data(errand, code, text)
            case Said.RCPT:
                return self._refused(errand, judge(Step.RCPT, code, text, errand.to))
            case Said.MAIL:
                return False
            case Said.RSET:
                return code == 250
            case Said.NOTHING:
                return code // 100 in {2, 4, 5} and code != 421  # the verdict was told before, and stays

    def cut(self, why: str) -> None:
        """End the dialogue: the line is lost, or nothing that comes over it can be trusted.

        The letter that the relay had come to bears the loss; those behind it were not even looked at, and are
        told the first step.
        """
        self.broken = True
        asked, self._asked = self._asked, deque()
        if asked:
            head, first = asked[0]
            # Of commands that went out in one piece any may be what did it; what RSET undoes was another's.
            ahead = first in _NAMES and asked[-1] != asked[0]
            head.judge(lost(_STEPS[first], why)._replace(ahead=ahead))
        elif self._open is not None:
            # If it is held back, neither it nor the relay is to blame, and it may as well not have been begun.
            self._open.judge(lost(Step.MAIL if self.held else Step.DATA, why))
        behind = [errand for errand, _ in asked]
        if self._open is not None:
            behind.append(self._open)
        for errand in (*behind, *self._waiting):
            errand.judge(lost(Step.MAIL, why))
        self._open = None
        self.held = False
        self._waiting.clear()
        self._unsaid.clear()

    def _data(self, errand: Errand, code: int, text: str) -> bool:
        """Take the reply to DATA; false when the dialogue cannot go on."""
        if code == 354:
            self._go_on = True
            return True
        if errand.judged:
            # Nobody to send it to, so DATA is refused as well, in whatever words.
            self._close()
            return code // 100 in {4, 5} and code != 421
        return self._refused(errand, judge(Step.DATA, code, text, errand.to))

    def _refused(self, errand: Errand, reply: Reply) -> bool:
        """Tell a letter that it is refused; false when it is the relay that fails and not the letter."""
        errand.judge(reply)
        if reply.step is Step.DATA or Said.DATA in self._unsaid:
            self._close()
        return reply.answer not in _OVER

    def _close(self) -> None:
        """The envelope is done with; its transaction is still open on the other side."""
        self._open = None
        self._unsaid.clear()
