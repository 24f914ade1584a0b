"""Whether mail is signed: as configured, or not at all, and never half."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from notifier.config import Settings
from notifier.daemon.signing import signer_of
from notifier.mail import MailProblem

KEY = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
HEADERS = b"From: a@example.org\r\nSubject: x\r\n"


def settings(domain: str = "example.org", selector: str = "may") -> Settings:
    return Settings.model_validate({"mail": {"dkim_domain": domain, "dkim_selector": selector}})


def credentials(folder: Path, **files: bytes) -> dict[str, str]:
    for name, content in files.items():
        (folder / name.replace("_", "-")).write_bytes(content)
    return {"CREDENTIALS_DIRECTORY": str(folder)}


def test_a_domain_a_selector_and_a_key_sign(tmp_path: Path) -> None:
    signer = signer_of(settings(), credentials(tmp_path, dkim_ed25519=KEY))
    assert signer is not None
    lines = signer.signatures(HEADERS, "digest")
    assert lines.count(b"DKIM-Signature") == 1
    assert b"d=example.org; s=may-ed25519;" in lines


def test_without_any_of_it_mail_is_not_signed(tmp_path: Path) -> None:
    assert signer_of(Settings(), credentials(tmp_path)) is None
    assert signer_of(Settings(), {}) is None


@pytest.mark.parametrize(
    ("domain", "selector", "files", "why"),
    [
        ("example.org", "may", {}, "no key"),
        ("example.org", "", {"dkim_ed25519": KEY}, "no selector"),
        ("", "may", {"dkim_ed25519": KEY}, "no domain"),
        ("", "", {"dkim_ed25519": KEY}, "a key alone"),
        ("example.org", "may", {"dkim_rsa": b"secret words"}, "no key in the file"),
    ],
)
def test_half_a_configuration_is_refused(
    tmp_path: Path, domain: str, selector: str, files: dict[str, bytes], why: str
) -> None:
    with pytest.raises(MailProblem) as caught:
        signer_of(settings(domain, selector), credentials(tmp_path, **files))
    assert "secret words" not in str(caught.value), why
