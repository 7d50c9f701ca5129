"""Whatever the sizes, every file travels once and arrives as it was; nobody starts with half an input."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import TrainingError
from audiostyle.training.kit import packing
from audiostyle.training.kit.packing import Item, assign_calls, list_items, merge_calls, pack_inputs


@given(st.lists(st.integers(0, 100), max_size=12), st.integers(100, 250))
def test_every_file_travels_once_and_no_call_is_too_large(sizes, room):
    items = [Item("a", str(number), Path(str(number)), 0, size) for number, size in enumerate(sizes)]
    calls = assign_calls(items, room)
    assert sorted(item for call in calls for item in call) == sorted(items)
    assert all(call and sum(item.size for item in call) <= room for call in calls)
    assert len(calls) <= 1 + 2 * sum(sizes) // room  # any two calls together hold more than one's room


def test_a_file_that_fits_into_no_call_is_named():
    with pytest.raises(
        TrainingError, match=r"big\.bin: 9 bytes do not fit into a call, which has room for 8"
    ):
        assign_calls([Item("a", "big.bin", Path("big.bin"), 0, 9)], 8)


def test_what_arrives_is_what_was_packed(plan, home):
    pack_inputs(plan, home / "calls", code_bytes=0)
    inputs = merge_calls(home / "calls", home / "merged")
    assert set(inputs) == {"songs", "one"}
    assert (inputs["songs"] / "more" / "b.flac").read_bytes() == b"\x02" * 50
    assert inputs["one"].read_bytes() == b"\x07" and inputs["one"].suffix == ".txt"


def test_an_input_is_there_when_all_its_files_are(plan, home):
    pack_inputs(
        plan, home / "calls", code_bytes=20000 - 120
    )  # a.flac in the first call, b.flac in the second
    assert (home / "calls" / "call-2" / "songs" / "more" / "b.flac.from-0").is_file()
    (home / "calls" / "call-2").rename(home / "later")
    assert set(merge_calls(home / "calls", home / "merged")) == {"one"}
    (home / "later").rename(home / "calls" / "call-2")
    assert set(merge_calls(home / "calls", home / "merged")) == {"one", "songs"}


def test_large_files_travel_in_pieces(plan, home, monkeypatch):
    monkeypatch.setattr(packing, "_PIECE_BYTES", 30)
    large = bytes(range(100))
    (home / "material" / "songs" / "a.flac").write_bytes(large)
    calls = pack_inputs(plan, home / "calls", code_bytes=20000 - 64)
    assert len(calls) == 3
    inputs = merge_calls(home / "calls", home / "merged")
    assert (inputs["songs"] / "a.flac").read_bytes() == large


def test_a_file_that_was_cut_short_on_its_way_has_not_arrived(plan, home):
    pack_inputs(plan, home / "calls", code_bytes=0)
    (home / "calls" / "call-1" / "songs" / "a.flac.from-0").write_bytes(b"\x01")
    assert set(merge_calls(home / "calls", home / "merged")) == {"one"}


def test_inputs_are_packed_once_for_all_jobs(plan, home):
    assert [item.path for item in list_items(plan)] == ["a.flac", "more/b.flac", "_.txt"]


def test_an_input_that_was_not_made_is_named(plan, home):
    (home / "material" / "one.txt").unlink()
    with pytest.raises(TrainingError, match=r"one\.txt: no files there for the input 'one'"):
        pack_inputs(plan, home / "calls", code_bytes=0)


def test_a_folder_of_something_else_is_not_emptied(plan, home):
    with pytest.raises(TrainingError, match="holds something else"):
        pack_inputs(plan, home / "material", code_bytes=0)
    assert (home / "material" / "songs" / "a.flac").is_file()


def test_without_calls_there_is_nothing_to_run(home):
    with pytest.raises(TrainingError, match="no call has arrived"):
        merge_calls(home / "calls", home / "merged")
