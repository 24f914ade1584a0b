"""Signatures, read by somebody else's verifier (dkimpy)."""

from __future__ import annotations

import base64
from collections.abc import Callable

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from notifier.mail import MailProblem, Personal, Signer, unsubscribe_headers
from notifier.mail.dkim import Canonical
from notifier.mail.keys import private_key
from notifier.mail.message import Body
from notifier.mail.personal import Form
from tests.mail.test_message import built
from tests.mail.test_personal import MARK, TOKEN, Linked

ED25519 = Ed25519PrivateKey.generate()
RSA = generate_private_key(65537, 2048)


def pem(key: Ed25519PrivateKey | RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def records() -> Callable[..., bytes]:
    """The DNS, as far as a verifier asks it."""
    raw = ED25519.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    der = RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    known = {
        b"may-ed25519._domainkey.example.pl.": b"v=DKIM1; k=ed25519; p=" + base64.b64encode(raw),
        b"may-rsa._domainkey.example.pl.": b"v=DKIM1; k=rsa; p=" + base64.b64encode(der),
    }
    return lambda name, timeout=5: known[name]


SIGNER = Signer("example.pl", "may", [private_key(pem(ED25519)), private_key(pem(RSA))])


def signed(token: bytes = TOKEN, body: Body | None = None) -> bytes:
    link = "https://przerwy.example.pl/unsubscribe/" + token.decode()
    form = Form(body or built(Linked(), placeholder=MARK), MARK, SIGNER)
    personal = Personal(unsubscribe_headers("pomoc@example.pl", link), token)
    return b"".join(form.filled(to="alicja@example.pl", message_id="<abc@example.pl>", personal=personal))


def verdicts(mail: bytes) -> list[bool]:
    """What the verifier says of each signature."""
    verifier = dkim.DKIM(mail)

    def holds(place: int) -> bool:
        try:
            return bool(verifier.verify(idx=place, dnsfunc=records()))
        except dkim.ValidationError:
            return False

    return [holds(place) for place in range(mail.count(b"DKIM-Signature:"))]


def test_both_signatures_hold() -> None:
    mail = signed()
    assert mail.startswith(
        b"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.pl; s=may-ed25519;"
    )
    assert b"a=rsa-sha256" in mail
    assert verdicts(mail) == [True, True]
    assert max(map(len, mail.split(b"\r\n\r\n")[0].split(b"\r\n"))) <= 120


def test_they_hold_for_everybodys_own_links() -> None:
    assert verdicts(signed(TOKEN[::-1].replace(b".", b"_"))) == [True, True]


def test_a_mail_without_personal_parts_is_signed_as_well() -> None:
    assert verdicts(signed(body=built())) == [True, True]


@pytest.mark.parametrize(
    ("was", "becomes", "why"),
    [
        (b"mojeID", b"mojeXX", "the words"),
        (TOKEN, TOKEN[::-1], "somebody else's links"),
        (b"To: alicja", b"To: mallor", "the recipient"),
        (b"Message-ID: <abc", b"Message-ID: <xyz", "the message-id"),
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b"", "RFC 8058, 4: the way out is signed"),
        (b"List-Unsubscribe: <https", b"List-Unsubscribe: <http", "RFC 8058, 4: the way out is signed"),
        (b"Subject: ", b"Subject: x\r\nSubject: ", "a second subject, above"),
        (b"From: ", b"From: m@example.org\r\nFrom: ", "a second sender, above"),
        (b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r\nSubject: x\r\n", "a second subject, below"),
    ],
)
def test_whoever_changes_a_mail_breaks_them(was: bytes, becomes: bytes, why: str) -> None:
    body = built(Linked(text="mojeID " + Linked().text), placeholder=MARK)
    mail = signed(body=body)
    assert was in mail
    assert verdicts(mail.replace(was, becomes)) == [False, False], why


def test_what_relays_may_change_does_not() -> None:
    mail = signed()
    assert verdicts(b"Received: from a by b\r\n" + mail.replace(b"Date: ", b"DATE:   ") + b"\r\n\r\n") == [
        True,
        True,
    ]


@given(st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n", b"T" * 8, b".", b"  \r\n"]), min_size=1))
def test_a_body_hashed_in_pieces_is_the_body_hashed_whole(parts: list[bytes]) -> None:
    text = b"".join(parts) + b"\r\n"
    token, mark = b"12345678", b"T" * 8
    whole = Canonical.of([text.replace(mark, token)]).digest(b"")
    assert Canonical.of(text.split(mark)).digest(token) == whole


def test_the_same_mail_gives_the_same_bytes() -> None:
    assert signed() == signed()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("", "nothing"),
        ("-----BEGIN PRIVATE KEY-----\nxxxx\n-----END PRIVATE KEY-----\n", "no key"),
        (pem(generate_private_key(65537, 1024)).replace("MII", "XXX"), "broken"),
    ],
)
def test_what_is_no_key_is_refused_without_being_shown(wrong: str, why: str) -> None:
    with pytest.raises(MailProblem) as caught:
        private_key(wrong)
    assert "BEGIN" not in str(caught.value), why


def test_a_key_is_not_shown() -> None:
    assert "lambda" not in repr(private_key(pem(ED25519)))


def test_a_selector_is_a_name() -> None:
    with pytest.raises(MailProblem, match="dkim_selector"):
        Signer("example.pl", "a b", [])
