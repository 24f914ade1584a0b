"""The benchmark runs and compares like with like; its figures are for `make bench`, not for a busy CI machine."""

from __future__ import annotations

from tests.benchmarks.bench_feeds import measure, ratios


def test_even_a_short_feed_is_joined_faster_than_it_is_built():
    found = ratios(measure(60, rounds=3))
    assert found["rss: anew / warm"] > 3
    assert found["ics: anew / warm"] > 3
