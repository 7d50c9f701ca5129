"""How far apart two recordings are in timbre, whatever music they play.

Conventions
-----------
Waves are one-dimensional arrays of samples, ``(samples,)``, at a common rate in hertz; mix stereo down first.
They may differ in length and in what is played.  Distances lie in [0, 1], 0 is best.

Metrics
-------
:func:`timbre_distance`: cosine distance of two embeddings, after Cífka, Ozerov, Şimşekli and Richard,
"Self-supervised VQ-VAE for one-shot music style transfer" (ICASSP 2021): mel-frequency cepstral coefficients
2 to 13 every 31 ms at 16 kHz, and a network trained on triplets (an instrument, itself with other music,
another instrument) to tell instruments apart.  Their network was never published with a licence; this one is
ours, so numbers compare with each other and not with theirs to the digit.
"""

from functools import lru_cache
from pathlib import Path

import librosa
import numpy as np
import soxr
import torch
from numpy.typing import ArrayLike, NDArray

from audiostyle.errors import ModelNotFound, ShapeError
from audiostyle.evaluate.validation import check_wave
from audiostyle.models import zoo
from audiostyle.models.loading import explain_misfits, load_weights
from audiostyle.models.timbre import CEPSTRA, TimbreNetwork

TIMBRE_RATE = 16_000  # Hz
TIMBRE_WINDOW = 2048  # samples: 128 ms
TIMBRE_HOP = 500  # samples: 31.25 ms
DEFAULT = "timbre"


def validate(name: str, wave: NDArray[np.float64], sample_rate: float) -> None:
    """Raise :class:`ShapeError` unless a wave is mono and finite; warn if it is silent."""
    if not sample_rate > 0:
        raise ShapeError(f"the sample rate must be positive, got {sample_rate}")
    check_wave(name, wave, stacklevel=4)


def timbre_distance(
    estimate: ArrayLike, reference: ArrayLike, sample_rate: float, model: str | Path = DEFAULT
) -> float:
    """One minus the cosine of the two recordings' embeddings.

    Args:
        estimate: the wave to judge, ``(samples,)``.
        reference: a wave of the wanted timbre, ``(samples,)``, of any length and with any music.
        sample_rate: of both, in hertz; they are resampled to 16 kHz.
        model: name or folder of the timbre network.

    Returns:
        A number in [0, 1].  Level does not matter; silence is at 1 from everything but silence.

    Raises:
        ShapeError: a wave is not mono, is empty or not finite.
        ModelNotFound: there is no such timbre network, or its files are damaged.
    """
    waves = [np.asarray(wave, dtype=np.float64) for wave in (estimate, reference)]
    for name, wave in zip(("estimate", "reference"), waves, strict=True):
        validate(name, wave, sample_rate)
    network = load_network(model)
    one, other = (embed(network, wave, sample_rate) for wave in waves)
    if not one.any() or not other.any():  # silence has no direction
        return float(one.any() or other.any())
    return float(np.clip(1 - one @ other, 0, 1))


def embed(network: TimbreNetwork, wave: NDArray[np.float64], sample_rate: float) -> NDArray[np.float64]:
    """(samples,) → a point (channels,) of length 1; of length 0 for silence."""
    if not wave.any():
        return np.zeros(network.channels)
    heard = torch.from_numpy(compute_cepstra(wave, sample_rate))
    with torch.inference_mode():
        point = network(heard[None])[0].double().numpy()
    return point / max(float(np.linalg.norm(point)), 1e-12)


def compute_cepstra(wave: NDArray[np.float64], sample_rate: float) -> NDArray[np.float32]:
    """(samples,) → (``CEPSTRA``, frames): coefficients 2 to 13, of the wave at unit mean power."""
    wave = soxr.resample(wave, sample_rate, TIMBRE_RATE)
    wave = wave / max(float(np.sqrt(np.mean(wave**2))), 1e-12)
    found = librosa.feature.mfcc(
        y=np.pad(wave, (0, max(0, TIMBRE_WINDOW - wave.size))),
        sr=TIMBRE_RATE,
        n_mfcc=CEPSTRA + 1,
        n_fft=TIMBRE_WINDOW,
        hop_length=TIMBRE_HOP,
    )
    return found[1:].astype(np.float32)


@lru_cache(maxsize=2)
def load_network(model: str | Path = DEFAULT) -> TimbreNetwork:
    """Load a timbre network by name or folder.  Raises ModelNotFound; see :func:`timbre_distance`."""
    weights = zoo.find_model(model).encoder
    if weights.config.get("kind") != "timbre":
        raise ModelNotFound(f"{weights.file}: not a timbre network; choose a model such as {DEFAULT!r}")
    with explain_misfits(weights.file):
        network = TimbreNetwork(int(weights.config["channels"]))
    return load_weights(network, weights).eval().requires_grad_(False)
