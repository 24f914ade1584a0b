"""Bodies are read once for all the mails that share them."""

from __future__ import annotations

from structlog.typing import EventDict

from notifier.mail.forms import Forms
from tests.mail.office import Office, Shaky, said


class Counting(Shaky):
    """The real outbox, noting which bodies were read."""

    def __init__(self, office: Office, *, missing: str = "") -> None:
        super().__init__(office, missing=missing)
        self.read: list[str] = []

    def body(self, digest: str) -> bytes:
        self.read.append(digest)
        return super().body(digest)


async def test_each_body_is_read_once_and_one_that_cannot_be_is_left_out(
    office: Office, logs: list[EventDict]
) -> None:
    office.write_to("alicja")
    office.write_to("bob", text="another body")
    one, two = (row.body_digest for row in office.rows())
    outbox = Counting(office, missing=two)
    forms = Forms(outbox, office.db, "", None)
    found = await forms.of([one, two, one])
    assert list(found) == [one]
    assert await forms.of([one]) == found
    assert outbox.read == [one, two]
    assert [event["digest"] for event in logs if event["event"] == "body of mails cannot be read"] == [two]
    assert await forms.of([two]) == {}, "asked for again, it is tried again"
    assert outbox.read == [one, two, two]
    assert said(logs, "body of mails cannot be read") == ["body of mails cannot be read"] * 2
