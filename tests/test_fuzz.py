"""Mutated files are read or refused in one line; a few hundred here, `benchmarks/fuzz.py` tries the rest."""

from pathlib import Path

import pytest
from benchmark_scripts import importable_scripts

with importable_scripts():
    import containers
    import fuzz
    import seed_files

KINDS = ("sound", "picture", "midi", "style", "model", "recipe", "checkpoint")


@pytest.fixture(scope="module")
def fuzzer(tmp_path_factory) -> fuzz.Fuzzer:
    seeds = seed_files.make_seeds(tmp_path_factory.mktemp("fuzz") / "seeds", KINDS)
    return fuzz.Fuzzer(seeds, 0, list(KINDS), commands=0.0)


def test_an_input_depends_on_its_number_alone(fuzzer: fuzz.Fuzzer):
    assert [fuzzer.make(5)[2], fuzzer.make(6)[2]] == [fuzzer.make(n)[2] for n in (5, 6)]
    assert fuzzer.make(5)[2] != fuzzer.make(6)[2]


def test_every_seed_is_put_together_again_as_it_was(fuzzer: fuzz.Fuzzer):
    """So mutations of one part leave the others whole, and a reader gets as far as that part."""
    for path, data in fuzzer.contents.items():
        container = containers.find_container(data, path.suffix)
        if container and path.suffix not in (".style", ".safetensors"):  # JSON may be spaced otherwise
            joined = container[1](*container[0](data))  # without a rest that is no whole part
            size = min(len(joined), len(data) - 16)
            assert joined[:size] == data[:size], path.name


@pytest.mark.filterwarnings("ignore")
def test_mutated_files_are_read_or_refused_in_one_line(fuzzer: fuzz.Fuzzer, tmp_path: Path):
    fuzz.write_companions(fuzzer, tmp_path)
    outcomes = [fuzzer.run(number, tmp_path) for number in range(100)]
    assert [outcome for outcome in outcomes if outcome[1] == "fault"] == []
    assert {outcome for _, outcome, _ in outcomes} == {"read", "refused"}
