"""``move-store``: everything that is kept, into another database."""

from __future__ import annotations

from typing import Annotated

import typer

from notifier.cli.options import AsJson, ConfigDir, Place, StateDir, console, print_json
from notifier.daemon import alone_in
from notifier.store import Store


def move_store(
    url: Annotated[str, typer.Argument(help="The empty database: postgresql://host/name or sqlite:///path.")],
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Copy all that is kept into an empty database; the daemon must be stopped. The old one stays as it was."""
    place = Place.of(config_dir, state_dir)
    config = place.load()
    with alone_in(place.state):
        store = place.store(config)
        try:
            target = Store.open(url)
            try:
                copied = store.move_to(target)
            finally:
                target.close()
        finally:
            store.close()
    if as_json:
        print_json({"copied": dict(copied)})
        return
    for table, rows in copied.items():
        console().print(f"{table:<14}{rows:>9}")
    console().print("Now name the new database in the settings, under [store] url.", markup=False)
