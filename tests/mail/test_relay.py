"""The relay's address, as people write it and get it wrong."""

from __future__ import annotations

import pytest

from notifier.mail import MailProblem, Privacy, Relay

SECRET = "s3cret"


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mail.example.pl", Relay("mail.example.pl", 25, Privacy.NONE)),
        ("smtp://mail.example.pl:2525/", Relay("mail.example.pl", 2525, Privacy.NONE)),
        ("smtps://mail.example.pl", Relay("mail.example.pl", 465, Privacy.IMPLICIT)),
        ("smtp+starttls://mail.example.pl", Relay("mail.example.pl", 587, Privacy.STARTTLS)),
        ("SMTP://[::1]:25", Relay("::1", 25, Privacy.NONE)),
    ],
)
def test_the_three_kinds_of_address(url: str, relay: Relay) -> None:
    assert Relay.parse(url) == relay
    assert Relay.parse(str(relay)) == relay


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "begin with smtp://"),
        ("mail.example.pl:25", "begin with smtp://"),
        ("http://mail.example.pl", "begin with smtp://"),
        ("smtp://", "must be a host"),
        ("smtp://mail.example.pl:99999", "form"),
        ("smtp://mail.example.pl:port", "form"),
        ("smtp://mail.example.pl/inbox", "nothing after"),
        ("smtp://mail.example.pl?x=1", "nothing after"),
        (f"smtp://me:{SECRET}@mail.example.pl", "settings of their own"),
        ("smtp://" + "x" * 70 + ".pl", "name server"),
    ],
)
def test_a_wrong_address_is_explained_and_not_repeated(url: str, says: str) -> None:
    with pytest.raises(MailProblem, match=says) as caught:
        Relay.parse(url)
    assert caught.value.field == "relay"
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["smtp+starttls://mail.example.pl", "smtps://mail.example.pl", "smtp://127.0.0.1"]
)
def test_a_login_over_a_private_line_or_to_this_machine(url: str) -> None:
    relay = Relay.parse(url, "me", SECRET)
    assert (relay.user, relay.password) == ("me", SECRET)
    assert SECRET not in repr(relay) + str(relay)


@pytest.mark.parametrize(
    ("url", "user", "password", "says"),
    [
        ("smtp://mail.example.pl", "me", SECRET, "open line"),
        ("smtps://mail.example.pl", "me", "", "both"),
        ("smtps://mail.example.pl", "", SECRET, "both"),
    ],
)
def test_a_login_that_would_show_or_miss_the_password(url: str, user: str, password: str, says: str) -> None:
    with pytest.raises(MailProblem, match=says):
        Relay.parse(url, user, password)
