"""Signatures, against the package that its authors give to receivers, and one that was made elsewhere."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook as Judge
from standardwebhooks.webhooks import WebhookVerificationError

from notifier.daemon import SystemClock
from notifier.hooks import SecretProblem, key_of
from notifier.hooks.signing import signed

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"test": 2432232314}'


def now() -> datetime:
    """The judge takes no other time than the present."""
    return SystemClock().now()


def test_the_example_of_the_specification_comes_out() -> None:
    headers = signed(
        key_of("a", SECRET),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        BODY.encode(),
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize("body", [BODY, "", '{"a": "zażółć gęślą"}', "a.b.c"])
@pytest.mark.parametrize("secret", [SECRET, SECRET.removeprefix("whsec_")])
def test_receivers_take_it(secret: str, body: str) -> None:
    headers = dict(signed(key_of("a", secret), "msg_1", now(), body.encode()))
    Judge(secret).verify(body, headers, json_parse=False)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": "1700000000"},
        {"webhook-signature": "v1," + base64.b64encode(bytes(32)).decode()},
    ],
    ids=["another id", "another moment", "another signature"],
)
def test_receivers_notice_what_is_not_ours(change: dict[str, str]) -> None:
    headers = {**signed(key_of("a", SECRET), "msg_1", now(), BODY.encode()), **change}
    with pytest.raises(WebhookVerificationError):
        Judge(SECRET).verify(BODY, headers)


def test_receivers_notice_another_body() -> None:
    headers = dict(signed(key_of("a", SECRET), "msg_1", now(), BODY.encode()))
    with pytest.raises(WebhookVerificationError):
        Judge(SECRET).verify(BODY + " ", headers)


WRONG = [
    ("Words are no secret.", "whsec_tajne hasło!", "base64"),
    ("A short one can be guessed.", base64.b64encode(b"x" * 23).decode(), "23 bytes"),
    ("A long one is none of Standard Webhooks.", base64.b64encode(b"x" * 65).decode(), "65 bytes"),
    ("None at all.", "whsec_", "0 bytes"),
]


@pytest.mark.parametrize(("_sentence", "secret", "said"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_no_secret_is_refused_and_not_shown(_sentence: str, secret: str, said: str) -> None:
    with pytest.raises(SecretProblem, match=said) as caught:
        key_of("ward", secret)
    assert "ward" in str(caught.value)
    assert secret.removeprefix("whsec_") not in str(caught.value) or secret == "whsec_"


def test_padding_may_be_left_out() -> None:
    padded = base64.b64encode(b"y" * 25).decode()
    assert padded.endswith("=")
    assert key_of("a", padded.rstrip("=")) == b"y" * 25
