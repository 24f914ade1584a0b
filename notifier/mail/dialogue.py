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
_OVER = (Answer.SERVER_TROUBLE, Answer.UNKNOWN)


class Errand:
    """One letter on its way through a dialogue. ``verdict`` is called once with what became of it."""

    __slots__ = ("content", "envelope", "judged", "may_send", "to", "verdict")

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
        self.envelope = f"MAIL FROM:<{sender}>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode("ascii")
        self.to = to
        self.content = content
        self.verdict = verdict
        self.may_send = may_send
        self.judged = False

    def judge(self, reply: Reply) -> None:
        """Tell the verdict, unless it is told already."""
        if not self.judged:
            self.judged = True
            self.verdict(reply)

    def words(self, part: Said) -> bytes:
        """How a part of what comes before the content is said by itself."""
        if part is Said.RSET:
            return b"RSET\r\n"
        return self.envelope.splitlines(keepends=True)[_ENVELOPE.index(part)]


class Dialogue:
    """One relay and the letters it is given, one after the other."""

    def __init__(self, *, grouping: bool) -> None:
        """``grouping``: the relay announced PIPELINING."""
        self._grouping = grouping
        self._waiting: deque[Errand] = deque()
        # A content, or the dot alone to one who was judged before; its reply comes before all others.
        self._sent: Errand | None = None
        self._open: Errand | None = None  # its envelope is begun and its content not
        self._asked: tuple[Said, ...] = ()  # what was said of that envelope and has no reply yet
        self._unsaid: tuple[Said, ...] = ()  # what is left of it
        self._go_on = False  # a 354 is in for it
        self._begun = False  # a transaction was begun and not ended: RSET before the next one
        self.held = False  # the content that could be said next is held back
        self.broken = False

    @property
    def awaited(self) -> Said | None:
        """What the next reply will be to; ``None`` when nothing was asked."""
        if self._sent is not None:
            return Said.NOTHING if self._sent.judged else Said.CONTENT
        return self._asked[0] if self._asked else None

    @property
    def idle(self) -> bool:
        """True when no letter is at hand and nothing is asked."""
        return not (self._sent or self._open or self._waiting)

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
        errand = self._open
        if self._go_on and errand is not None:
            if errand.judged:
                # RFC 2920, 3.1: where all were refused and there is a 354 yet, a message has to be ended.
                self.held = False
                words.append(b".\r\n")
            else:
                self.held = not errand.may_send()
                if self.held:
                    return b""
                words += errand.content
            self._sent = errand
            self._open = errand = None
            self._go_on = self._begun = False
        if errand is None and self._waiting and (self._grouping or self._sent is None):
            errand = self._open = self._waiting.popleft()
            if self._grouping and not self._begun:  # as nearly always; what follows would come to the same
                words.append(errand.envelope)
                self._asked = _ENVELOPE
            else:
                self._unsaid = _ANEW if self._begun else _ENVELOPE
        while errand is not None and self._unsaid and (self._grouping or self.awaited is None):
            part, *unsaid = self._unsaid
            self._unsaid = tuple(unsaid)
            words.append(errand.words(part))
            self._asked += (part,)
        return b"".join(words)

    def accepted(self, code: int, text: str) -> bool:
        """Take four replies in one: yes to a content and to all of the envelope behind it, as nearly always.

        False, with nothing taken, where something else was asked.
        """
        errand = self._sent
        if errand is None or errand.judged or self._asked != _ENVELOPE:
            return False
        self._sent = None
        self._asked = ()
        self._begun = self._go_on = True
        errand.judge(accepted(code, text, errand.to))
        return True

    def heard(self, code: int, text: str) -> None:
        """Take the next reply. After one that ends the dialogue all other letters have their verdict, too."""
        if self.broken:
            return
        awaited, errand = self.awaited, self._sent or self._open
        if awaited is None or errand is None:
            self.cut(f"the relay spoke unasked: {code} {text}")
            return
        if self._sent is not None:
            self._sent = None
        else:
            self._asked = self._asked[1:]
        if awaited in _NAMES and code // 100 == 2:  # as nearly always
            self._begun = True
        elif not self._taken(errand, awaited, code, text):
            errand.judge(judge(_STEPS[awaited], code, text, errand.to))
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
        awaited, asked, held = self.awaited, self._asked, self.held
        at_hand = [errand for errand in (self._sent, self._open) if errand is not None]
        behind = [*at_hand[1:], *self._waiting]
        self._sent = self._open = None
        self._asked = self._unsaid = ()
        self._waiting.clear()
        self.held = False
        for errand in at_hand[:1]:
            if awaited is not None:
                # Of commands that went out in one piece any may be what did it; what RSET undoes was another's.
                ahead = awaited in _NAMES and len(asked) > 1
                errand.judge(lost(_STEPS[awaited], why)._replace(ahead=ahead))
            else:
                # If it is held back, neither it nor the relay is to blame, and it may as well not have been begun.
                errand.judge(lost(Step.MAIL if held else Step.DATA, why))
        for errand in behind:
            errand.judge(lost(Step.MAIL, why))

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
        self._unsaid = ()
