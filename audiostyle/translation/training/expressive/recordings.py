"""Training recordings: players rendered and mixed, with the targets of all of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audiostyle.translation.training.expressive.ensembles import draw_ensemble
from audiostyle.translation.training.expressive.material import FRAMES, SAMPLES, TrainingMaterial
from audiostyle.translation.training.expressive.players import RenderablePart
from audiostyle.translation.training.expressive.targets import (
    QuantizedTargets,
    measure_level_offset,
    rasterize_parts,
)


class RenderedRecording(NamedTuple):
    """A recording and what is to be found in it.

    Attributes:
        wave: (SAMPLES,) float32 at 22,050 Hz.
        targets: of FRAMES frames.

    Example:
        >>> silence = mix_players([], np.random.default_rng(0))
        >>> type(silence).__name__, silence.wave.dtype.name
        ('RenderedRecording', 'float32')
    """

    wave: NDArray[np.float32]
    targets: QuantizedTargets


def make_recording(material: TrainingMaterial, seed: Sequence[int]) -> RenderedRecording:
    """Make the recording of a seed, which depends on nothing but the seed and the material.

    Args:
        material: with at least one soundfont.
        seed: one or more numbers ≥ 0.

    Example:
        >>> recording = make_recording(material, [0, 17])  # doctest: +SKIP
    """
    rng = np.random.default_rng(list(seed))
    return mix_players(draw_ensemble(material, rng), rng)


def mix_players(players: Sequence[RenderablePart], rng: np.random.Generator) -> RenderedRecording:
    """Render players and mix them, each up to 6 dB louder or softer than it plays.

    Example:
        >>> recording = mix_players([], np.random.default_rng(0))
        >>> recording.wave.shape == (SAMPLES,), bool(recording.targets.flags.any())
        (True, False)
    """
    wave = np.zeros(SAMPLES, np.float32)
    parts, offsets = [], []
    for part, render in players:
        gain = float(rng.uniform(-6, 6)) if len(players) > 1 else 0.0
        sound = render(part)
        offsets.append(measure_level_offset(part, sound, FRAMES))
        wave += sound * np.float32(10 ** (gain / 20))
        parts.append(replace(part, gain=gain))
    return RenderedRecording(wave, rasterize_parts(parts, offsets, FRAMES))
