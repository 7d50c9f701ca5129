"""Batches of transfers: where plots go, what a style may be, and what machines and people are told."""

from pathlib import Path

import pytest

from audiostyle.cli.batch.inputs import InputFile
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.batch.tasks import Outcome
from audiostyle.cli.batch.transfers import TransferNaming, TransferReporter, find_style_recordings
from audiostyle.cli.console import UsageError
from audiostyle.errors import AudioReadError
from audiostyle.spectrogram import TransferReport

TASK = BatchTask("song.wav", {"wct": "song.wct.wav", "plot": "song.png"})
REPORT = TransferReport("song.wav", "song.wct.wav", ("rain.wav",), "wct", 44100, 1, 30.0, 3.0)


@pytest.mark.parametrize(
    ("plot", "expected"), [("p.PDF", "p.PDF"), ("plots", "plots/a/song.png"), ("plots/", "plots/a/song.png")]
)
def test_a_plot_is_a_file_or_one_of_a_folder(plot, expected):
    outputs = TransferNaming(plot=plot).name_outputs(InputFile("in/a/song.wav", Path("a")), ["wct"], None)
    assert outputs == {"wct": str(Path("a/song.wct.wav")), "plot": str(Path(expected))}


def test_a_plot_that_cannot_be_drawn_is_refused():
    with pytest.raises(UsageError, match=r"--plot p.jpg: cannot draw '.jpg'; use one of .png"):
        TransferNaming(plot="p.jpg").name_outputs(InputFile("song.wav"), ["wct"], None)


def test_styles_come_in_the_order_named(song):
    song("b.wav"), song("rain/1.wav"), song("rain/2.wav")
    assert find_style_recordings(["b.wav", "rain"]) == ("b.wav", "rain/1.wav", "rain/2.wav")
    with pytest.raises(AudioReadError, match="no such file"):
        find_style_recordings(["gone.wav"])
    with pytest.raises(UsageError, match="a style is a file"):
        find_style_recordings(["-"])


def test_what_cannot_be_read_among_the_recordings_of_a_folder_is_left_out_and_named(song, caplog):
    song("rain/good.wav")
    Path("rain/empty.wav").touch()
    Path("rain/text.wav").write_text("no sound at all")
    assert find_style_recordings(["rain"]) == ("rain/good.wav",)
    assert [word in caplog.text for word in ("empty.wav", "text.wav", "good.wav")] == [True, True, False]
    with pytest.raises(AudioReadError, match=r"empty\.wav: .*; rain/text\.wav: "):
        find_style_recordings(["rain/empty.wav", "rain/good.wav", "rain/text.wav"])
    Path("rain/good.wav").unlink()
    with pytest.raises(AudioReadError, match=r"empty\.wav: .*; rain/text\.wav: "):
        find_style_recordings(["rain"])


def test_machines_are_told_the_same_fields_in_every_version(records):
    reporter = TransferReporter(json=True)
    reporter.report_dry_run(BatchTask("song.wav", {"wct": "song.wct.wav"}))
    reporter.report_outcome(TASK, Outcome(REPORT))
    planned, result, plot = records()
    assert planned == {"input": "song.wav", "output": "song.wct.wav", "method": "wct", "dry_run": True}
    assert result == {
        "input": "song.wav",
        "output": "song.wct.wav",
        "styles": ["rain.wav"],
        "method": "wct",
        "plot": False,
        "sample_rate": 44100,
        "channels": 1,
        "seconds": 30.0,
        "elapsed": 3.0,
        "real_time_factor": 10.0,
    }
    assert plot == result | {"output": "song.png", "plot": True}


def test_people_are_told_the_speed(capsys):
    TransferReporter().report_outcome(TASK, Outcome(REPORT))
    first, second = capsys.readouterr().out.splitlines()
    assert first == "song.wav -> song.wct.wav (0:30 in 3.0 s, 10.0x real time)"
    assert second == "song.wav -> song.png"
