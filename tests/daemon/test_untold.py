"""A template that fails on one window: the daemon starts, serves and mails the rest, and says what is missing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from structlog.typing import EventDict

from tests.cycle.mistakes import ROOT, plant
from tests.daemon.house import HOUR, T0, events, service, soon


async def test_until_it_is_mended(tmp_path: Path, logs: list[EventDict]) -> None:
    templates = plant(tmp_path, window="gate-2")
    windows = (soon(), soon("gate-2", T0 + 300 * HOUR))
    async with service(tmp_path, *windows, people=("anna",), templates=templates) as house:
        await house.until(lambda: house.rows() == ["sent"])
        status, text = await house.get("/healthz")
        report = json.loads(text)
        assert (status, report["troubles"]) == (200, ["texts"])
        missing = report["texts_unwritten"]
        assert f"{missing} texts could not be written" in house.service.health.line()
        found = [(await house.get(f"/windows/{id_}/"))[0] for id_ in ("gate-1", "gate-2")]
        assert found == [200, 404]
        (said,) = events(logs, "text could not be written, it is left out until this is mended")
        assert (said["window"], said["log_level"]) == ("gate-2", "error")

        shutil.copytree(ROOT / "templates", templates, dirs_exist_ok=True)
        house.service.reload()
        await house.until(lambda: house.rows() == ["sent", "sent"])
        await house.hand.look()
        assert json.loads((await house.get("/healthz"))[1])["troubles"] == []
        assert (await house.get("/windows/gate-2/"))[0] == 200
    assert house.rows() == ["sent", "sent"]
