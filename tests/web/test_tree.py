"""The tree on disk: whole files, only what changed, nothing outside, nothing of anybody else's."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.web import WebError, write_tree
from notifier.web.tree import MARKER

TREE = {"/index.html": b"home", "/feeds/a.rss": b"<rss/>", "/windows/pz-1/index.html": b"pz"}


def files(directory: Path) -> dict[str, bytes]:
    found = (path for path in directory.rglob("*") if path.is_file() and path.name != MARKER)
    return {f"/{path.relative_to(directory)}": path.read_bytes() for path in found}


def test_the_first_call_writes_everything_and_the_second_nothing(tmp_path):
    out = tmp_path / "new" / "site"
    assert write_tree(out, TREE) == sorted(TREE)
    assert files(out) == TREE
    stamps = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    assert write_tree(out, TREE) == []
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == stamps


def test_only_what_changed_is_written_and_what_vanished_goes_with_its_folder(tmp_path):
    write_tree(tmp_path, TREE)
    kept = (tmp_path / "feeds/a.rss").stat().st_ino
    tree = {"/index.html": b"other", "/feeds/a.rss": b"<rss/>", "/en/index.html": b"en"}
    assert write_tree(tmp_path, tree) == ["/en/index.html", "/index.html", "/windows/pz-1/index.html"]
    assert files(tmp_path) == tree
    assert not (tmp_path / "windows").exists()
    assert (tmp_path / "feeds/a.rss").stat().st_ino == kept


def test_what_somebody_else_put_beside_the_tree_stays(tmp_path):
    write_tree(tmp_path, TREE)
    (tmp_path / "windows/pz-1/photo.jpg").write_bytes(b"theirs")
    (tmp_path / ".well-known").mkdir()
    (tmp_path / ".well-known/security.txt").write_bytes(b"theirs")
    write_tree(tmp_path, {"/index.html": b"home"})
    assert files(tmp_path) == {
        "/index.html": b"home",
        "/windows/pz-1/photo.jpg": b"theirs",
        "/.well-known/security.txt": b"theirs",
    }


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_bytes(b"years of work")
    with pytest.raises(WebError, match="not empty") as caught:
        write_tree(tmp_path, TREE)
    assert caught.value.where == str(tmp_path)
    assert files(tmp_path) == {"/thesis.txt": b"years of work"}


@pytest.mark.parametrize(
    "damage", [b"", b"[]", b"{}", b'{"files": [3]}', b'{"files": ["/../../x"]}', b'{"files": 7}', b"\xff"]
)
def test_a_damaged_list_of_our_files_removes_nothing(tmp_path, damage):
    write_tree(tmp_path, TREE)
    (tmp_path / MARKER).write_bytes(damage)
    with pytest.raises(WebError, match="damaged"):
        write_tree(tmp_path, {})
    assert files(tmp_path) == TREE


def test_a_link_in_place_of_a_folder_is_never_followed(tmp_path):
    outside, out = tmp_path / "outside", tmp_path / "site"
    outside.mkdir()
    write_tree(out, {"/index.html": b"home"})
    (out / "feeds").symlink_to(outside)
    with pytest.raises(WebError, match="symbolic link"):
        write_tree(out, TREE)
    assert list(outside.iterdir()) == []


def test_a_link_in_place_of_a_file_is_replaced_and_its_target_left_alone(tmp_path):
    secret, out = tmp_path / "secret", tmp_path / "site"
    secret.write_bytes(b"home")
    write_tree(out, {"/feeds/a.rss": b"<rss/>"})
    (out / "index.html").symlink_to(secret)
    (out / "feeds/a.rss").unlink()
    (out / "feeds/a.rss").symlink_to(secret)
    assert write_tree(out, {"/index.html": b"home"}) == ["/feeds/a.rss", "/index.html"]
    assert not (out / "index.html").is_symlink()
    assert secret.read_bytes() == b"home"


def test_a_link_to_the_folder_itself_is_the_operators_choice(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "disk")
    write_tree(tmp_path / "site", TREE)
    assert files(tmp_path / "disk") == TREE


@pytest.mark.parametrize(
    "path",
    [
        "",
        "index.html",
        "/",
        "//x",
        "/a//b",
        "/a/",
        "/../x",
        "/a/../../x",
        "/./x",
        "/a\0b",
        f"/{MARKER}",
        f"/a/{MARKER}",
    ],
)
def test_a_path_that_is_not_plain_stops_everything_before_anything_is_written(tmp_path, path):
    with pytest.raises(WebError, match="plain"):
        write_tree(tmp_path / "site", {"/index.html": b"home", path: b"x"})
    assert not (tmp_path / "site").exists()


def test_the_tree_can_be_read_by_another_program_whatever_the_mask(tmp_path):
    old = os.umask(0o077)
    try:
        write_tree(tmp_path / "site", TREE)
    finally:
        os.umask(old)
    site = tmp_path / "site"
    assert site.stat().st_mode & 0o777 == 0o755
    assert (site / "windows").stat().st_mode & 0o777 == 0o755
    assert (site / "windows/pz-1/index.html").stat().st_mode & 0o777 == 0o644


def test_two_writers_at_a_time_are_refused(tmp_path):
    write_tree(tmp_path, TREE)
    handle = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(WebError, match="another process"):
            write_tree(tmp_path, {})
    finally:
        os.close(handle)
    assert files(tmp_path) == TREE


def test_what_a_killed_writer_left_is_cleared_by_the_next(tmp_path):
    write_tree(tmp_path, TREE)
    # killed after the list grew and one temporary file was begun
    marker = json.loads((tmp_path / MARKER).read_text())
    marker["files"].append("/en/index.html")
    (tmp_path / MARKER).write_text(json.dumps(marker))
    (tmp_path / "index.html.notifier-new").write_bytes(b"ho")
    assert write_tree(tmp_path, {**TREE, "/index.html": b"home again"}) == ["/index.html"]
    assert files(tmp_path) == {**TREE, "/index.html": b"home again"}
    assert json.loads((tmp_path / MARKER).read_text())["files"] == sorted(TREE)


def test_a_full_or_forbidden_disk_is_told_with_the_place(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WebError) as caught:
        write_tree(tmp_path / "file" / "site", TREE)
    assert (caught.value.where, caught.value.reason) == (str(tmp_path / "file" / "site"), "Not a directory")


SEGMENT = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=8)
PATHS = st.lists(SEGMENT, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))


@given(st.lists(PATHS, max_size=6, unique=True))
def test_nothing_is_ever_written_outside(tmp_path_factory, paths):
    around = tmp_path_factory.mktemp("around")
    try:
        write_tree(around / "site", dict.fromkeys(paths, b"x"))
    except WebError:
        return
    assert files(around) == {f"/site{path}": b"x" for path in paths}
