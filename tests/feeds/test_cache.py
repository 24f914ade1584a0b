"""Parts are built once, within bounds, and a feed larger than the bounds still profits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from notifier.feeds.cache import _BESIDES, Parts


class Workshop:
    def __init__(self, limit: int, patience: int = 4, size: int = 100) -> None:
        self.parts = Parts(limit, patience)
        self.size = size
        self.built: list[str] = []

    def feed(self, *versions: str, shelf: str = "rss") -> list[bytes]:
        def build(index: int) -> bytes:
            self.built.append(versions[index])
            return f"{shelf}/{versions[index]}".encode().ljust(self.size)

        return self.parts.gather(shelf, versions, build)


def room(parts: int, size: int = 100) -> int:
    return parts * (size + _BESIDES)


def test_a_part_is_built_once_and_its_bytes_are_reused():
    shop = Workshop(room(10))
    first = shop.feed("a", "b")
    again = shop.feed("b", "c", "a")
    assert shop.built == ["a", "b", "c"]
    assert again[0] is first[1]
    assert again[2] is first[0]


def test_shelves_do_not_mix():
    shop = Workshop(room(10))
    assert shop.feed("a") != shop.feed("a", shelf="atom")
    assert shop.built == ["a", "a"]


def test_what_no_feed_asks_for_any_more_makes_room():
    shop = Workshop(room(2), patience=1)
    shop.feed("old")
    shop.feed("a", "b")  # full: "old" was asked for one call ago and stays
    shop.feed("a", "b")  # now it goes
    shop.feed("a", "b")
    assert shop.built == ["old", "a", "b", "b"]


def test_a_feed_one_part_too_large_finds_the_others_ready():
    shop = Workshop(room(3))
    shop.feed("a", "b", "c", "d")
    shop.built.clear()
    shop.feed("a", "b", "c", "d")
    assert shop.built == ["d"]


def test_without_patience_only_the_feed_at_hand_counts():
    shop = Workshop(room(2), patience=0)
    shop.feed("a", "b", shelf="one")
    shop.feed("a", "b", shelf="two")
    shop.feed("a", "b", shelf="two")
    assert shop.built == ["a", "b", "a", "b"]
    assert set(shop.parts._kept) == {"two"}


def test_feeds_without_entries_leave_no_trace():
    shop = Workshop(room(2))
    for number in range(100):
        assert shop.feed(shelf=str(number)) == []
    assert not shop.parts._kept


def test_a_part_larger_than_everything_is_not_kept():
    shop = Workshop(room(1, 50), size=100)
    assert len(shop.feed("a", "a")) == 2
    assert shop.parts.size == 0


@given(
    st.lists(
        st.tuples(st.sampled_from("xyz"), st.lists(st.sampled_from("abcdefgh"), max_size=8)), max_size=30
    ),
    st.integers(0, 8),
    st.integers(0, 3),
)
def test_whatever_is_asked_the_answer_is_right_and_the_bound_holds(calls, places, patience):
    shop = Workshop(room(places), patience)
    for shelf, versions in calls:
        wanted = [f"{shelf}/{version}".encode().ljust(100) for version in versions]
        assert shop.feed(*versions, shelf=shelf) == wanted
        kept = [part for shelf_parts in shop.parts._kept.values() for part in shelf_parts.values()]
        assert shop.parts.size == sum(len(part) + _BESIDES for part in kept) <= room(places)


def test_what_cannot_be_built_is_left_out_and_asked_for_again():
    parts, asked = Parts(room(10), patience=4), []

    def build(index: int) -> bytes | None:
        asked.append(index)
        return None if index == 1 and len(asked) < 5 else b"%d" % index

    assert parts.gather("rss", ["a", "b", "c"], build) == [b"0", b"2"]
    assert parts.gather("rss", ["a", "b", "c"], build) == [b"0", b"2"]
    assert parts.gather("rss", ["a", "b", "c"], build) == [b"0", b"1", b"2"]
    assert parts.gather("rss", ["a", "b", "c"], build) == [b"0", b"1", b"2"]
    assert asked == [0, 1, 2, 1, 1]
