"""A line to a relay once it is open, private and logged in: letters go over it, several at hand at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from notifier.mail.address import wire_address
from notifier.mail.answer import Reply
from notifier.mail.dialogue import Dialogue, Errand, Said
from notifier.mail.patience import Patience
from notifier.mail.replies import ReplyReader
from notifier.mail.transport import Letter, at_once


class Line(asyncio.Protocol):
    """The socket's side: what a :class:`Dialogue` wants said is written, what comes is read, and time is kept."""

    def __init__(self, transport: asyncio.Transport, dialogue: Dialogue, patience: Patience) -> None:
        """Takes the transport over: from now on all that comes over it is read here."""
        self.dialogue = dialogue
        self.ended = asyncio.get_running_loop().create_future()
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._patience = patience
        self._shortest = min(patience.command, patience.content)
        self._reader = ReplyReader()
        self._leaving = False
        self._hearing = False  # what is heard now is answered in one piece at its end
        self._writing: asyncio.Handle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._since = 0.0  # when the relay was last heard, or first told something
        if transport.is_closing():
            self.connection_lost(None)
        else:
            transport.set_protocol(self)
            transport.set_write_buffer_limits(high=0)

    def stir(self) -> None:
        """Write what there is to be said, soon: what comes up until then goes into the same piece."""
        if self._hearing:
            return
        if self.dialogue.held:
            if self._write():  # at once, for what waits behind it has come up already
                self._since = self._loop.time()
        elif self._writing is None:
            self._writing = self._loop.call_soon(self._begin)

    def leave(self) -> None:
        """Say goodbye once nothing is under way; the answer to that only ends the line."""
        self._leaving = True
        self.stir()

    def abort(self, why: str = "the line is closed") -> None:
        """Close at once; what the relay has not read yet is dropped, so that a stalled one holds nothing up."""
        self.dialogue.cut(why)
        self._transport.abort()
        self._tidy()

    # --- called by the event loop ----------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take what came, and go on with what it allows."""
        dialogue = self.dialogue
        self._hearing = heard = True
        turn = self._reader.turn(data)
        if turn is None or not dialogue.accepted(*turn):
            replies = self._reader.feed(data)
            heard = bool(replies)
            for code, text in replies:
                dialogue.heard(code, text)
        self._hearing = False
        if dialogue.broken:
            self.abort()
        elif heard:  # half a line does not buy more time
            self._since = self._loop.time()
            # Who heard a verdict has handed in the next letter by now, and its envelope goes along.
            self._write()

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is gone."""
        self.dialogue.cut(str(exc or "") or "the relay closed the line")
        self._tidy()

    def _begin(self) -> None:
        if not self._timed:
            self._since = self._loop.time()
        self._write()

    def _write(self) -> bool:
        """Write what there is to be said; false where there is nothing."""
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        words = self.dialogue.said()
        if self._leaving and self.dialogue.idle:
            self.dialogue.cut("the line is closed")
            words = b"QUIT\r\n"
        if words and not self._transport.is_closing():
            self._transport.write(words)
        if self._timer is None and self._timed:
            self._timer = self._loop.call_at(self._since + self._shortest, self._rang)
        return bool(words)

    @property
    def _timed(self) -> bool:
        """Whether the next thing has to happen in time: a reply, or that a content is no longer held back.

        For by the time it would be held back longer, somebody else may have claimed the mail.
        """
        return self.dialogue.awaited is not None or self.dialogue.held

    def _rang(self) -> None:
        """See whether it took too long. The timer rings often enough to be left alone by what is heard and said."""
        self._timer = None
        if not self._timed:
            return
        content = self.dialogue.awaited is Said.CONTENT
        deadline = self._since + (self._patience.content if content else self._patience.command)
        now = self._loop.time()
        if now >= deadline:
            held = self.dialogue.held
            self.abort("held back for too long" if held else "the relay did not answer in time")
        else:
            self._timer = self._loop.call_at(min(deadline, now + self._shortest), self._rang)

    def _tidy(self) -> None:
        for handle in (self._timer, self._writing):
            if handle is not None:
                handle.cancel()
        self._timer = self._writing = None
        if not self.ended.done():
            self.ended.set_result(None)


class SmtpConnection:
    """One line to the relay, ready for letters. Made by ``SmtpTransport.connect``."""

    def __init__(
        self, transport: asyncio.Transport, sender: str, patience: Patience, *, pipelining: bool
    ) -> None:
        """``sender`` is that of letters which bring none of their own; ``pipelining``: the relay announced it."""
        self._line = Line(transport, Dialogue(grouping=pipelining), patience)
        self._transport = transport
        self._sender = sender
        self._patience = patience
        self.pipelining = pipelining

    @property
    def usable(self) -> bool:
        """False once either side has closed, or anything was said that cannot be followed."""
        return not (self._line.dialogue.broken or self._transport.is_closing())

    def hand_in(
        self, letter: Letter, verdict: Callable[[Reply], object], may_send: Callable[[], bool] = at_once
    ) -> None:
        """Send one letter. Raises :class:`MailProblem` for an address that cannot be written."""
        sender = wire_address(letter.sender, "sender") if letter.sender else self._sender
        to = wire_address(letter.to, "to")
        self._line.dialogue.add(Errand(sender, to, dotted(letter), verdict, may_send))
        self._line.stir()

    def stir(self) -> None:
        """Ask again whether a content that was held back may be sent."""
        self._line.stir()

    async def close(self) -> None:
        """QUIT, wait a moment for the answer, close."""
        if not self.usable:
            return
        self._line.leave()
        try:
            # The relay has all it was to get; how it says goodbye changes nothing.
            await asyncio.wait({self._line.ended}, timeout=self._patience.quit)
        finally:
            self.abort()

    def abort(self) -> None:
        """Close at once; what the relay has not read yet is dropped."""
        self._line.abort()


def dotted(letter: Letter) -> tuple[bytes, ...]:
    """The message as it goes over the line, and its end: dots at line starts doubled, a dot alone."""
    pieces = (letter.data, *letter.rest)
    if not letter.dotless:
        stuffed = letter.whole.replace(b"\r\n.", b"\r\n..")
        pieces = (b"." + stuffed if stuffed.startswith(b".") else stuffed,)
    return (*pieces, b".\r\n" if pieces[-1].endswith(b"\r\n") else b"\r\n.\r\n")
