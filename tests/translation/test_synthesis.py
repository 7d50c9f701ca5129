"""Synthesis: the notes asked for, exactly as long as asked for, with no trace of how the stream is cut."""

import numpy as np
import pytest
import torch

from audiostyle.models.phase_table import PhaseTable
from audiostyle.models.spectral_decoder import DECODER_HOP, DECODER_RATE
from audiostyle.music.curves import STEP, NoteCurves
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation import segments, synthesis
from audiostyle.translation.note_grid import truncate_overlaps
from audiostyle.translation.segments import SegmentLength
from audiostyle.translation.synthesis import SpectralSynthesizer, load_synthesizer

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def synthesizer(tiny) -> SpectralSynthesizer:
    """Makes sinusoids."""
    return load_synthesizer(tiny.manifest.domain("sine"), CPU)


@pytest.fixture(scope="module")
def noisy(tiny) -> SpectralSynthesizer:
    """Makes combs, half of whose bins wander, and which ring on after their release."""
    comb = load_synthesizer(tiny.manifest.domain("comb"), CPU)
    with torch.no_grad():
        comb.decoder.excitation.envelope[-1].weight *= 0.02
    table = PhaseTable()
    torch.manual_seed(0)
    table.coherence = 0.8 + 0.2 * torch.rand_like(table.coherence)
    return SpectralSynthesizer(comb.decoder, table, 0.1)


def synthesize(
    synthesizer: SpectralSynthesizer,
    notes: np.ndarray,
    samples: int,
    seed: int = 0,
    segment: SegmentLength | None = None,
    curves: NoteCurves | None = None,
) -> np.ndarray:
    performance = Performance(notes, curves=curves)
    blocks = list(synthesizer.synthesize(performance, samples, seed=seed, segment=segment))
    assert all(block.dtype == np.float32 and block.ndim == 1 for block in blocks)
    return np.concatenate([*blocks, np.zeros(0, np.float32)])


@pytest.mark.parametrize("samples", [0, 1, 511, 512, 513, 20_000, 1024 * 512 + 1])
def test_the_length_is_exact(synthesizer, make_notes, samples):
    wave = synthesize(synthesizer, make_notes((0.1, 0.3, 80), (0.4, 20.0, 84)), samples)
    assert len(wave) == samples and np.isfinite(wave).all()


@pytest.mark.parametrize("pitch", [60, 69, 84, 100])
def test_a_lone_note_sounds_at_its_pitch_and_its_time(synthesizer, make_notes, pitch):
    wave = synthesize(synthesizer, make_notes((0.5, 1.5, pitch)), 2 * DECODER_RATE)
    held = wave[int(0.6 * DECODER_RATE) :][:35_280]
    for quiet in (wave[: int(0.46 * DECODER_RATE)], wave[int(1.54 * DECODER_RATE) :]):
        assert np.abs(quiet).max() < 0.01 * np.abs(held).max()
    spectrum = np.abs(np.fft.rfft(held * np.hanning(len(held)), 1 << 18))
    hertz = np.fft.rfftfreq(1 << 18, 1 / DECODER_RATE)
    f0 = 440 * 2 ** ((pitch - 69) / 12)
    assert hertz[spectrum.argmax()] == pytest.approx(f0, abs=0.5)
    beside = np.abs(hertz - f0) > 40
    assert (spectrum[beside] ** 2).sum() < 1e-3 * (spectrum**2).sum()
    envelope = np.abs(held).reshape(-1, 1764).max(axis=1)  # 40 ms: steady, no beating of frames
    assert envelope.min() > 0.95 * envelope.max()


def test_a_harder_struck_note_is_louder(synthesizer, make_notes):
    levels = [
        synthesize(synthesizer, make_notes((0, 1, 80), velocity=v), 30_000).std() for v in (20, 60, 127)
    ]
    assert levels[0] < levels[1] < levels[2]


def test_no_notes_are_silence(synthesizer):
    assert np.abs(synthesize(synthesizer, np.zeros(0, NOTE_DTYPE), 30_000)).max() < 1e-4


def test_the_same_seed_is_the_same_sound_and_another_is_not(noisy, make_notes):
    notes = make_notes((0.1, 0.6, 60), (0.3, 0.9, 67))
    once = synthesize(noisy, notes, 40_000, seed=3)
    torch.manual_seed(99)
    assert np.array_equal(synthesize(noisy, notes, 40_000, seed=3), once)
    assert not np.allclose(synthesize(noisy, notes, 40_000, seed=4), once, atol=1e-4)
    assert len(synthesize(noisy, notes, 1000, seed=2**40)) == 1000  # any seed will do


# A note held across blocks; one struck again; one inside another of its key, as folding makes; a chord.
NOTES = [(0.05, 1.9, 60), (0.3, 0.6, 64), (0.61, 1.2, 64), (0.1, 3.4, 72), (0.4, 0.5, 72), (1.0, 1.5, 67)]


@pytest.mark.parametrize("frames", [13, 37, 100])
def test_segments_do_not_matter(noisy, make_notes, frames):
    """Not even to the noise, which belongs to the notes: they agree to -80 dB."""
    whole = synthesize(noisy, make_notes(*NOTES), 4 * DECODER_RATE)
    segment = SegmentLength()
    segment.frames = frames
    cut = synthesize(noisy, make_notes(*NOTES), 4 * DECODER_RATE, segment=segment)
    assert np.allclose(cut, whole, atol=1e-4 * np.abs(whole).max())


def test_a_device_that_runs_out_of_memory_loses_nothing(noisy, make_notes, monkeypatch):
    """The segments that follow are made whole too, though their length is halved by then."""
    whole = synthesize(noisy, make_notes(*NOTES), 4 * DECODER_RATE)
    forward, segment = noisy.decoder.forward, SegmentLength()
    segment.frames = 150
    room = 250  # frames, with those around a segment

    def run_short(states):
        if states.level.shape[1] > room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(states)

    monkeypatch.setattr(noisy.decoder, "forward", run_short)
    monkeypatch.setattr(segments, "get_device", lambda network: torch.device("cuda", 0))
    survived = synthesize(noisy, make_notes(*NOTES), 4 * DECODER_RATE, segment=segment)
    assert segment.frames == 75
    assert survived.shape == whole.shape
    assert np.allclose(survived, whole, atol=1e-4 * np.abs(whole).max())


def test_blocks_do_not_matter_an_hour_in(synthesizer, make_notes):
    """Where single precision no longer tells phases apart."""
    hour = 3600 * DECODER_RATE // DECODER_HOP
    start = hour * DECODER_HOP / DECODER_RATE
    notes = make_notes(*((start + on, start + off, pitch + 12) for on, off, pitch in NOTES[:3]))
    performance = truncate_overlaps(Performance(notes))
    whole = synthesizer._render(performance, 0, hour, 120)
    halves = [synthesizer._render(performance, 0, hour + first, 60) for first in (0, 60)]
    assert np.abs(whole).max() > 0.01
    assert np.allclose(np.concatenate(halves), whole, atol=1e-4 * np.abs(whole).max())


@pytest.mark.parametrize("length", [31, 32, 60])
def test_running_sums_are_sums(length):
    values = torch.randn(length, 3, generator=torch.Generator().manual_seed(0)).double()
    slow = [
        values[n : n + synthesis._SMOOTHING_SPAN].sum(dim=0)
        for n in range(length - synthesis._SMOOTHING_SPAN + 1)
    ]
    assert torch.allclose(synthesis._sum_running(values), torch.stack(slow))


def test_where_nothing_sounds_there_is_nothing():
    """Not a number divided by zero, and no magnitude without a phase."""
    like = torch.tensor([0, 1e-20, 1j, -2])
    assert synthesis._apply_phases(torch.ones(4), like).tolist() == pytest.approx([0, 1, 1j, -1])


def test_the_performance_is_not_touched(synthesizer, make_notes):
    notes = make_notes(*NOTES)
    before = notes.copy()
    synthesize(synthesizer, notes, 1000)
    assert np.array_equal(notes, before)


def test_notes_before_and_after_the_time_asked_for_do_no_harm(synthesizer, make_notes):
    wave = synthesize(synthesizer, make_notes((5, 6, 80), (100, 101, 84)), 10_000)
    assert len(wave) == 10_000 and np.abs(wave).max() < 1e-3


def follow_pitch(wave: np.ndarray, pitch: int) -> np.ndarray:
    """Return how many cents above ``pitch`` a sinusoid is, for every sample but the last."""
    spectrum = np.fft.fft(wave)
    spectrum[len(wave) // 2 :] = 0
    hertz = np.diff(np.unwrap(np.angle(np.fft.ifft(spectrum)))) * DECODER_RATE / (2 * np.pi)
    smooth = np.convolve(hertz, np.full(DECODER_HOP, 1 / DECODER_HOP), "same")
    return 1200 * np.log2(np.maximum(smooth, 1.0) / (440 * 2 ** ((pitch - 69) / 12)))


@pytest.mark.parametrize("pitch", [60, 72, 91])
@pytest.mark.parametrize("onset", [0.3, 0.3071])
def test_a_curve_of_pitch_comes_back_from_the_sound(synthesizer, make_notes, pitch, onset):
    """Vibrato of a tenth of a second a turn, a scoop, a slide of a fourth: to two cents at the median."""
    time = np.arange(200) * STEP
    vibrato = 60 * np.sin(2 * np.pi * 5 * time) * np.clip(2 * time, 0, 1)
    scoop, slide = 150 * (np.exp(-time / 0.1) - 0), np.clip(time - 1, 0, 0.5) * 1000
    for cents in (vibrato, -scoop, slide, np.full(200, 37.0)):
        curves = NoteCurves.from_lists([cents], [0 * cents])
        wave = synthesize(
            synthesizer, make_notes((onset, onset + 2.2, pitch)), 3 * DECODER_RATE, curves=curves
        )
        now = np.arange(onset + 0.1, onset + 2.1, STEP)
        heard = follow_pitch(wave, pitch)[np.round(now * DECODER_RATE).astype(int)]
        wanted = np.interp(now - onset, time, cents)
        assert np.median(np.abs(heard - wanted)) < 2
        if cents.std() > 1:
            assert np.corrcoef(heard, wanted)[0, 1] > 0.99


def test_a_curve_of_level_comes_back_from_the_sound(synthesizer, make_notes):
    """As far as this network's loudness follows the square of its level."""
    time = np.arange(173) * STEP
    decibels = -15 * (1 - np.cos(2 * np.pi * time))
    curves = NoteCurves.from_lists([0 * time], [decibels])
    notes = make_notes((0.2, 2.2, 80), velocity=100)
    wave = synthesize(synthesizer, notes, 100_000, curves=curves)
    now = np.arange(0.3, 2.1, STEP)
    peaks = [np.abs(wave[round(t * DECODER_RATE) :][:DECODER_HOP]).max() for t in now]
    heard, wanted = 20 * np.log10(peaks), np.interp(now - 0.2, time, decibels)
    assert np.corrcoef(heard, wanted)[0, 1] > 0.98


# A chord of which some notes are bent, at the beginning, in the end, or all the time.
CENTS = [np.sin(np.arange(170) / 3) * 50, np.arange(60) * 5.0, [], [0.0] * 200 + [90.0] * 90, [-30.0], [0.0]]
BENT = NoteCurves.from_lists(CENTS, [-np.abs(np.asarray(cents)) / 5 for cents in CENTS])


@pytest.mark.parametrize("frames", [13, 100])
def test_segments_do_not_matter_to_bent_notes(noisy, make_notes, frames):
    notes = make_notes(*NOTES)
    curves = BENT.select(np.lexsort([[pitch for *_, pitch in NOTES], [onset for onset, *_ in NOTES]]))
    whole = synthesize(noisy, notes, 4 * DECODER_RATE, curves=curves)
    segment = SegmentLength()
    segment.frames = frames
    cut = synthesize(noisy, notes, 4 * DECODER_RATE, segment=segment, curves=curves)
    assert np.abs(cut - whole).max() < 1e-3 * np.abs(whole).max()
    assert not np.allclose(whole, synthesize(noisy, notes, 4 * DECODER_RATE), atol=0.1 * np.abs(whole).max())


def test_straight_curves_are_no_curves(noisy, make_notes):
    notes = make_notes(*NOTES)
    straight = NoteCurves.from_lists([[0.0] * 9] * len(notes), [[0.0] * 9] * len(notes))
    plain = synthesize(noisy, notes, 50_000)
    assert np.array_equal(synthesize(noisy, notes, 50_000, curves=straight), plain)
    assert np.array_equal(synthesize(noisy, notes, 50_000, curves=NoteCurves.make_flat(len(notes))), plain)


def test_a_bent_note_leaves_its_straight_neighbors_alone(noisy, make_notes):
    """Those whose frames and bins it does not touch: to -80 dB."""
    notes = make_notes((0.1, 1.0, 60), (3.0, 4.0, 72))
    curves = NoteCurves.from_lists([[80.0], []], [[0.0], []])
    plain, bent = (synthesize(noisy, notes, 4 * DECODER_RATE, curves=c) for c in (None, curves))
    late = slice(round(2.6 * DECODER_RATE), None)
    assert np.allclose(plain[late], bent[late], atol=1e-4 * np.abs(plain).max())
    assert not np.allclose(plain, bent, atol=0.1 * np.abs(plain).max())


def test_a_level_of_minus_infinity_is_silence(synthesizer, make_notes):
    curves = NoteCurves.from_lists([[0.0]], [[-np.inf]])
    wave = synthesize(synthesizer, make_notes((0.1, 0.8, 80)), 40_000, curves=curves)
    assert np.isfinite(wave).all()
    assert (
        np.abs(wave).max() < 0.01 * np.abs(synthesize(synthesizer, make_notes((0.1, 0.8, 80)), 40_000)).max()
    )
