"""Mails in other people's hands: a spam filter, a text browser, and the CSS that mail programs know."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from lxml import html as lxml_html

from notifier.mail import Personal, build_body, for_recipient, unsubscribe_headers
from notifier.model import Occasion, Profile
from notifier.render import MailWords, Renderer
from tests.render.people import (
    CATALOGUE,
    EVERY_OCCASION,
    EVERYTHING,
    MBANK,
    NIGHT,
    PZ,
    RENDERER,
    ROOT,
    SITE,
    mail_of,
    notice,
)

MANAGED = Renderer(CATALOGUE, ROOT / "templates", replace(SITE, manages=True))
"""Where subscribers have pages of their own, so that every mail has its links."""

PROPERTIES = frozenset(
    """
    background-color border border-bottom border-bottom-color border-collapse border-color border-left
    border-left-color border-top border-top-color color font-family font-size font-weight line-height
    margin margin-top max-width padding padding-bottom padding-left padding-right padding-top text-align
    text-decoration vertical-align width
    """.split()
)
"""What Gmail, Outlook, Apple Mail and Polish portals all know, or leave out without harm (``max-width``)."""


def mails() -> dict[str, MailWords]:
    """One mail of each kind: for everybody, for one person, several matters in one."""
    several = [
        notice(window, audience=audience, due="2024-01-18 10:00")
        for window, audience in ((PZ, "patient"), (PZ, "doctor"), (MBANK, "patient"), (NIGHT, "patient"))
    ]
    made: dict[str, MailWords] = {}
    for language in ("pl", "en"):
        for name, each in EVERY_OCCASION.items():
            made[f"{name}.{language}"] = MANAGED.mail([each], language)
        person = Profile.of(["pz-bank:bank.alior", "sign-pz"])
        made[f"personal.{language}"] = MANAGED.mail([EVERY_OCCASION["announced-doctor"]], language, person)
        made[f"digest.{language}"] = MANAGED.mail(several, language, ahead=[notice(MBANK)], digest=True)
    return made


MAILS = mails()


def test_the_styles_are_those_that_mail_programs_know() -> None:
    for name, made in MAILS.items():
        page = lxml_html.document_fromstring(made.html)
        inline = [str(style) for style in page.xpath("//@style")]
        blocks = re.findall(r"\{([^{}]*)\}", "".join(page.xpath("//style/text()")))
        declared = [part for text in (*inline, *blocks) for part in text.split(";") if part.strip()]
        used = {part.partition(":")[0].strip() for part in declared}
        assert used - PROPERTIES == set(), name
        assert "url(" not in made.html
        assert not re.search(r"display: ?none|position:|float:|@import|@font-face", made.html)


# --- what mail programs are known to leave out ------------------------------------------------------------------

HARMLESS = {
    "`<body> element`": "Its place is taken by a `<div>`; the colours stand on the table within as well.",
    "`@media`": "Light instead of dark, and wide margins on a phone: all can be read.",
    "`lang attribute`": "The text is the same; a screen reader there speaks as for its own language.",
    "`role attribute`": "The tables that only place things are read aloud as tables there.",
    "`text-decoration`": "Links are underlined by the program, or known by their colour.",
    "`width attribute`": "The sheet is as wide as its text.",
}
"""What some program leaves out of our mails, and why nobody misses it."""

ASK = """
import { readFileSync } from "node:fs";
const { doIUseEmail } = await import(process.argv[1] + "/@jsx-email/doiuse-email/dist/index.mjs");
const told = JSON.parse(readFileSync(0, "utf8")).map((html) => doIUseEmail(html, { emailClients: ["*"] }).errors ?? []);
console.log(JSON.stringify(told.flat()));
"""


@pytest.mark.client
def test_what_mail_programs_leave_out_of_a_mail_is_not_missed(
    program: Callable[..., str], node_modules: Path
) -> None:
    if not (node_modules / "@jsx-email" / "doiuse-email").is_dir():
        pytest.skip("needs @jsx-email/doiuse-email in NOTIFIER_NODE_MODULES")
    asked = [program("node", "nodejs"), "--input-type=module", "-e", ASK, node_modules.as_uri()]
    pages = json.dumps([made.html for made in MAILS.values()])
    done = subprocess.run(asked, input=pages, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    left_out = {error.partition(" is not supported by ")[0] for error in json.loads(done.stdout)}
    assert left_out == set(HARMLESS)


# --- a spam filter ----------------------------------------------------------------------------------------------

SCORED = [
    *(f"{occasion}-patient.pl" for occasion in ("announced", "reminder", "last-call", "changed-moved")),
    *("cancelled-doctor.en", "completed-doctor.en", "ended-patient.pl", "personal.pl", "digest.pl"),
]
"""One of each kind: the filter takes its time."""

SCORE = re.compile(r"X-Spam-Status: \w+, score=(-?[\d.]+)")


def letter(name: str, made: MailWords) -> bytes:
    """The mail as a relay would get it, without the calendar."""
    body = build_body(
        made,
        None,
        "PUBLISH",
        sender="Przerwy w e-zdrowiu <przerwy@przerwy.example.pl>",
        list_id="pl.przerwy.example.pl",
        threads=["pz-2024-01-19"],
        date=PZ.start - timedelta(days=1),
        language=name.rpartition(".")[2],
        contact="pomoc@przerwy.example.pl",
    )
    return for_recipient(
        body,
        to="anna@example.org",
        message_id="<0123456789@przerwy.example.pl>",
        personal=Personal(unsubscribe_headers("pomoc@przerwy.example.pl")),
    )


@pytest.mark.client
def test_no_mail_looks_like_spam(program: Callable[..., str]) -> None:
    """By the filter's own rules alone, in one process for all: the network would give another answer each day."""
    command = [program("spamassassin"), "-L", "-x", "--cf=bayes_path /dev/null/none", "--cf=use_bayes 0"]
    command += ["--cf=score ANY_BOUNCE_MESSAGE 0", "--mbox"]
    box = b"".join(
        b"From przerwy@przerwy.example.pl Thu Jan 18 19:00:00 2024\n"
        + letter(name, MAILS[name]).replace(b"\r\n", b"\n")
        + b"\n"
        for name in SCORED
    )
    run = subprocess.run(command, input=box, capture_output=True, check=False, timeout=240)
    scores = [float(score) for score in SCORE.findall(run.stdout.decode("utf-8", "replace"))]
    assert len(scores) == len(SCORED), run.stderr.decode("utf-8", "replace")[-500:]
    bad = {name: score for name, score in zip(SCORED, scores, strict=True) if score > 0.5}
    assert bad == {}


# --- a text browser ---------------------------------------------------------------------------------------------

FACTS = {
    "announced-patient.pl": ["od piątku 19 stycznia, 20:00", "Co działa", "przez mojeID w banku", "19 239"],
    "changed-moved-patient.pl": [
        "Było",
        "od piątku 19 stycznia, 18:00, do soboty 20 stycznia, 10:00",
        "Jest",
    ],
    "cancelled-doctor.en": ["is cancelled", "You do not need to do anything"],
    "personal.pl": ["Co to znaczy dla Ciebie", "nie zalogujesz się przez ten bank"],
    "digest.en": ["This is your digest", "What else is ahead until the next digest", "Unsubscribe"],
}


@pytest.mark.client
@pytest.mark.parametrize("name", FACTS)
def test_the_html_reads_well_as_text(name: str, program: Callable[..., str]) -> None:
    command = [program("w3m"), "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", "1000"]
    run = subprocess.run(
        command, input=MAILS[name].html.encode(), capture_output=True, check=True, timeout=60
    )
    shown = " ".join(run.stdout.decode().split()).casefold()
    missing = [fact for fact in FACTS[name] if fact.casefold() not in shown]
    assert missing == []
    assert "{" not in shown


# --- the bytes --------------------------------------------------------------------------------------------------


def test_links_of_one_s_own_are_there_where_readers_have_pages() -> None:
    for name, made in MAILS.items():
        for part in (made.text, made.html):
            assert part.count("/preferences/ffffffffffff.") == 1, name
            assert part.count("/unsubscribe/ffffffffffff.") == 1, name
    for name in EVERYTHING:
        plain = mail_of(name, "pl")
        assert "/preferences/" not in plain.text
        assert "Napisz na adres pomoc@przerwy.example.pl" in plain.text


def test_every_mail_parses_as_what_it_is() -> None:
    for name, made in MAILS.items():
        message = BytesParser(policy=policy.default).parsebytes(letter(name, made))
        assert str(message["Subject"]) == made.subject
        kinds = [part.get_content_type() for part in message.walk()]
        assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def test_the_subject_says_what_it_comes_to_where_that_helps() -> None:
    announced = EVERY_OCCASION["announced-patient"]

    def subject(*have: str, of: object = announced) -> str:
        return RENDERER.mail([of], "pl", Profile.of(have)).subject.partition(" – ")[2]  # type: ignore[list-item]

    assert subject() == ""
    assert subject("mojeid:bank.mbank") == "masz sposób, który działa"
    assert subject("mobywatel") == "przygotuj się wcześniej"
    assert (
        subject("pz-sms", "sign-pz", of=EVERY_OCCASION["announced-doctor"]) == "Twoje sposoby nie zadziałają"
    )
    assert subject("pz-sms", of=EVERY_OCCASION["cancelled-patient"]) == ""
    assert subject("mobywatel", of=EVERY_OCCASION["started-patient"]) == "", "too late to get ready"
    assert Occasion.LAST_CALL in {each.key.occasion for each in EVERY_OCCASION.values()}
