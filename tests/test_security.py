"""Promises of SECURITY.md that belong to no single module."""

import re
import resource
import struct
from pathlib import Path

import pytest
import soundfile

from audiostyle.errors import AudiostyleError, TrainingError
from audiostyle.sound.reading import AudioReader
from audiostyle.spectrogram.profile import load_profile
from audiostyle.translation.training.recipe import read_recipe

REPOSITORY = Path(__file__).parents[1]
FORBIDDEN = re.compile(
    r"\bpickle\.|\beval\(|\bexec\(|shell=True|os\.system\(|allow_pickle=True|weights_only=False|mktemp\(|yaml\.load|"
    r"torch\.load\((?!.*weights_only=True)"
)
RECIPE = (REPOSITORY / "recipes" / "universal.toml").read_text("utf-8")


def test_no_module_does_what_bytes_of_strangers_could_use():
    found = [
        f"{path.name}:{number}"
        for path in (REPOSITORY / "audiostyle").rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if FORBIDDEN.search(line.replace(".eval()", ""))
    ]
    assert found == []


def test_every_test_that_the_document_names_exists():
    """In the files that its row names, one or several."""
    for row in (REPOSITORY / "SECURITY.md").read_text("utf-8").splitlines():
        files = re.findall(r"`(tests/[\w/]+\.py)`", row)
        text = "".join((REPOSITORY / file).read_text("utf-8") for file in files)
        assert all(f"def {name}(" in text for name in re.findall(r"`(test_\w+)`", row)), row


@pytest.mark.parametrize("name", ["../x", "/tmp/x", "a/b", "..", "C:x", "a\\u0000b", ""])
@pytest.mark.parametrize("place", ['name = "universal"', "corpora.ensemble-fluid", "domains.each.piano"])
def test_names_in_recipes_are_plain(tmp_path, name, place):
    old = place.partition("= ")[2] or place.rpartition(".")[2]
    text = RECIPE.replace(place, place.replace(old, f'"{name}"'))
    assert text != RECIPE
    path = tmp_path / "a.toml"
    path.write_text(text)
    with pytest.raises(TrainingError, match=r"a\.toml: .* is no name of a folder"):
        read_recipe(path)


@pytest.mark.parametrize("suffix", ["wav", "aiff", "w64", "caf", "au", "rf64", "flac"])
def test_a_header_that_promises_terabytes_takes_no_memory(tmp_path, suffix):
    """All numbers of 4 and 8 bytes behind the first that look like lengths are made as large as can be."""
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, [[0.1]] * 4000, 8000, format=suffix.upper())
    data = path.read_bytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for order in "<>":
        for code, count in (("I", 4000), ("I", 8000), ("Q", 4000), ("Q", 8000), ("I", len(data) - 8)):
            size = struct.calcsize(code)
            vast = data.replace(struct.pack(order + code, count), b"\x7f" * size)
            path.write_bytes(vast)
            try:
                with AudioReader(path) as reader:
                    assert sum(block.shape[1] for block in reader.blocks(1024)) <= max(4000, len(data))
            except AudiostyleError:
                pass
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10  # KB


@pytest.mark.parametrize("size", [0, 10, 10**12, 2**63, 2**64 - 1])
def test_a_safetensors_header_of_any_size_is_refused(tmp_path, size):
    path = tmp_path / "a.style"
    path.write_bytes(
        struct.pack("<Q", size) + b'{"a":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4]}}'
    )
    with pytest.raises(AudiostyleError, match=r"a\.style: damaged style profile"):
        load_profile(path)
