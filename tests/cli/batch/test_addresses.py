"""Addresses are joined, named and identified like paths, and nothing of their spelling is lost."""

import os
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.cli.batch.addresses import (
    append_name,
    get_folder,
    get_name,
    identify_path,
    is_address,
    join_path,
    replace_suffix,
    unwrap_path,
)

PARTS = st.lists(
    st.text("abcæ é?#%&+", min_size=1, max_size=5).filter(lambda text: text.strip("./ ")),
    min_size=1,
    max_size=3,
)
ROOTS = st.sampled_from(["s3://bucket", "s3://bucket/", "gs://b/in", "memory://"])


@pytest.mark.parametrize(
    "path", ["a.wav", "/a/b.wav", "-", "C://a.wav", "C:\\a.wav", "a:b", "://x", "", "a/s3://b"]
)
def test_a_path_of_this_machine_is_no_address(path):
    assert not is_address(path) and unwrap_path(path) == path


@given(ROOTS, PARTS)
def test_joining_and_taking_apart_are_inverse(root, parts):
    address = join_path(root, *parts)
    assert is_address(address) and get_name(address) == parts[-1]
    folder = join_path(root, *parts[:-1]) if parts[:-1] else root
    assert append_name(get_folder(address), get_name(address)) == address
    assert get_folder(address).rstrip("/") == folder.rstrip("/")


@given(PARTS)
def test_paths_are_joined_as_the_system_does(parts):
    assert join_path("out", *parts) == str(Path("out", *parts))
    assert get_name(join_path("out", *parts)) == parts[-1]


@given(ROOTS, PARTS)
def test_only_the_suffix_is_replaced(root, parts):
    address = append_name(join_path(root, *parts), "song.one.wav")
    assert replace_suffix(address, ".png") == append_name(join_path(root, *parts), "song.one.png")


def test_a_place_without_a_folder_is_the_root():
    assert join_path("s3://bucket/out", Path("."), "a.wav") == "s3://bucket/out/a.wav"
    assert join_path("s3://bucket/out", "", PurePosixPath("x"), "a.wav") == "s3://bucket/out/x/a.wav"


def test_files_of_this_machine_stay_such_however_they_are_named():
    assert unwrap_path("file:///a/b.wav") == unwrap_path("FILE:///a/b.wav") == "/a/b.wav"
    assert unwrap_path("local://b.wav") == "b.wav"


def test_links_are_one_file_and_spellings_in_a_store_are_two(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a").touch()
    os.symlink("a", "b")
    assert identify_path("a") == identify_path("b")
    assert identify_path("s3://x/a/../b") != identify_path("s3://x/b")
