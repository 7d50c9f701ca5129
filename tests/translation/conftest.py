"""A model small enough to build by hand, whose encoder finds sinusoids and whose decoder makes them.

Nothing of it is trained, so tests of whole translations need no shipped weights: music made of sinusoids
between C5 and C8 is transcribed as it is, and so is what the domain "sine" makes of it.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from audiostyle.models.encoder import PitchGridEncoder
from audiostyle.models.excitation import LEAD
from audiostyle.models.frontend import LOWEST_PITCH, PITCHES
from audiostyle.models.phase_table import PhaseTable
from audiostyle.models.saving import add_domain, add_encoder, add_part
from audiostyle.models.spectral_decoder import BINS, SpectralDecoder
from audiostyle.models.wavenet.network import WaveNet, WaveNetConfig
from audiostyle.translation.transcription import NoteEncoder
from audiostyle.translation.translator import Translator
from audiostyle.translation.wavenet.conditioning import HOP, WIDTH

Note = tuple[float, float, int]
"""Onset and offset in seconds, MIDI pitch."""


def make_sine_wave(notes: list[Note], seconds: float, sample_rate: int, level: float = 0.1) -> np.ndarray:
    """(N,) float32: each note a sinusoid of peak ``level`` with ramps of 5 ms."""
    wave = np.zeros(round(seconds * sample_rate))
    ramp = np.hanning(round(0.01 * sample_rate))[: round(0.005 * sample_rate)]
    for onset, offset, pitch in notes:
        start, stop = round(onset * sample_rate), min(round(offset * sample_rate), len(wave))
        time = np.arange(stop - start) / sample_rate
        tone = level * np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time)
        tone[: len(ramp)] *= ramp[: len(tone)]
        tone[-len(ramp) :] *= ramp[::-1][-len(tone) :]
        wave[start:stop] += tone
    return wave.astype(np.float32)


def make_sine_encoder() -> PitchGridEncoder:
    """Return an encoder that marks where a key's own frequency sounds, and where it has just begun to.

    Unit 0 is the long window's level, sharp in pitch (the first layer takes it from neighbors that are not
    as loud, the second clips it at 1); unit 1 is the short window's rise, sharp in time; a note begins where
    both are high.
    """
    encoder = PitchGridEncoder(channels=3, latent=2)
    with torch.no_grad():
        for part in (encoder.entry, encoder.layers, encoder.notes):
            for parameter in part.parameters():
                parameter.zero_()
        long, short, middle = 1, 10, 2  # channels of the fundamental; the bin in tune
        encoder.entry.weight[0, long, 1, middle] = 1
        encoder.entry.bias[0] = 0.5
        encoder.entry.weight[1, short, 2, middle] = 1
        encoder.entry.weight[1, short, 0, middle] = -1
        peaks, clip = encoder.layers[0], encoder.layers[1]
        for unit, neighbor in enumerate((0, 2)):
            peaks.dilated.weight[unit, 0, 1, [neighbor, 1]] = torch.tensor([1.0, -1.0])
            peaks.mix.weight[0, unit] = -5
        clip.dilated.weight[0, 0, 1, 1], clip.dilated.bias[0] = 1, -1
        clip.mix.weight[0, 0] = -1
        first, last = encoder.notes[1], encoder.notes[3]
        first.weight[0, 0] = 1  # level
        first.weight[1, :2, 0, 0] = torch.tensor([4.0, 1.0])  # level and rise
        first.bias[1] = -4.6
        last.weight[0, 1], last.bias[0] = 8, -4  # onset
        last.weight[1, 0], last.bias[1] = 20, -18  # sounding
        last.weight[2, 0], last.bias[2] = 1, -1  # loudness
        torch.nn.init.normal_(encoder.pool.weight, std=0.1, generator=torch.Generator().manual_seed(0))
        encoder.pool.bias.zero_()
    return encoder.eval()


def damp_when_released(decoder: SpectralDecoder) -> None:
    """Make every key sound evenly while it is held and be gone a frame after."""
    first, _, second, _, last = decoder.excitation.envelope
    with torch.no_grad():
        for parameter in decoder.excitation.envelope.parameters():
            parameter.zero_()
        first.weight[0, 5] = 10  # the feature "released"
        first.weight[1, 6 : 6 + LEAD] = 10  # the frames before the onset
        second.weight[0, :2] = last.weight[:, 0] = 1
        last.weight *= -1


def make_sine_decoder() -> SpectralDecoder:
    """Return a decoder whose keys have their fundamental only."""
    torch.manual_seed(0)
    decoder = SpectralDecoder(channels=2, templates=1).eval()
    damp_when_released(decoder)
    pitch = torch.arange(PITCHES) + LOWEST_PITCH
    away = torch.arange(BINS) - (440 * 2 ** ((pitch[:, None] - 69) / 12)) * 2048 / 44100
    lobe = (torch.sinc(away) / (1 - away**2 + 1e-6)).abs() * (away.abs() < 2)  # of the Hann window
    with torch.no_grad():
        decoder.excitation.templates[:, 0] = torch.log(0.3 * lobe + 1e-7) / 10
    return decoder


def name_tensors(decoder: SpectralDecoder, phases: PhaseTable) -> dict[str, torch.Tensor]:
    """Return what a domain's weight file holds."""
    parts = {f"decoder.{name}": t for name, t in decoder.state_dict().items()}
    return parts | {f"phases.{name}": t for name, t in phases.state_dict().items()}


def write_tiny_model(folder: Path) -> Path:
    """Write a model with the domains "sine" (C5 to C8), which has a WaveNet too, and "comb" (A0 to C8)."""
    add_encoder(
        folder,
        make_sine_encoder().state_dict(),
        config={"kind": "pitch-grid", "channels": 3, "latent": 2},
        card="# Encoder\n",
    )
    torch.manual_seed(0)
    comb = SpectralDecoder(channels=2, templates=2)
    damp_when_released(comb)
    for name, decoder, lowest in (("sine", make_sine_decoder(), 72), ("comb", comb, 21)):
        manifest = add_domain(
            folder,
            name,
            name_tensors(decoder, PhaseTable()),
            config={
                "kind": "spectral",
                "channels": 2,
                "templates": decoder.excitation.templates.shape[1],
                "rms": 0.1,
            },
            sounds_like=f"{name} waves",
            lowest=lowest,
            highest=108,
            card=f"# {name}\n",
        )
    network = WaveNet(WaveNetConfig(1, 3, 8, 8, WIDTH, HOP))
    config = {
        "kind": "wavenet",
        "reads": "notes",
        "rms": 0.1,
        "temperature": 0.9,
        "gain": 2.0,
        "requires": manifest.domain("sine").sha256,
    }
    config["network"] = network.config.as_config()
    add_part(folder, "sine.wavenet", network.state_dict(), config=config, card="# sine, sample by sample\n")
    return folder


MELODY: list[Note] = [
    (0.2, 0.6, 72),
    (0.7, 1.1, 76),
    (1.2, 1.6, 79),
    (1.2, 1.7, 88),
    (1.9, 2.05, 74),
    (2.3, 2.45, 74),
    (2.6, 3.0, 96),
]


@pytest.fixture
def melody() -> list[Note]:
    """Three seconds of notes that the tiny model finds, with a chord and a repeated note."""
    return list(MELODY)


@pytest.fixture(scope="session")
def render_sines() -> Callable[..., np.ndarray]:
    """``render_sines(notes, seconds, sample_rate)``: (N,) float32."""
    return make_sine_wave


@pytest.fixture
def song(melody, render_sines) -> torch.Tensor:
    """The melody in mono at 16 kHz, 3.2 s, (samples,)."""
    return torch.from_numpy(render_sines(melody, 3.2, 16_000))


@pytest.fixture
def file(tmp_path, song) -> Path:
    """The melody as a file of 16 bits in stereo, the right channel half as loud."""
    path = tmp_path / "song.wav"
    soundfile.write(path, np.stack([song.numpy(), 0.5 * song.numpy()], axis=1), 16_000, "PCM_16")
    return path


@pytest.fixture(scope="session")
def encoder() -> NoteEncoder:
    """Finds sinusoids."""
    return NoteEncoder(make_sine_encoder())


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory) -> Path:
    """A model folder called "tiny"; treat it as read-only."""
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def tiny(tiny_model) -> Translator:
    """The tiny model, ready to translate."""
    return Translator.from_pretrained(tiny_model, device="cpu")
