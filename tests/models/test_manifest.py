"""A manifest is read whole or refused with one line that names it."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import ModelNotFound, UnknownDomain
from audiostyle.models import zoo
from audiostyle.models.manifest import DOMAIN_NAME, Manifest, did_you_mean, read_manifest

GOOD = """
name = "tiny"
version = "1"
license = "Apache-2.0"
[encoder]
file = "tiny.encoder.safetensors"
sha256 = "aa"
[encoder.config]
kind = "pitch-grid"
[domains.piano]
file = "tiny.piano.safetensors"
sha256 = "bb"
card = "tiny.piano.md"
sounds_like = "grand piano"
lowest = 21
highest = 108
[domains.piano.measured]
lsd_db = 5.1
[domains.organ]
file = "tiny.organ.safetensors"
sha256 = "cc"
sounds_like = "church organ"
lowest = 36
highest = 96
"""


def read(folder: Path, text: str) -> Manifest:
    path = folder / "tiny.toml"
    path.write_text(text, encoding="utf-8")
    return read_manifest(path, parent=lambda name: pytest.fail(f"looked for a parent {name}"))


def test_every_field_is_read(tmp_path):
    manifest = read(tmp_path, GOOD)
    piano = manifest.domain("piano")
    assert (manifest.name, manifest.version, manifest.license) == ("tiny", "1", "Apache-2.0")
    assert manifest.encoder.config == {"kind": "pitch-grid"}
    assert (piano.lowest, piano.highest, piano.sounds_like) == (21, 108, "grand piano")
    assert piano.measured == {"lsd_db": 5.1}
    assert (piano.file, piano.card) == (tmp_path / "tiny.piano.safetensors", tmp_path / "tiny.piano.md")
    assert manifest.domain("organ").card is None
    assert [weights.name for weights in manifest.weights()] == ["encoder", "piano", "organ"]


@pytest.mark.parametrize("key", ["name", "version", "license", "file", "sha256", "sounds_like", "lowest"])
def test_a_missing_key_is_named(tmp_path, key):
    without = "\n".join(line for line in GOOD.splitlines() if not line.startswith(f"{key} ="))
    with pytest.raises(ModelNotFound, match=rf"tiny\.toml: the manifest lacks '{key}'"):
        read(tmp_path, without)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "not valid TOML"),
        (GOOD.replace('"tiny"', '"other"'), "names the model 'other'"),
        (GOOD.replace("lowest = 21", 'lowest = "A0"'), "malformed"),
        (GOOD.replace("[domains.piano]", "[domains.'Grand Piano']"), "malformed.*Grand Piano"),
        (GOOD.replace("tiny.piano.safetensors", "../../elsewhere"), "own folder"),
        (GOOD.split("[encoder]", maxsplit=1)[0] + "encoder = 3", "malformed"),
    ],
)
def test_what_is_wrong_is_one_line_that_names_the_file(tmp_path, text, message):
    with pytest.raises(ModelNotFound, match=message) as caught:
        read(tmp_path, text)
    assert str(tmp_path / "tiny.toml") in str(caught.value)
    assert "\n" not in str(caught.value)


OUTSIDE = [
    "../x",
    "/etc/passwd",
    "a/b",
    "..",
    ".",
    "C:x",
    "C:\\\\x",
    "..\\\\x",
    "a\\u0000b",
    "a\\nb",
    "//host/x",
]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("present", ["tiny.piano.safetensors", "tiny.piano.md"])
def test_no_name_leads_out_of_the_folder(tmp_path, name, present):
    with pytest.raises(ModelNotFound, match="own folder"):
        read(tmp_path, GOOD.replace(present, name))


def test_no_link_leads_out_of_the_folder(tmp_path):
    (tmp_path / "outside").touch()
    model = tmp_path / "model"
    model.mkdir()
    (model / "tiny.piano.safetensors").symlink_to(tmp_path / "outside")
    with pytest.raises(ModelNotFound, match="own folder"):
        read(model, GOOD)
    (tmp_path / "linked").symlink_to(model)  # the folder itself may be one
    (model / "tiny.piano.safetensors").unlink()
    assert read(tmp_path / "linked", GOOD).name == "tiny"


@pytest.mark.parametrize("wrong", ["nan", "[]", "1979-05-27", "{a = 1}", "10" * 100, "1e999"])
@pytest.mark.parametrize("key", ["name", "license", "sha256", "sounds_like", "lowest", "file"])
def test_values_of_any_other_type_are_refused_in_one_line(tmp_path, key, wrong):
    text = re.sub(rf"^{key} = .*$", f"{key} = {wrong}", GOOD, flags=re.MULTILINE)
    with pytest.raises(ModelNotFound, match=r"malformed|names the model") as caught:
        read(tmp_path, text)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelNotFound, match="UTF-8"):
        read_manifest(path, parent=read_manifest)  # type: ignore[arg-type]


def test_an_unknown_domain_is_answered_with_the_nearest_and_with_all(tmp_path):
    with pytest.raises(UnknownDomain, match=r"did you mean 'piano'\?; it has piano, organ"):
        read(tmp_path, GOOD).domain("paino")


def test_the_fingerprint_depends_on_what_decides_the_sound_and_on_nothing_else(tmp_path):
    manifest = read(tmp_path, GOOD)
    renamed = read(tmp_path, GOOD.replace("grand piano", "old piano"))
    retrained = read(tmp_path, GOOD.replace('"bb"', '"bc"'))
    assert renamed.fingerprint() == manifest.fingerprint()
    assert retrained.fingerprint("piano") != manifest.fingerprint("piano")
    assert retrained.fingerprint("organ") == manifest.fingerprint("organ")
    assert manifest.fingerprint() == manifest.fingerprint("piano", "organ")


@given(st.text())
def test_a_domain_name_can_be_part_of_any_file_name(name):
    if DOMAIN_NAME.fullmatch(name):
        assert Path(f"x.{name}.wav").name == f"x.{name}.wav"
        assert not set(name) & set('/\\:*?"<>| .')


@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=4))
def test_a_suggestion_is_always_one_that_exists(name, known):
    suggestion = did_you_mean(name, known)
    assert not suggestion or any(repr(one) in suggestion for one in known)


WITH_PART = GOOD + '[parts."piano.wavenet"]\nfile = "tiny.piano.wavenet.safetensors"\nsha256 = "dd"\n'


def test_a_further_decoder_of_a_domain_is_found_by_its_kind(tmp_path):
    manifest = read(tmp_path, WITH_PART.replace("lowest = 21", 'lowest = 21\nconfig = { kind = "spectral" }'))
    assert manifest.kinds("piano") == ["spectral", "wavenet"] and manifest.kinds("lute") == []
    assert manifest.decoder("piano") == manifest.decoder("piano", "spectral") == manifest.domain("piano")
    assert manifest.decoder("piano", "wavenet").sha256 == "dd"
    assert manifest.fingerprint("piano", kind="wavenet") != manifest.fingerprint("piano")
    with pytest.raises(ModelNotFound, match="'wavenet' for 'organ'; it has one for piano"):
        manifest.decoder("organ", "wavenet")
    with pytest.raises(UnknownDomain):
        manifest.decoder("lute", "wavenet")


def test_further_decoders_are_inherited(tmp_path):
    base = read(tmp_path, WITH_PART)
    path = tmp_path / "own.toml"
    path.write_text('name = "own"\nversion = "1"\nlicense = "any"\nextends = "tiny"\n')
    assert read_manifest(path, parent=lambda name: base).decoder("piano", "wavenet").sha256 == "dd"


OLD = """
name = "tiny"
version = "1"
licence = "Apache-2.0"
[encoder]
file = "tiny.encoder.safetensors"
sha256 = "aa"
[encoder.config]
kind = "vgg"
colours = 4
[parts."piano.wavenet"]
file = "tiny.piano.wavenet.safetensors"
sha256 = "dd"
[parts."piano.wavenet".config]
kind = "wavenet"
beside = "bb"
[parts."piano.wavenet".config.plan]
hop = 160
"""


def test_manifests_of_version_0_1_are_read_by_the_names_of_today(tmp_path):
    manifest = read(tmp_path, OLD)
    assert manifest.license == "Apache-2.0"
    assert manifest.encoder.config == {"kind": "vgg", "channels": 4}
    assert manifest.parts["piano.wavenet"].config == {
        "kind": "wavenet",
        "requires": "bb",
        "network": {"hop": 160},
    }


def test_domains_say_what_they_can_do_inside_a_note(tmp_path):
    able = GOOD.replace("lowest = 36", "bend = 2.5\nlevel = true\nlowest = 36")
    manifest = read(tmp_path, able)
    assert (manifest.domain("organ").bend, manifest.domain("organ").level) == (2.5, True)
    silent = manifest.domain("piano")  # a manifest of before there were such things
    assert (silent.bend, silent.level) == (0, False)


@pytest.mark.parametrize(
    "ability",
    ["bend = -1", "bend = 25", 'bend = "2"', "bend = true", "bend = nan", "level = 1", 'level = "yes"'],
)
def test_an_ability_that_makes_no_sense_is_named(tmp_path, ability):
    text = GOOD.replace("lowest = 36", f"{ability}\nlowest = 36")
    with pytest.raises(ModelNotFound, match=rf"malformed \({ability.split()[0]} of organ"):
        read(tmp_path, text)


def test_shipped_domains_play_as_their_instruments_do():
    domains = zoo.find_model("universal").domains
    struck = {name for name, domain in domains.items() if not domain.level}
    assert struck == {"piano", "guitar", "harpsichord", "epiano"}
    bends = {name: domain.bend for name, domain in domains.items()}
    assert bends["piano"] == bends["organ"] == 0 < bends["guitar"] < bends["flute"] < bends["strings"]


def test_shipped_domains_are_many_and_small():
    domains = zoo.find_model("universal").domains
    assert len(domains) >= 12
    assert sum(domain.file.stat().st_size for domain in domains.values()) <= 36e6
