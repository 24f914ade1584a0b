"""What every kind of source must do, held against an example of each."""

from __future__ import annotations

import pkgutil
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.config.sources import KINDS, SourceKind
from notifier.model import Impact, Status
from notifier.sources import Claim, TroubleKind, kinds
from notifier.sources.document import Document
from notifier.sources.kind import Asked, Carrier, Memory, SourceError, Told
from notifier.sources.kinds import kind_of
from notifier.sources.reading import Names
from notifier.sources.statement import MOST_EVIDENCE
from tests.sources.conftest import spec
from tests.sources.examples import EXAMPLES, FIRST, NOW, SECOND

KIND_NAMES = tuple(sorted(module.name for module in pkgutil.iter_modules(kinds.__path__)))
DOCUMENTS = [name for name in KIND_NAMES if kind_of(name).carrier is Carrier.DOCUMENT]
LOGIN = (
    b"<!DOCTYPE html><html><head><title>Zaloguj si\xc4\x99</title></head><body><form action='/login'>"
    b"<input name='user'><input type='password' name='p'></form></body></html>"
)


def read(kind: str, body: bytes, names: Names, /, later: timedelta = timedelta(0), **keys: object) -> Told:
    asked = Asked(spec(kind, **keys), NOW + later, names, Memory(NOW + later))
    return kind_of(kind).read(Document(body, EXAMPLES[kind].content_type, "https://example.org/x"), asked)


def windows(told: Told) -> list[tuple[object, object]]:
    return sorted((claim.start, claim.end) for claim in told.claims)


def test_every_module_is_a_kind_that_the_configuration_knows_and_an_example_shows() -> None:
    assert set(KIND_NAMES) == {kind.value for kind in KINDS} == set(SourceKind) == set(EXAMPLES)


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_a_good_document_is_told_in_full(kind: str, known: Names) -> None:
    told = read(kind, EXAMPLES[kind].body, known)
    assert windows(told) == [FIRST, SECOND]
    for claim in told.claims:
        assert claim.sure, claim.problems
        assert claim.systems == ("pz",)
        assert (claim.impact, claim.status) == (Impact.OUTAGE, Status.CONFIRMED)
        assert 0 < len(claim.evidence) <= MOST_EVIDENCE
        assert claim.published is None or claim.published <= NOW
    assert len({claim.key for claim in told.claims}) == 2
    assert told.items > 0


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_the_same_document_has_the_same_claims_at_every_poll(kind: str, known: Names) -> None:
    told = [read(kind, EXAMPLES[kind].body, known, timedelta(hours=hours)) for hours in (0, 1, 30)]
    for one, other in pairwise(told):
        assert one.claims == other.claims


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_without_news_there_are_no_claims(kind: str, known: Names) -> None:
    assert read(kind, EXAMPLES[kind].empty, known).claims == ()


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_log_in_page_is_called_one(kind: str, known: Names) -> None:
    with pytest.raises(SourceError) as caught:
        read(kind, LOGIN, known)
    assert caught.value.kind is TroubleKind.LOGIN_PAGE


@pytest.mark.parametrize("kind", [kind for kind in DOCUMENTS if kind != "page"])
@given(part=st.floats(0.0, 0.999))
def test_no_beginning_of_a_document_passes_for_all_of_it(kind: str, part: float, known: Names) -> None:
    whole = EXAMPLES[kind].body.rstrip()
    with pytest.raises(SourceError):
        read(kind, whole[: int(len(whole) * part)], known)


@pytest.mark.parametrize("kind", KIND_NAMES)
@given(noise=st.binary(max_size=300))
def test_whatever_the_bytes_it_gives_claims_or_says_what_is_wrong(
    kind: str, noise: bytes, known: Names
) -> None:
    with suppress(SourceError):
        _sound(read(kind, noise, known).claims)


@pytest.mark.parametrize("kind", KIND_NAMES)
@given(at=st.floats(0, 1), cut=st.integers(0, 60), noise=st.binary(max_size=20))
def test_a_damaged_document_gives_claims_or_says_what_is_wrong(
    kind: str, at: float, cut: int, noise: bytes, known: Names
) -> None:
    body = EXAMPLES[kind].body
    place = int(len(body) * at)
    with suppress(SourceError):
        _sound(read(kind, body[:place] + noise + body[place + cut :], known).claims)


def _sound(claims: tuple[Claim, ...]) -> None:
    assert len({claim.key for claim in claims}) == len(claims)
    for claim in claims:
        assert not (claim.sure and (claim.problems or not claim.systems or claim.start is None))
        assert claim.start is None or claim.end is None or claim.start < claim.end
        assert all(
            moment is None or moment.utcoffset() == timedelta(0) for moment in (claim.start, claim.end)
        )
