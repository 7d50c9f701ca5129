"""What is found in a store is what is there; each folder is asked for once; changes show after forgetting."""

import pytest

from audiostyle.cli.batch import remote_listing
from audiostyle.cli.batch.remote_listing import (
    describe,
    exists,
    is_folder,
    is_object,
    list_folder,
    match_pattern,
)


@pytest.fixture
def album(store):
    for name in ("b.wav", "a.wav", "cd 1/c#?.wav", "cd 1/deep/d[1].wav", "x//y.wav"):
        store.pipe(f"/in/{name}", name.encode())
    return store


@pytest.mark.parametrize("address", ["memory://in", "memory://in/"])
def test_a_folder_is_listed_whole_and_sorted(album, address):
    names = ["a.wav", "b.wav", "cd 1/c#?.wav", "cd 1/deep/d[1].wav", "x//y.wav"]
    known = [name for name in names if f"/in/{name}" in album.find("/in")]  # older stores lose the last one
    assert len(known) >= 4 and list(list_folder(address)) == known


def test_patterns_match_as_those_of_files_do(album):
    assert match_pattern("memory://in/*.wav") == ["memory://in/a.wav", "memory://in/b.wav"]
    assert match_pattern("memory://i?/cd*/*.wav") == ["memory://in/cd 1/c#?.wav"]
    assert match_pattern("memory://in/cd*/**/d*") == [
        "memory://in/cd 1/deep",
        "memory://in/cd 1/deep/d[1].wav",
    ]
    assert match_pattern("memory://nothing/*") == []


def test_folders_and_objects_are_told_apart(album):
    assert is_object("memory://in/a.wav") and not is_folder("memory://in/a.wav")
    assert is_folder("memory://in") and not is_object("memory://in")
    assert not is_folder("memory://gone") and not is_object("memory://gone")


def test_a_folder_of_many_is_listed_once_and_its_objects_not_asked_for(album, monkeypatch):
    asked = []
    for deed in ("ls", "exists", "info"):
        plain = getattr(type(album), deed)

        def count(self, path, *, plain=plain, deed=deed, **kwargs):
            asked.append(deed)
            return plain(self, path, **kwargs)

        monkeypatch.setattr(type(album), deed, count)
    found = [exists(f"memory://in/{name}.wav") for name in "abcdefghijklmnopqrst"]
    assert found == [True, True] + [False] * 18
    assert len(asked) < 30 and "ls" in asked
    before = len(asked)
    assert exists("memory://in/a.wav") and not exists("memory://in/z.wav") and len(asked) == before


def test_what_a_listing_has_told_is_not_asked_for_again(album, monkeypatch):
    list(list_folder("memory://in"))
    monkeypatch.setattr(type(album), "info", None)
    assert describe("memory://in/b.wav")[:2] == ["memory://in/b.wav", 5]


def test_a_change_shows_after_forgetting(album):
    before = describe("memory://in/a.wav")
    album.pipe("/in/a.wav", b"another")
    assert describe("memory://in/a.wav") == before
    remote_listing.forget()
    assert describe("memory://in/a.wav") != before
    assert describe("memory://in/gone.wav") == ["memory://in/gone.wav", 0, ""]
