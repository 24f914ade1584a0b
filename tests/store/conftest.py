"""Stores for the tests: each test of the contract runs on every kind of database at hand."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import create_engine, make_url, text

from notifier.store import Store
from tests.store.samples import People

# `postgresql://user@host/database` of a server where schemas may be made and dropped.
POSTGRESQL = os.environ.get("NOTIFIER_TEST_POSTGRESQL", "")

KINDS = ["file", "memory"] + (
    [pytest.param("postgresql", marks=pytest.mark.postgresql)] if POSTGRESQL else []
)
SHARED = [kind for kind in KINDS if kind != "memory"]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Log lines are not what these tests look at."""
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
def schema() -> Iterator[str]:
    """The address of an empty schema of its own on the PostgreSQL server."""
    name = f"t{uuid.uuid4().hex}"
    server = create_engine(make_url(POSTGRESQL).set(drivername="postgresql+psycopg"))
    with server.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    address = make_url(POSTGRESQL).update_query_dict({"options": f"-csearch_path={name}"})
    yield address.render_as_string(hide_password=False)
    with server.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    server.dispose()


def _address(request: pytest.FixtureRequest) -> str:
    if request.param == "memory":
        return "sqlite://"
    if request.param == "postgresql":
        return str(request.getfixturevalue("schema"))
    folder: Path = request.getfixturevalue("tmp_path")
    return f"sqlite:///{folder / 'notifier.db'}"


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind."""
    return _address(request)


@pytest.fixture(params=SHARED)
def shared_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind that several stores can open at a time."""
    return _address(request)


Open = Callable[[str], Store]


@pytest.fixture
def open_store() -> Iterator[Open]:
    """Open stores that are closed after the test."""
    opened: list[Store] = []

    def open_(url: str) -> Store:
        opened.append(Store.open(url))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store as a file to be copied, which is faster than making the tables for each test."""
    path = tmp_path_factory.mktemp("store") / "template.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def store(url: str, open_store: Open, template: Path) -> Store:
    """An empty store."""
    if path := make_url(url).database if url.startswith("sqlite") else None:
        shutil.copyfile(template, path)
    return open_store(url)


@pytest.fixture
def people(store: Store) -> People:
    """A store with five subscribers."""
    return People(store, 5)
