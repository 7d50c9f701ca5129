"""Single notes made ready: they begin at their attack, whatever their form, and sustained ones go on."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from music.samples.conftest import make_tone

from audiostyle.errors import TrainingError
from audiostyle.music.samples.recordings import (
    LONGEST,
    RATE,
    is_sustained,
    leave_out_damaged,
    prolong,
    read_note,
)
from audiostyle.music.samples.zones import SampledInstrument, Zone


def zone(path: Path, **more) -> Zone:
    return Zone(path, 60, (58, 62), **more)


def find_attack(wave: np.ndarray) -> float:
    return float(np.argmax(np.abs(wave) > 0.05 * np.abs(wave).max())) / RATE


def test_silence_before_the_attack_is_cut(write_tone):
    assert find_attack(read_note(zone(write_tone("a.wav")))) < 0.006


@pytest.mark.parametrize(
    ("suffix", "subtype", "channels"),
    [(".wav", "PCM_U8", 1), (".wav", "FLOAT", 2), (".flac", "PCM_16", 2), (".ogg", "VORBIS", 1)],
)
def test_all_forms_give_the_same_note(tmp_path, write_tone, suffix, subtype, channels):
    expected = read_note(zone(write_tone("a.wav")))
    path = tmp_path / f"b{suffix}"
    soundfile.write(path, np.stack([make_tone(60)] * channels, axis=1), 22050, subtype=subtype)
    found = read_note(zone(path))
    size = RATE // 4
    lag = int(np.argmax(np.correlate(found[400:size], expected[800 : size - 400], "valid"))) - 400
    aligned = found[800 + lag : size - 400 + lag]
    assert np.corrcoef(aligned, expected[800 : size - 400])[0, 1] > 0.99


def test_a_sustained_tone_goes_on_at_its_level(write_tone):
    wave = read_note(zone(write_tone("a.wav", decay=50, seconds=1.5)))
    assert len(wave) == round(LONGEST * RATE)
    middle, late = (np.sqrt(np.mean(wave[s * RATE : (s + 1) * RATE] ** 2)) for s in (0, 10))
    assert late == pytest.approx(middle, rel=0.1)
    # No clicks where it is repeated: no step is larger than those of the tone itself.
    assert np.abs(np.diff(wave[RATE : 11 * RATE])).max() < 1.1 * np.abs(np.diff(wave[RATE // 2 : RATE])).max()


def test_a_decaying_one_is_left_alone(write_tone):
    wave = read_note(zone(write_tone("a.wav", decay=0.15)))
    assert len(wave) <= 1.01 * RATE
    assert not is_sustained(wave)


def test_loops_of_an_instrument_are_kept(write_tone):
    """A loop of one period sounds like the tone at that place."""
    path = write_tone("a.wav", pitch=69, decay=0.4)
    period = 22050 // 441 * 10  # ten periods of 441 Hz
    wave = read_note(zone(path, loop=(6000, 6000 + period)))
    assert len(wave) == pytest.approx(LONGEST * RATE, rel=0.01)
    assert np.abs(wave[-RATE:-2000]).max() > 0.3 * np.abs(wave[8000:12000]).max()


def test_prolonging_begins_with_the_tone_itself():
    tone = make_tone(60, decay=100)[2000:]
    assert np.array_equal(prolong(tone)[: len(tone) // 2], tone[: len(tone) // 2])


@pytest.mark.parametrize(
    ("wave", "reason"),
    [(np.zeros(RATE), "silent"), (np.r_[np.ones(200), np.zeros(9)], "click")],
)
def test_damaged_ones_are_left_out_and_named(tmp_path, write_tone, wave, reason):
    bad = tmp_path / "bad.wav"
    soundfile.write(bad, wave, RATE)
    with pytest.raises(TrainingError, match=reason):
        read_note(zone(bad))
    instrument = leave_out_damaged(SampledInstrument("x", (zone(bad), zone(write_tone("good.wav")))))
    assert [z.path.name for z in instrument.zones] == ["good.wav"]
    assert any("bad.wav" in remark and reason in remark for remark in instrument.remarks)
    with pytest.raises(TrainingError, match=reason):
        leave_out_damaged(SampledInstrument("x", (zone(bad),)))


def test_what_is_no_sound_at_all(tmp_path, write_tone):
    (tmp_path / "text.wav").write_text("hello")
    instrument = leave_out_damaged(
        SampledInstrument("x", (zone(tmp_path / "text.wav"), zone(write_tone("a.wav"))))
    )
    assert len(instrument.zones) == 1
