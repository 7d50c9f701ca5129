"""There is always a whole checkpoint, and only the right one is used."""

from pathlib import Path

import pytest
import torch

from audiostyle.errors import TrainingError
from audiostyle.training.checkpoint import load_checkpoint, save_checkpoint

CONFIG = {"channels": 4, "schedule": {"steps": 10}}
STATE = {"config": CONFIG, "step": 3, "best": float("-inf"), "module": {"w": torch.arange(4.0)}}


def same(state: dict) -> bool:
    return state["step"] == 3 and torch.equal(state["module"]["w"], STATE["module"]["w"])


def test_what_was_saved_is_loaded(tmp_path):
    path = tmp_path / "new" / "run" / "last.pt"
    assert load_checkpoint(path, CONFIG) is None
    save_checkpoint(path, STATE)
    assert same(load_checkpoint(path, CONFIG))
    assert [p.name for p in path.parent.iterdir()] == ["last.pt"]


@pytest.mark.parametrize("moment", ["before", "half written", "before the rename"])
def test_a_kill_while_saving_leaves_the_former(tmp_path, monkeypatch, moment):
    path = tmp_path / "last.pt"
    save_checkpoint(path, STATE)
    real = torch.save

    def save(state, file):
        if moment == "half written":
            file.write(path.read_bytes()[:100])
        if moment == "before the rename":
            real(state, file)
        raise KeyboardInterrupt

    monkeypatch.setattr(torch, "save", save)
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(path, {**STATE, "step": 4})
    assert same(load_checkpoint(path, CONFIG))
    monkeypatch.setattr(torch, "save", real)
    save_checkpoint(path, {**STATE, "step": 5})
    assert load_checkpoint(path, CONFIG)["step"] == 5


@pytest.mark.parametrize("error", [OSError(28, "No space left"), RuntimeError("[enforce fail\nat x")])
def test_a_full_disk_is_one_line_and_leaves_the_former(tmp_path, monkeypatch, error):
    path = tmp_path / "last.pt"
    save_checkpoint(path, STATE)

    def save(state, file):
        file.write(b"half")
        raise error

    monkeypatch.setattr(torch, "save", save)
    with pytest.raises(TrainingError, match=r"last\.pt: cannot be written.*make room") as caught:
        save_checkpoint(path, STATE)
    assert "\n" not in str(caught.value)
    assert same(load_checkpoint(path, CONFIG)) and len(list(tmp_path.iterdir())) == 1


def test_a_file_in_the_way_of_the_folder_is_one_line(tmp_path):
    (tmp_path / "run").write_bytes(b"")
    with pytest.raises(TrainingError, match="cannot be written"):
        save_checkpoint(tmp_path / "run" / "last.pt", STATE)


@pytest.mark.parametrize("other", [{}, {"channels": 5}, {**CONFIG, "schedule": {"steps": 11}}])
def test_a_checkpoint_of_another_configuration_is_not_used(tmp_path, other):
    save_checkpoint(tmp_path / "last.pt", STATE)
    with pytest.raises(TrainingError, match="another configuration; choose another folder"):
        load_checkpoint(tmp_path / "last.pt", other)


@pytest.mark.parametrize("damage", ["empty", "text", "cut"])
def test_a_damaged_checkpoint_is_named(tmp_path, damage):
    path = tmp_path / "last.pt"
    save_checkpoint(path, STATE)
    data = path.read_bytes()
    path.write_bytes({"empty": b"", "text": b"hello", "cut": data[:-30]}[damage])
    with pytest.raises(TrainingError, match=r"last\.pt: damaged checkpoint.*delete it"):
        load_checkpoint(path, CONFIG)


def test_a_checkpoint_cannot_run_code(tmp_path):
    class Bomb:
        def __reduce__(self):
            return pytest.fail, ("a pickle was executed",)

    torch.save({"config": CONFIG, "module": Bomb()}, tmp_path / "last.pt")
    with pytest.raises(TrainingError, match="damaged"):
        load_checkpoint(tmp_path / "last.pt", CONFIG)


class _Called:
    """Pickled, it is a call of ``Path.touch``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_pickle_that_calls_something_is_refused_and_not_called(tmp_path):
    torch.save({"config": {}, "features.0.weight": _Called(tmp_path / "called")}, tmp_path / "last.pt")
    with pytest.raises(TrainingError, match=r"last\.pt") as caught:
        load_checkpoint(tmp_path / "last.pt", {})
    assert not (tmp_path / "called").exists() and "\n" not in str(caught.value)
