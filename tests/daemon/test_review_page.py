"""The operator's page: who may see it, what it shows, and that a decision made on it is told."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import pytest

from notifier.web import review
from tests.daemon.house import REVIEW_PASSWORD, House, service
from tests.daemon.test_hearing_sources import NIGHT, begun, letters, page, polled, sources, windows
from tests.sources.server import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as made:
        yield made


@pytest.fixture
async def house(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A page under review has told of one outage."""
    monkeypatch.setattr(review.ReviewPage.__init__, "__kwdefaults__", {"slow": 0.0})
    async with service(tmp_path, "[]\n", people=("ola",), reads=True) as made:
        sources(made, site, "review")
        site.put(page(NIGHT), "/news")
        await begun(made)
        yield made


async def ask(
    house: House,
    path: str = "",
    *,
    login: str = f"anna:{REVIEW_PASSWORD}",
    form: dict[str, str] | None = None,
) -> httpx2.Response:
    """What the page answers."""
    assert house.where is not None
    headers = {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()} if login else {}
    url = f"{house.where.url.rstrip('/')}/review{path}"

    def go() -> httpx2.Response:
        if form is None:
            return httpx2.get(url, headers=headers, timeout=60)
        sent = urlencode(form).encode()
        sent_as = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        return httpx2.post(url, content=sent, headers=sent_as, timeout=60)

    return await asyncio.to_thread(go)


@pytest.mark.parametrize(
    "login", ["", "anna:wrong", "anna", f":{REVIEW_PASSWORD}", f"anna:{REVIEW_PASSWORD} "]
)
async def test_nobody_sees_it_without_the_password(house: House, login: str) -> None:
    answer = await ask(house, login=login)
    assert (answer.status_code, answer.text) == (401, "")
    assert answer.headers["www-authenticate"].startswith("Basic ")


async def test_a_draft_is_shown_with_its_evidence_and_approved_with_a_token_only(house: House) -> None:
    overview = await ask(house)
    assert (overview.status_code, "set-cookie" in overview.headers) == (200, False)
    assert overview.headers["cache-control"] == "no-store"
    assert "<mark>20:00</mark>" in overview.text
    assert NIGHT in re.sub(r"</?mark>", "", overview.text)
    (path,) = re.findall(r'href="[^"]*/review(/d-[0-9a-f]+)"', overview.text)
    shown = await ask(house, path)
    assert "Pacjent" in shown.text
    (token,) = re.findall(r'name="token" value="([0-9a-f]{64})"', shown.text)
    assert windows(house) == []  # to look changes nothing

    for wrong in ({"do": "approve"}, {"do": "approve", "token": "0" * 64}, {"do": "approve", "token": "ż"}):
        assert (await ask(house, path, form=wrong)).status_code == 403
    other = await ask(house, path, login=f"jan:{REVIEW_PASSWORD}", form={"do": "approve", "token": token})
    assert other.status_code == 403
    assert (await ask(house, path, form={"do": "publish", "token": token})).status_code == 400
    assert windows(house) == []

    before = len(house.passes)
    done = await ask(house, path, form={"do": "approve", "token": token})
    assert "zatwierdzony" in done.text
    await house.until(lambda: len(house.passes) > before)
    await house.hand.slept()
    assert len(windows(house)) == 1
    assert len(await letters(house)) == 1
    assert (await ask(house, path)).status_code == 404


async def test_a_rejected_draft_stays_away(house: House) -> None:
    (path,) = re.findall(r'href="[^"]*/review(/d-[0-9a-f]+)"', (await ask(house)).text)
    (token,) = re.findall(r'name="token" value="([0-9a-f]{64})"', (await ask(house, path)).text)
    before = len(house.passes)
    assert "odrzucony" in (await ask(house, path, form={"do": "reject", "token": token})).text
    await house.until(lambda: len(house.passes) > before)
    await polled(house, 1)
    assert (windows(house), house.passes[-1].drafts) == ([], 0)


async def test_what_was_read_wrongly_is_put_right_and_stays_so(house: House, site: Site) -> None:
    (path,) = re.findall(r'href="[^"]*/review(/d-[0-9a-f]+)"', (await ask(house)).text)
    form = await ask(house, path)
    (token,) = re.findall(r'name="token" value="([0-9a-f]{64})"', form.text)
    typed = dict(re.findall(r'<input name="(\w+)" value="([^"]*)"', form.text))
    assert typed == {"start": "2026-05-06 20:00+02:00", "end": "2026-05-06 23:00+02:00", "systems": "gate"}

    wrong = await ask(house, path, form={**typed, "end": "wieczorem", "do": "approve", "token": token})
    assert "wieczorem" in wrong.text
    assert 'value="2026-05-06 20:00+02:00"' in wrong.text  # nothing typed is lost
    unknown = await ask(house, path, form={**typed, "systems": "gtae", "do": "look", "token": token})
    assert ("gtae" in unknown.text, 'value="approve"' in unknown.text) == (True, False)
    looked = await ask(house, path, form={**typed, "end": "2026-05-07 01:30", "do": "look", "token": token})
    assert "1:30" in looked.text
    assert windows(house) == []  # so far nobody has decided

    before = len(house.passes)
    done = await ask(house, path, form={**typed, "end": "2026-05-07 01:30", "do": "approve", "token": token})
    assert "zatwierdzony" in done.text
    await house.until(lambda: len(house.passes) > before)
    await polled(house, 1)
    assert [window[1:3] for window in windows(house)] == [("06 18:00", "06 23:30")]
    assert house.passes[-1].drafts == 0
