"""The bell: it wakes the loop in time, and nothing is lost when it does not."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from notifier.daemon import SystemClock, bell
from notifier.daemon.bell import Bell

NEVER = 1000.0
"""Longer than any test takes: whoever wakes before was woken."""


@pytest.fixture(autouse=True)
def _no_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "TICK", NEVER)


def ahead(milliseconds: int):
    return SystemClock().now() + timedelta(milliseconds=milliseconds)


async def woken(hung: Bell) -> None:
    async with asyncio.timeout(10):
        await hung.wait()


async def test_it_rings_at_the_moment_and_not_before() -> None:
    async with Bell().hung() as hung:
        moment = ahead(80)
        hung.set(moment)
        await woken(hung)
        assert SystemClock().now() >= moment


async def test_a_moment_that_has_passed_rings_at_once() -> None:
    async with Bell().hung() as hung:
        hung.set(ahead(-3_600_000))
        await woken(hung)


async def test_a_nearer_moment_replaces_a_farther_one() -> None:
    async with Bell().hung() as hung:
        hung.set(ahead(3_600_000))
        hung.set(ahead(30))
        await woken(hung)


async def test_a_setting_can_be_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Bell().hung() as hung:
        hung.set(ahead(60))
        hung.set(None)
        hung.set(None)
        waiting = asyncio.create_task(hung.wait())
        done, _ = await asyncio.wait({waiting}, timeout=0.2)
        assert not done
        hung.ring()
        await waiting


async def test_pulling_it_wakes_now() -> None:
    async with Bell().hung() as hung:
        waiting = asyncio.create_task(woken(hung))
        await asyncio.sleep(0)
        hung.ring()
        await waiting


async def test_a_ring_while_nobody_waits_is_kept_and_many_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Bell().hung() as hung:
        hung.ring()
        hung.ring()
        await woken(hung)
        waiting = asyncio.create_task(hung.wait())
        done, _ = await asyncio.wait({waiting}, timeout=0.05)
        assert not done, "the second was for the same look"
        waiting.cancel()


async def test_a_lost_ring_costs_a_tick_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "TICK", 0.05)
    async with Bell().hung() as hung:
        hung.set(None)
        await woken(hung)
        await woken(hung)


async def test_it_comes_down_with_a_moment_set() -> None:
    before = asyncio.all_tasks()
    async with Bell().hung() as hung:
        hung.set(ahead(3_600_000))
    assert asyncio.all_tasks() == before
