"""Models are found by name or path, and no byte is used that the manifest does not vouch for."""

import shutil
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save

from audiostyle.errors import ModelNotFound, TrainingError
from audiostyle.models import zoo
from audiostyle.models.saving import add_domain, add_encoder, write_manifest

ENCODER = {"weight": torch.arange(6.0).reshape(2, 3)}
DECODER = {"weight": torch.full((4,), 0.5, dtype=torch.float16), "bias": torch.zeros(2)}
PIANO = {
    "config": {"kind": "spectral"},
    "sounds_like": "grand piano",
    "lowest": 21,
    "highest": 108,
    "card": "# P",
}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty store, and a shipped folder that holds the model "tiny" with one domain."""
    monkeypatch.setenv("AUDIOSTYLE_HOME", str(tmp_path / "home"))
    built = tmp_path / "built" / "tiny"
    add_encoder(built, ENCODER, config={"kind": "pitch-grid", "sizes": [1, 2]}, card="# Encoder")
    add_domain(built, "piano", DECODER, **PIANO, measured={"lsd_db": 5})
    shipped = tmp_path / "weights"
    shutil.copytree(built, shipped)
    monkeypatch.setattr(zoo, "shipped_folder", lambda: shipped)
    return tmp_path / "home"


def same(left, right):
    return left.keys() == right.keys() and all(
        torch.equal(left[k], right[k]) and left[k].dtype == right[k].dtype for k in left
    )


# Finding


def test_a_model_is_found_by_name_by_folder_and_by_manifest(tmp_path):
    found = [
        zoo.find_model("tiny"),
        zoo.find_model(tmp_path / "weights"),
        zoo.find_model(str(tmp_path / "weights" / "tiny.toml")),
    ]
    assert len({manifest.path for manifest in found}) == 1
    assert found[0].encoder.config == {"kind": "pitch-grid", "sizes": [1, 2]}
    assert found[0].domain("piano").measured == {"lsd_db": 5.0}


def test_the_store_is_searched_after_the_package(home):
    mine = home / "models" / "mine"
    add_domain(mine, "sax", DECODER, **PIANO, extends="tiny")
    shutil.copytree(mine, home / "models" / "tiny")
    (home / "models" / "tiny" / "mine.toml").rename(home / "models" / "tiny" / "tiny.toml")
    assert zoo.find_model("mine").path.parent == mine
    assert zoo.find_model("tiny").path.parent == zoo.shipped_folder()
    assert [manifest.name for manifest in zoo.list_models()] == ["tiny", "mine"]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"AUDIOSTYLE_HOME": "/a", "XDG_CACHE_HOME": "/x"}, "/a/models"),
        ({"XDG_CACHE_HOME": "/x"}, "/x/audiostyle/models"),
        ({"HOME": "/h"}, "/h/.cache/audiostyle/models"),
    ],
)
def test_the_store_is_where_the_environment_says(monkeypatch, variables, expected):
    for name in ("AUDIOSTYLE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert zoo.store_folder().as_posix() == expected


def test_an_unknown_name_is_answered_with_the_nearest_one():
    with pytest.raises(ModelNotFound, match=r"no model 'tini', did you mean 'tiny'\?; there is tiny"):
        zoo.find_model("tini")


def test_what_is_no_model_is_refused_in_one_line(tmp_path):
    pickle = tmp_path / "model.pt"
    pickle.write_bytes(b"\x80\x04.")
    (tmp_path / "empty").mkdir()
    two = tmp_path / "two"
    two.mkdir()
    for name in ("a.toml", "b.toml"):
        (two / name).write_text("")
    for path, message in [(pickle, "not a model"), (tmp_path / "empty", "no manifest"), (two, "2 manifests")]:
        with pytest.raises(ModelNotFound, match=message) as caught:
            zoo.find_model(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_one_damaged_model_does_not_hide_the_others(home, caplog):
    (home / "models" / "bad").mkdir(parents=True)
    (home / "models" / "bad" / "bad.toml").write_text("name =")
    assert [manifest.name for manifest in zoo.list_models()] == ["tiny"]
    assert "bad.toml" in caplog.text


# Loading


def test_tensors_come_back_as_they_were_saved():
    manifest = zoo.find_model("tiny")
    assert same(zoo.load_tensors(manifest.encoder), ENCODER)
    assert same(zoo.load_tensors(manifest.domain("piano")), DECODER)
    assert all(check.ok for check in zoo.verify_model(manifest))


@pytest.mark.parametrize("damage", ["flip", "truncate", "empty", "remove", "pointer"])
def test_a_damaged_file_is_never_loaded(damage):
    manifest = zoo.find_model("tiny")
    file = manifest.domain("piano").file
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    new = {"flip": bytes(data), "truncate": data[:-1], "empty": b"", "pointer": b"version https://git-lfs"}
    file.write_bytes(new[damage]) if damage in new else file.unlink()
    with pytest.raises(ModelNotFound, match=r"tiny\.piano\.safetensors.*install the model again"):
        zoo.load_tensors(manifest.domain("piano"))
    assert [check.ok for check in zoo.verify_model(manifest)] == [True, False]


@pytest.mark.parametrize("name", ["x" * 300, "missing.safetensors"])
def test_a_file_that_cannot_be_there_is_one_line(tmp_path, name):
    weights = replace(zoo.find_model("tiny").encoder, file=tmp_path / name)
    with pytest.raises(ModelNotFound, match=r"weights cannot be read .*install the model again") as caught:
        zoo.load_tensors(weights)
    assert "\n" not in str(caught.value)


def test_a_pickle_is_not_loaded_even_with_the_right_checksum(tmp_path):
    import hashlib

    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was executed",))

    file = tmp_path / "bomb.safetensors"
    torch.save({"weight": Bomb()}, file)
    weights = zoo.WeightFile("bomb", file, hashlib.sha256(file.read_bytes()).hexdigest(), None, {})
    with pytest.raises(ModelNotFound, match="not a safetensors file"):
        zoo.load_tensors(weights)


# A user's own model


def test_a_new_domain_lives_beside_the_inherited_ones(home):
    manifest = add_domain(home / "models" / "mine", "sax", DECODER, **PIANO, extends="tiny")
    tiny = zoo.find_model("tiny")
    assert list(manifest.domains) == ["piano", "sax"]
    assert manifest.encoder == tiny.encoder
    assert manifest.domain("piano") == tiny.domain("piano")
    assert same(zoo.load_tensors(manifest.domain("sax")), DECODER)
    assert list(add_domain(home / "models" / "mine", "oboe", DECODER, **PIANO).domains) == [
        "piano",
        "sax",
        "oboe",
    ]


def test_a_model_may_extend_one_that_extends_another(home, tmp_path):
    add_domain(tmp_path / "first", "sax", DECODER, **PIANO, extends="tiny")
    second = add_domain(tmp_path / "second", "oboe", DECODER, **PIANO, extends=str(tmp_path / "first"))
    assert list(second.domains) == ["piano", "sax", "oboe"]


def test_a_model_that_extends_itself_is_refused(tmp_path):
    folder = tmp_path / "loop"
    write_manifest(folder, {"name": "loop", "version": "1", "license": "x", "extends": str(folder)})
    with pytest.raises(ModelNotFound, match="extends itself"):
        zoo.find_model(folder)


def test_domains_of_another_encoder_are_refused(home, tmp_path):
    parent = tmp_path / "parent"
    add_encoder(parent, ENCODER, config={}, card="")
    add_domain(home / "models" / "mine", "sax", DECODER, **PIANO, extends=str(parent))
    add_encoder(parent, {"weight": torch.zeros(1)}, config={}, card="", version="2")
    with pytest.raises(ModelNotFound, match="another version of the encoder"):
        zoo.find_model("mine")


def test_replacing_a_domain_leaves_only_the_new_files(home):
    mine = home / "models" / "mine"
    old = add_domain(mine, "sax", DECODER, **PIANO, extends="tiny")
    for value in (1.0, 2.0, 2.0, 3.0):
        new = add_domain(mine, "sax", {"weight": torch.tensor([value])}, **PIANO)
        assert float(zoo.load_tensors(new.domain("sax"))["weight"]) == value
        assert len(list(mine.iterdir())) == 3  # manifest, weights, card
    assert old.domain("sax").sha256 != new.domain("sax").sha256


@pytest.mark.parametrize("survives", range(4))
def test_a_kill_at_any_moment_leaves_a_model_that_works(home, monkeypatch, survives):
    """The fourth rename and all that follow do not happen, or the third and so on."""
    from audiostyle.models import saving

    mine = home / "models" / "mine"
    add_domain(mine, "sax", DECODER, **PIANO, extends="tiny")
    real, count = saving.os.replace, iter(range(100))

    def replace(source, target):
        if next(count) >= survives:
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(saving.os, "replace", replace)
    try:
        add_domain(mine, "sax", {"weight": torch.ones(1)}, **PIANO)
    except KeyboardInterrupt:
        assert survives < 3
    assert all(check.ok for check in zoo.verify_model(zoo.find_model("mine")))
    assert not list(mine.glob(".*"))


def test_the_shipped_folder_is_never_written():
    for folder in (zoo.shipped_folder(), zoo.shipped_folder() / "mine"):
        before = sorted(zoo.shipped_folder().rglob("*"))
        with pytest.raises(TrainingError, match="never changed"):
            add_domain(folder, "sax", DECODER, **PIANO, extends="tiny")
        assert sorted(zoo.shipped_folder().rglob("*")) == before


def test_a_folder_that_cannot_be_made_and_a_bad_name_are_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match="cannot be made"):
        add_domain(tmp_path / "file" / "mine", "sax", DECODER, **PIANO, extends="tiny")
    with pytest.raises(TrainingError, match="small letters"):
        add_domain(tmp_path / "mine", "My Sax", DECODER, **PIANO, extends="tiny")
    assert not (tmp_path / "mine").exists()


def test_tensors_that_share_or_stride_memory_are_saved(tmp_path):
    base = torch.arange(6.0).reshape(2, 3)
    manifest = add_encoder(
        tmp_path / "m", {"turned": base.T, "grad": base.clone().requires_grad_()}, config={}, card=""
    )
    loaded = zoo.load_tensors(manifest.encoder)
    assert torch.equal(loaded["turned"], base.T)
    assert save(loaded)  # contiguous, plain tensors


@pytest.mark.parametrize(
    "parent",
    ['"a\\u0000b"', '"\\\\\\\\host\\\\share"', "3", '"~nobody-at-all/x"', f'"{"x" * 5000}"', '"no-such"'],
)
def test_a_parent_that_is_none_is_refused_in_one_line_that_names_the_child(tmp_path, parent):
    path = tmp_path / "mine.toml"
    path.write_text(f'name = "mine"\nversion = "1"\nlicense = "x"\nextends = {parent}\n')
    with pytest.raises(ModelNotFound, match="mine") as caught:
        zoo.find_model(path)
    assert "\n" not in str(caught.value)


def test_a_chain_of_models_has_an_end(tmp_path):
    for number in range(20):
        folder = tmp_path / f"m{number}"
        folder.mkdir()
        text = f'name = "m{number}"\nversion = "1"\nlicense = "x"\nextends = "../m{number + 1}"\n'
        (folder / f"m{number}.toml").write_text(text)
    with pytest.raises(ModelNotFound, match="models extend each other"):
        zoo.find_model(tmp_path / "m0")
