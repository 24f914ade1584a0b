"""A doubt about a method that no bank has a part in names no bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.config import load
from notifier.model import Source, Status, Window
from notifier.render import Renderer, SiteWords

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 5, 4, 18, tzinfo=UTC)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_system_tentatively_off_for_a_part_of_another_outage_can_be_told(language: str) -> None:
    config = load(ROOT / "config", ROOT / "templates")
    network = Network(config.catalogue)
    renderer = Renderer(
        config.catalogue, ROOT / "templates", SiteWords("n", "https://e.example", "a@e.example")
    )
    for system in config.catalogue.systems:
        maybe = Window(
            "maybe", (system,), START, START + timedelta(hours=4), Status.TENTATIVE, source=Source("s")
        )
        for other in ("pz", "mobywatel"):
            sure = Window("sure", (other,), START + timedelta(hours=2), START + timedelta(hours=3))
            adviser = Adviser(Outlook(network, [maybe, sure]), Effects(network))
            for audience in ("patient", "doctor"):
                assert renderer.advice(adviser.advise(maybe, audience), language).text
                assert renderer.advice(adviser.advise(replace(sure), audience), language).text
