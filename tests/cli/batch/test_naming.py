"""Names of outputs: derived from the input, never outside --out, always of a format that can be written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.cli.batch.inputs import InputFile
from audiostyle.cli.batch.translations import TranslationNaming
from audiostyle.cli.console import UsageError


@pytest.mark.parametrize(
    ("naming", "source", "expected"),
    [
        (TranslationNaming(), InputFile("/music/song.wav"), "song.piano.wav"),
        (TranslationNaming(), InputFile("song.flac"), "song.piano.flac"),
        (TranslationNaming(), InputFile("song.M4A"), "song.piano.wav"),
        (TranslationNaming(), InputFile("song"), "song.piano.wav"),
        (TranslationNaming(), InputFile("my.song.mp3"), "my.song.piano.mp3"),
        (TranslationNaming(), InputFile("-"), "stdin.piano.wav"),
        (TranslationNaming(format="flac"), InputFile("song.mp3"), "song.piano.flac"),
        (TranslationNaming(out="out"), InputFile("in/a/song.wav", Path("a")), "out/a/song.piano.wav"),
        (TranslationNaming(filename="{domain}/{stem}.{ext}"), InputFile("song.wav"), "piano/song.wav"),
        (TranslationNaming(filename="x.ogg"), InputFile("song.wav"), "x.ogg"),
    ],
)
def test_what_an_output_is_called(naming, source, expected):
    assert Path(naming.name_output(source, "piano")) == Path(expected)


@pytest.mark.parametrize(
    ("out", "inputs", "domains", "file"),
    [
        (None, 1, 1, None),
        ("out.flac", 1, 1, "out.flac"),
        ("-", 1, 1, "-"),
        ("out", 1, 1, None),
        ("out.wav/", 1, 1, None),
        ("take.2", 3, 1, None),
    ],
)
def test_when_out_is_the_output_itself(out, inputs, domains, file):
    assert TranslationNaming(out).get_single_file(inputs, domains) == file


def test_a_folder_that_exists_is_a_folder_whatever_its_name():
    Path("out.wav").mkdir()
    assert TranslationNaming("out.wav").get_single_file(1, 1) is None


@pytest.mark.parametrize(("inputs", "domains"), [(2, 1), (1, 2), (float("inf"), 1)])
@pytest.mark.parametrize("out", ["out.wav", "-"])
def test_several_results_in_one_file_are_refused(out, inputs, domains):
    with pytest.raises(UsageError, match=f"--out {out}: several results cannot share one file"):
        TranslationNaming(out).get_single_file(inputs, domains)


@pytest.mark.parametrize(
    "naming",
    [
        TranslationNaming(format="docx"),
        TranslationNaming(filename="{name}.wav"),
        TranslationNaming(filename="{0}.wav"),
        TranslationNaming(filename="{stem"),
        TranslationNaming(filename="{stem.x}.wav"),
        TranslationNaming(filename="../{stem}.wav"),
        TranslationNaming(filename="/tmp/{stem}.wav"),
    ],
)
def test_options_that_cannot_work_are_refused_before_anything_else(naming):
    with pytest.raises(UsageError):
        naming.check()


def test_what_cannot_be_written_is_refused():
    with pytest.raises(UsageError, match=r"out\.xyz: cannot write suffix '\.xyz'.*--format"):
        TranslationNaming("out.xyz").get_single_file(1, 1)
    assert TranslationNaming("out.xyz", format="wav").get_single_file(1, 1) == "out.xyz"
    with pytest.raises(UsageError, match="FLAC has none such; use one of PCM_16"):
        TranslationNaming(subtype="FLOAT").name_output(InputFile("song.flac"), "piano")


stems = st.text(st.characters(exclude_characters="/\\\0", exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(stems.filter(lambda stem: not stem.startswith(".")), st.sampled_from(["", ".wav", ".m4a", ".flac"]))
def test_no_name_of_an_input_leads_out_of_the_folder_or_back_to_the_input(stem, suffix):
    output = Path(TranslationNaming(out="out").name_output(InputFile(stem + suffix), "piano"))
    assert output.parent == Path("out")
    assert output.name != stem + suffix
