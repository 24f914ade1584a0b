"""The key of people's links: given, or made once and kept."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from notifier.daemon.keys import KEY, KeyProblem, link_key, same_key
from notifier.model import InputProblems
from notifier.store import Store


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    state = tmp_path / "state"
    key = link_key(state, {})
    assert link_key(state, {}) == key
    assert len(key) == 64
    assert (state / KEY).stat().st_mode & 0o777 == 0o600
    assert state.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in state.iterdir()] == [KEY], "nothing half made is left"
    assert link_key(tmp_path / "other", {}) != key


def test_processes_that_begin_together_have_one_key(tmp_path: Path) -> None:
    found: list[bytes] = []
    start = threading.Barrier(4)

    def begin(number: int) -> None:
        start.wait()
        found.append(link_key(tmp_path, {}))

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_credential_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "link-key").write_text("k" * 40 + "\n")
    assert link_key(tmp_path / "state", {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == b"k" * 40
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("text", ["feeble\n", "", "two\nlines that are long enough for a key of people\n"])
def test_a_credential_that_is_no_key_is_refused_unseen(tmp_path: Path, text: str) -> None:
    (tmp_path / "link-key").write_text(text)
    with pytest.raises(InputProblems) as caught:
        link_key(tmp_path / "state", {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert "link-key" in str(caught.value)
    assert not text or text.strip() not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"half a key", b"\xff" * 10])
def test_a_broken_file_is_not_replaced_in_silence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY).write_bytes(content)
    with pytest.raises(KeyProblem, match="holds no key"):
        link_key(tmp_path, {})
    assert (tmp_path / KEY).read_bytes() == content


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyProblem) as caught:
        link_key(tmp_path / "file", {})
    assert caught.value.path == tmp_path / "file" / KEY


def test_another_key_is_noticed() -> None:
    store = Store.open("sqlite://")
    try:
        assert same_key(store, b"one", keep=False)
        assert same_key(store, b"one", keep=True)
        assert not same_key(store, b"two", keep=False)
        assert same_key(store, b"one", keep=False)
        assert not same_key(store, b"two", keep=True)
        assert same_key(store, b"two", keep=True)
    finally:
        store.close()
