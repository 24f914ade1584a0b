"""What all sources say together, against what is public: the editions and drafts that follow. Pure.

* A trusted source's word, read without a doubt, is published; any other is a draft until a person approves it.
* One outage told by several sources is one window. A claim that has found its window stays with it.
* A window of which no source speaks any more, or whose sources were not read for too long, is *not confirmed
  any more*. It is never taken for cancelled.
* What a person wrote or approved is not changed by a machine: what contradicts it is a draft. Only that nobody
  confirms an approved reading any more is said by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from notifier.cycle.agreement import Rank, Voice, agreed, contradictions, distance
from notifier.cycle.reconcile import FILES, MISSING, OPERATOR, Editions, why_new
from notifier.cycle.verdicts import Decisions, Draft, Judged, Speaker
from notifier.cycle.witnesses import Decision, Name, Witness, digest_of
from notifier.model import WARSAW, Edition, Status, Window
from notifier.sources import Claim

BY_HAND = frozenset({FILES, OPERATOR})

_LONGEST_ID = 48
_ENDED = frozenset({Status.CANCELLED, Status.COMPLETED})


def judge(
    witnesses: Mapping[Name, Witness],
    decisions: Decisions,
    speakers: Mapping[str, Speaker],
    editions: Editions,
    systems: Collection[str],
    now: datetime,
) -> Judged:
    """Editions, drafts and witnesses that follow from what is known at ``now``.

    Nothing depends on the order of ``witnesses``. A source without a speaker is one that is read no more:
    nobody's word is trusted in its name, and it confirms nothing.
    """
    court = _Court(decisions, speakers, editions, systems, now)
    heard = {name: court.believe(witnesses[name]) for name in sorted(witnesses)}
    court.link(heard)
    found = tuple(court.editions_of(heard))
    return Judged(found, heard, *court.drafts_of(heard))


class _Court:
    def __init__(
        self,
        decisions: Decisions,
        speakers: Mapping[str, Speaker],
        editions: Editions,
        systems: Collection[str],
        now: datetime,
    ) -> None:
        self._decisions = decisions
        self._speakers = speakers
        self._editions = editions
        self._systems = systems
        self._now = now
        self._windows = {
            id_: edition.window
            for id_ in editions.of
            if (edition := editions.latest(id_)) is not None and edition.window.interval.until > now
        }

    def believe(self, witness: Witness) -> Witness:
        """The witness with what is believed of it by now."""
        decision = self._decided(witness)
        if decision is not None and decision.approved:
            claim = decision.claim or witness.says
            return replace(witness, believed=claim, by=decision.who, decided=decision.at)
        if decision is not None:
            rejected = witness.believed is not None and digest_of(witness.believed) == digest_of(witness.says)
            return replace(witness, believed=None) if rejected else witness
        # What a person approved is not exchanged for what a machine read later.
        if self._trusted(witness.source) and not witness.by and self._plain(witness.says):
            return replace(witness, believed=witness.says)
        return witness

    def link(self, heard: dict[Name, Witness]) -> None:
        """Give each believed claim the window that it speaks of, or one of its own."""
        free = [one for one in heard.values() if one.believed is not None and not one.window]
        # What is called off comes last: only then is there what it can mean, in whatever order they spoke.
        for witness in sorted(free, key=lambda one: (_calls_off(one), -_rank(one), one.name)):
            claim = witness.believed
            if claim is None or witness.gone is not None:
                continue
            window = self._earlier(claim, witness, heard) or self._nearest(claim, witness, heard)
            if not window and claim.status not in _ENDED and not self._is_over(claim):
                window = self._new_id(claim)
            if not window:
                continue
            heard[witness.name] = replace(witness, window=window)
            if window not in self._windows:
                self._windows[window] = agreed(window, [self._voice(witness, claim)])

    def editions_of(self, heard: Mapping[Name, Witness]) -> Iterable[Edition]:
        """The editions that follow for all windows of which a source ever spoke."""
        speaking: dict[str, list[Witness]] = {}
        for witness in heard.values():
            if witness.window:
                speaking.setdefault(witness.window, []).append(witness)
        for window, about in sorted(speaking.items()):
            edition = self._edition(window, about)
            if edition is not None:
                self._windows[window] = edition.window
                yield edition

    def drafts_of(
        self, heard: Mapping[Name, Witness]
    ) -> tuple[tuple[Draft, ...], Mapping[str, tuple[Witness, ...]]]:
        """What waits for a person, and who tells of which window."""
        drafts, telling = [], dict[str, list[Witness]]()
        for witness in heard.values():
            if witness.gone is not None:
                continue
            window = witness.window or self._nearest(witness.says, witness, heard)
            known = self._window(window)
            differs = contradictions(witness.says, known) if known is not None else ()
            if known is not None:
                telling.setdefault(window, []).append(witness)
            if self._waits(witness, known, differs, heard):
                drafts.append(Draft(witness, window, differs))
        drafts.sort(key=lambda draft: (draft.witness.says.start or draft.witness.since, draft.witness.name))
        return tuple(drafts), {window: tuple(about) for window, about in telling.items()}

    def _edition(self, window: str, about: list[Witness]) -> Edition | None:
        latest = self._editions.latest(window)
        voices = self._voices(about)
        if latest is not None and latest.origin in BY_HAND:
            heard = [one.decided for one in about if one.by and one.decided is not None]
            # Somebody approved a reading after that: they have seen both.
            if not voices or not any(moment > latest.recorded_at for moment in heard):
                return None
        before = latest.window if latest is not None else None
        approved = any(one.by and one.believed is not None for one in about)
        kept = before is not None and approved and not any(voice.rank is Rank.PERSON for voice in voices)
        if before is not None and kept:
            # What a person approved is told no more: others may confirm it, and say nothing else in its place.
            voices = [voice for voice in voices if not contradictions(voice.claim, before)]
        if not voices:
            return self._unconfirmed(latest, about)
        after = agreed(window, voices)
        if before is not None:
            after = replace(after, note=before.note)
            after = replace(before, status=after.status, source=after.source) if kept else after
        if after == before:
            return None
        leader = min(voices, key=lambda voice: voice.order)
        by = next((one.by for one in about if one.name == (leader.source, leader.key)), "")
        why = why_new(before, after)
        return self._editions.next(
            after,
            known_at=self._now,
            now=self._now,
            origin=leader.source,
            who=by or leader.speaker,
            why=f"approved; {why}" if by else why,
        )

    def _unconfirmed(self, latest: Edition | None, about: list[Witness]) -> Edition | None:
        """Nobody says so any more: what was certain no longer is."""
        if latest is None or latest.window.status not in (Status.CONFIRMED, Status.IN_PROCESS):
            return None
        if latest.window.interval.until <= self._now or latest.origin == MISSING:
            return None
        sources = ", ".join(sorted({one.source for one in about}))
        unread = all(one.gone is None and one.believed is not None for one in about)
        return self._editions.next(
            replace(latest.window, status=Status.TENTATIVE),
            known_at=self._now,
            now=self._now,
            origin=MISSING,
            who=sources,
            why=f"not read for too long: {sources}" if unread else f"no longer in {sources}",
        )

    def _voices(self, about: Iterable[Witness]) -> list[Voice]:
        """What counts of the witnesses of a window: of each source the last word."""
        last: dict[str, tuple[tuple[datetime, datetime, str], Witness, Claim]] = {}
        for one in about:
            claim = one.believed
            speaker = self._speakers.get(one.source)
            if claim is None or one.gone is not None or speaker is None or speaker.stale:
                continue
            order = (claim.published or one.since, one.since, one.key)
            if one.source not in last or last[one.source][0] < order:
                last[one.source] = (order, one, claim)
        return [self._voice(one, claim) for _, one, claim in last.values()]

    def _voice(self, witness: Witness, claim: Claim) -> Voice:
        speaker = self._speakers.get(witness.source)
        start = claim.start
        if start is None:  # a person can say that a work is off without saying when it would have been
            known = self._window(witness.window)
            start = known.start if known is not None else self._now
        name = speaker.name if speaker is not None else witness.source
        return Voice(witness.source, witness.key, _rank(witness), claim, start, name)

    def _waits(
        self,
        witness: Witness,
        known: Window | None,
        differs: tuple[str, ...],
        heard: Mapping[Name, Witness],
    ) -> bool:
        """True for a reading of which a person has to be asked."""
        claim = witness.says
        if self._decided(witness) is not None or self._is_over(claim):
            return False
        if known is None:
            return claim.status not in _ENDED
        if not differs:
            return False
        if witness.believed != claim:
            return True
        # Believed, and yet it does not hold: a person's word does. They are asked about what came later.
        latest = self._editions.latest(known.id)
        words = [one.decided for one in heard.values() if one.by and one.window == known.id]
        words += [latest.recorded_at] if latest is not None and latest.origin in BY_HAND else []
        moments = [moment for moment in words if moment is not None]
        return not witness.by and bool(moments) and witness.since > max(moments)

    def _earlier(self, claim: Claim, witness: Witness, heard: Mapping[Name, Witness]) -> str:
        """The window of the notice that this one changes, where its source says which."""
        earlier = heard.get((witness.source, claim.refers_to)) if claim.refers_to else None
        known = self._window(earlier.window) if earlier is not None else None
        if earlier is None or known is None or earlier.name == witness.name:
            return ""
        return known.id if distance(replace(claim, start=known.start), known) is not None else ""

    def _nearest(self, claim: Claim, witness: Witness, heard: Mapping[Name, Witness]) -> str:
        """The window that a claim can only mean, if there is one; of several the nearest."""
        found = []
        for window in self._windows.values():
            apart = distance(claim, window)
            if apart is None or (claim.status not in _ENDED and self._speaks_already(witness, window, heard)):
                continue
            found.append((apart, window.id))
        return min(found)[1] if found else ""

    def _speaks_already(self, witness: Witness, window: Window, heard: Mapping[Name, Witness]) -> bool:
        """True where the source tells of that window already: two claims of one source are two outages."""
        return any(
            one.window == window.id and one.gone is None and one.name != witness.name
            for one in heard.values()
            if one.source == witness.source
        )

    def _new_id(self, claim: Claim) -> str:
        day = claim.start.astimezone(WARSAW) if claim.start is not None else self._now
        base = f"{min(claim.systems).replace('.', '-')[:_LONGEST_ID]}-{day:%Y-%m-%d}"
        taken = {*self._editions.of, *self._windows}
        number, found = 1, base
        while found in taken:
            number += 1
            found = f"{base}-{number}"
        return found

    def _window(self, window: str) -> Window | None:
        found = self._windows.get(window)
        if found is None:
            latest = self._editions.latest(window)
            found = latest.window if latest is not None else None
        return found

    def _decided(self, witness: Witness) -> Decision | None:
        return self._decisions.get((witness.source, witness.key, digest_of(witness.says)))

    def _trusted(self, source: str) -> bool:
        speaker = self._speakers.get(source)
        return speaker is not None and speaker.trusted

    def _plain(self, claim: Claim) -> bool:
        known = bool(claim.systems) and all(system in self._systems for system in claim.systems)
        return claim.sure and claim.start is not None and known and not _backwards(claim)

    def _is_over(self, claim: Claim) -> bool:
        return claim.end is not None and claim.end <= self._now


def _calls_off(witness: Witness) -> bool:
    return witness.believed is not None and witness.believed.status in _ENDED


def _rank(witness: Witness) -> Rank:
    return Rank.PERSON if witness.by else Rank.TRUSTED


def _backwards(claim: Claim) -> bool:
    return claim.start is not None and claim.end is not None and claim.end <= claim.start
