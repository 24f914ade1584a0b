"""The phrases that code asks for, so that a missing or an unused one is found before a mail goes out."""

from __future__ import annotations

from notifier.model import Change, Impact, Occasion, Severity, Verdict
from notifier.render.told import LetterKind
from notifier.render.yours import SUBJECT, Mark, Sum

_WRITTEN = frozenset(
    """
    alarm before changed-endless clock-summer clock-winter compared-impact compared-line
    compared-systems compared-when contact contact-note date date-year dates-days dates-months
    dates-open day days during during-day during-open feed-description feed-title heading-contacts
    heading-fallback heading-lost heading-prepare heading-still-not heading-works hours lead-cancelled
    lead-degraded lead-disputed lead-early lead-end-unknown lead-harmless lead-last-call lead-last-call-list
    lead-outage lead-over lead-passed lead-running lead-slow lead-started lead-still-possible
    lead-tentative lead-tentative-degraded lead-tentative-lost lead-too-late lead-unconfirmed
    lead-was-planned list-and list-clauses list-or locale lost-all lost-all-yours lost-banks lost-cause
    lost-no-use-trying lost-open lost-perhaps lost-perhaps-these lost-spare lost-task lost-unsure
    mark-not mark-not-these mark-only mark-prepared mark-slow minutes note-banks note-banks-dim
    note-banks-doubtful note-banks-lost note-banks-slow note-banks-unknown note-lost note-setback
    note-slow note-unknown on other-ways others others-at prepare-before prepare-item prepare-late
    prepare-lead prepare-now prepare-wise since source source-address source-operator source-published
    state-cancelled state-completed state-ended state-last-call state-reminder step-by step-none
    step-other step-perhaps subject-more then-cancelled then-clock-change then-length then-lost
    then-over then-passed then-perhaps-lost then-stretch title until weekday weekday-of weekday-on when when-day
    when-open works-also-above works-as-above works-as-always works-by works-deadline
    works-deadline-passed works-exception works-perhaps works-perhaps-also works-simply works-slowly
    works-steps works-unknown ahead-item heading-yours prepare-before-instead prepare-before-yours
    prepare-wise-instead prepare-wise-yours step-none-yours step-spare subject-yours yours-bank-lost
    yours-prepare-late yours-partly
    """.split()
)

_STATES = frozenset(
    [f"state-{change}" for change in Change]
    + [f"state-{impact}" for impact in Impact]
    + [f"state-tentative-{impact}" for impact in Impact]
    + [f"state-{occasion}" for occasion in (Occasion.STARTED, Occasion.CHANGED)]
)

_LETTER = ("subject", "lead", "do", "link", "then", "else")

_FAMILIES = frozenset(
    [f"changed-{change}" for change in (*Change, "other")]
    + [f"impact-{impact}" for impact in Impact]
    + [f"severity-{severity}" for severity in Severity]
    + [f"verdict-{verdict.word}" for verdict in Verdict]
    + [f"step-{step}" for step in ("enter", "log-in", "sign")]
    + [f"letter-{kind}-{part}" for kind in LetterKind for part in _LETTER]
    + [f"yours-{found}" for found in Sum if found is not Sum.CAUSE]
    + [f"yours-means-{mark}" for mark in Mark]
    + [f"subject-{found}" for found in SUBJECT]
)

PHRASE_KEYS = _WRITTEN | _STATES | _FAMILIES
"""Every key that code may say. A step of the catalogue with a phrase of its own joins the last family."""
