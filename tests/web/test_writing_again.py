"""A tree written by the one who wrote it last: quick, dated, and still healing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifier.web import modified, tree, write_tree

AT = datetime(2026, 5, 4, 10, 0, 0, 250_000, tzinfo=UTC)
TREE = {"/index.html": b"home", "/feeds/a.rss": b"<rss/>", "/windows/pz-1/index.html": b"pz"}


def test_files_are_dated_when_they_were_made_and_not_when_they_were_written(tmp_path: Path) -> None:
    write_tree(tmp_path, TREE, AT)
    later = TREE | {"/index.html": b"else"}
    write_tree(tmp_path, later, AT + timedelta(hours=1), before=TREE)
    assert modified(tmp_path, [*later, "/missing.html"]) == {
        "/index.html": AT + timedelta(hours=1),
        "/feeds/a.rss": AT,
        "/windows/pz-1/index.html": AT,
    }


def test_what_we_wrote_ourselves_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path, TREE)
    read: list[str] = []
    real = tree._read
    monkeypatch.setattr(tree, "_read", lambda folder, name: read.append(name) or real(folder, name))
    assert write_tree(tmp_path, TREE | {"/index.html": b"else"}, before=TREE) == ["/index.html"]
    assert set(read) == {"index.html", tree.MARKER}


@pytest.mark.parametrize("harm", ["gone", "cut short", "a link"])
def test_what_happened_to_a_file_meanwhile_is_mended(tmp_path: Path, harm: str) -> None:
    write_tree(tmp_path, TREE)
    file = tmp_path / "feeds/a.rss"
    file.unlink()
    if harm == "cut short":
        file.write_bytes(b"<rs")
    elif harm == "a link":
        (tmp_path.parent / "theirs").write_bytes(b"<xss/>")
        file.symlink_to(tmp_path.parent / "theirs")
    assert write_tree(tmp_path, TREE, before=TREE) == ["/feeds/a.rss"]
    assert (file.is_symlink(), file.read_bytes()) == (False, b"<rss/>")


def test_a_tree_of_another_place_is_written_in_full(tmp_path: Path) -> None:
    write_tree(tmp_path / "one", TREE)
    assert write_tree(tmp_path / "two", TREE, before=TREE) == sorted(TREE)
