"""Whole messages, kept as they were read and found good. `make golden` writes them again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.render.people import EVERYTHING, MBANK, NIGHT, PZ, RENDERER, mail_of, notice

KEPT = Path(__file__).with_name("golden")
PICTURED = ("announced-patient", "changed-moved-patient")
"""Messages of which the HTML is kept as well."""


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("name", EVERYTHING)
def test_mails_in_full(name: str, language: str, golden: Callable[[Path, bytes | str], None]) -> None:
    mail = mail_of(name, language)
    golden(KEPT / f"{name}.{language}.txt", f"{mail.subject}\n\n{mail.text}")


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("name", PICTURED)
def test_mails_as_html(name: str, language: str, golden: Callable[[Path, bytes | str], None]) -> None:
    golden(KEPT / f"{name}.{language}.html", mail_of(name, language).html)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_one_mail_for_many_notices(language: str, golden: Callable[[Path, bytes | str], None]) -> None:
    readers = ((PZ, "patient"), (PZ, "doctor"), (MBANK, "patient"), (NIGHT, "patient"))
    notices = [notice(window, audience=audience, due="2024-01-18 10:00") for window, audience in readers]
    mail = RENDERER.mail(notices, language)
    golden(KEPT / f"many.{language}.txt", f"{mail.subject}\n\n{mail.text}")


@pytest.mark.parametrize("language", ["pl", "en"])
def test_chats(language: str, golden: Callable[[Path, bytes | str], None]) -> None:
    said = [RENDERER.chat(told, language) for told in EVERYTHING.values()]
    said.append(RENDERER.chat(EVERYTHING["announced-doctor"], language, ("doctor", "nurse")))
    golden(
        KEPT / f"chats.{language}.txt", "\n".join(f"{words.title}\n\n{words.text}\n\n---\n" for words in said)
    )


def test_no_golden_file_is_left_over() -> None:
    names = {f"{name}.{language}.txt" for name in (*EVERYTHING, "many", "chats") for language in ("pl", "en")}
    names |= {f"{name}.{language}.html" for name in PICTURED for language in ("pl", "en")}
    assert {path.name for path in KEPT.iterdir()} == names
