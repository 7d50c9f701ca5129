"""Timbre distance: how far two recordings differ in timbre, whatever music they play.

Conventions
-----------
Waves are one-dimensional arrays of samples, ``(samples,)``, at a common rate in hertz; mix stereo down first.
They may differ in length and in what is played.  Distances lie in [0, 1], 0 is best.

Metrics
-------
:func:`timbre_distance`: cosine distance of two embeddings, after Cífka, Ozerov, Şimşekli and Richard,
"Self-supervised VQ-VAE for one-shot music style transfer" (ICASSP 2021).  Mel-frequency cepstral coefficients
2 to 13 every 31 ms at 16 kHz go through a network that was trained on triplets (an instrument, itself with
other music, another instrument) to tell instruments apart.  Their network was never published with a license;
this one is ours, so numbers can be compared with each other, but with theirs only roughly.
"""

from functools import lru_cache
from pathlib import Path

import librosa
import numpy as np
import soxr
import torch
from numpy.typing import ArrayLike, NDArray

from audiostyle.errors import ModelNotFound
from audiostyle.evaluate.validation import to_samples, validate_waves
from audiostyle.models import zoo
from audiostyle.models.loading import check_sizes, explain_misfits, load_weights
from audiostyle.models.timbre import CEPSTRA, TimbreNetwork
from audiostyle.models.torch_settings import own_settings

TIMBRE_RATE = 16_000
"""Hertz."""

TIMBRE_WINDOW = 2048
"""Samples: 128 ms."""

TIMBRE_HOP = 500
"""Samples: 31.25 ms."""

DEFAULT = "timbre"
"""The name of the shipped timbre network."""


def validate(estimate: NDArray[np.float64], reference: NDArray[np.float64], sample_rate: float) -> None:
    """Check that both waves are mono and finite; warn if one is silent.

    Args:
        estimate: the wave to judge, (samples,).
        reference: a wave of the wanted timbre, (samples,).
        sample_rate: of both, in hertz.

    Raises:
        ShapeError: they are not, or the sample rate is not positive.
    """
    validate_waves(sample_rate, estimate=estimate, reference=reference)


def timbre_distance(
    estimate: ArrayLike, reference: ArrayLike, sample_rate: float, model: str | Path = DEFAULT
) -> float:
    """Return one minus the cosine of the two recordings' embeddings.

    Args:
        estimate: the wave to judge, (samples,).
        reference: a wave of the wanted timbre, (samples,), of any length and with any music.
        sample_rate: of both, in hertz; they are resampled to 16 kHz.
        model: name or folder of the timbre network.

    Returns:
        A number in [0, 1].  Level does not matter; silence is at 1 from everything but silence.

    Raises:
        ShapeError: a wave is not mono, is empty or not finite.
        ModelNotFound: there is no such timbre network, or its files are damaged.

    Example:
        >>> wave = np.random.default_rng(0).standard_normal(8_000)
        >>> round(timbre_distance(0.5 * wave, wave, 16_000), 3)
        0.0
    """
    waves = [to_samples("estimate", estimate), to_samples("reference", reference)]
    validate(waves[0], waves[1], sample_rate)
    network = load_network(model)
    one, other = (embed(network, wave, sample_rate) for wave in waves)
    if not one.any() or not other.any():  # silence has no direction
        return float(one.any() or other.any())
    return float(np.clip(1 - one @ other, 0, 1))


def evaluate(
    estimate: ArrayLike, reference: ArrayLike, sample_rate: float, model: str | Path = DEFAULT
) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`timbre_distance` for the arguments."""
    return {"timbre_distance": timbre_distance(estimate, reference, sample_rate, model)}


@own_settings()
def embed(network: TimbreNetwork, wave: NDArray[np.float64], sample_rate: float) -> NDArray[np.float64]:
    """Return the embedding of a wave.

    Args:
        network: a timbre network.
        wave: (samples,).
        sample_rate: in hertz.

    Returns:
        (channels,) of length 1; of length 0 for silence.
    """
    if not wave.any():
        return np.zeros(network.channels)
    cepstra = torch.from_numpy(compute_cepstra(wave, sample_rate))
    with torch.inference_mode():
        point = network(cepstra[None])[0].double().numpy()
    return point / max(float(np.linalg.norm(point)), 1e-12)


def compute_cepstra(wave: NDArray[np.float64], sample_rate: float) -> NDArray[np.float32]:
    """Return mel-frequency cepstral coefficients 2 to 13 of a wave at unit mean power.

    Args:
        wave: (samples,).
        sample_rate: in hertz.

    Returns:
        (12, frames), a frame every 31.25 ms.
    """
    wave = soxr.resample(wave, sample_rate, TIMBRE_RATE)
    wave = wave / max(float(np.sqrt(np.mean(wave**2))), 1e-12)
    cepstra = librosa.feature.mfcc(
        y=np.pad(wave, (0, max(0, TIMBRE_WINDOW - wave.size))),
        sr=TIMBRE_RATE,
        n_mfcc=CEPSTRA + 1,
        n_fft=TIMBRE_WINDOW,
        hop_length=TIMBRE_HOP,
    )
    return cepstra[1:].astype(np.float32)


@lru_cache(maxsize=2)
@own_settings()
def load_network(model: str | Path = DEFAULT) -> TimbreNetwork:
    """Load a timbre network.

    Args:
        model: its name or folder.

    Raises:
        ModelNotFound: there is no such timbre network, or its files are damaged.
    """
    weights = zoo.find_model(model).encoder
    if weights.config.get("kind") != "timbre":
        raise ModelNotFound(f"{weights.file}: not a timbre network; choose a model such as {DEFAULT!r}")
    check_sizes(weights)
    with explain_misfits(weights.file):
        network = TimbreNetwork(int(weights.config["channels"]))
    return load_weights(network, weights).eval().requires_grad_(False)
