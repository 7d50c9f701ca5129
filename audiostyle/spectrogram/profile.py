"""A style profile: the statistics of recordings in a small file, which is used instead of them.

Means and covariances pool exactly: the profile of two recordings is that of one followed by the other.  A
profile belongs to the network whose features it describes, and says which one that is.  It is a safetensors
file, so reading one runs no code.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from audiostyle.atomic import AtomicFile, explain_errors
from audiostyle.checks import check_paths
from audiostyle.errors import AudiostyleError
from audiostyle.models.device import probe
from audiostyle.models.torch_settings import own_settings
from audiostyle.sound.recording import read_mono
from audiostyle.spectrogram.autoencoder import SpectrogramAutoencoder
from audiostyle.spectrogram.band_statistics import BandStatistics
from audiostyle.spectrogram.bands import BANDS
from audiostyle.spectrogram.complex_features import ComplexFeatures
from audiostyle.spectrogram.levels import FEATURE_RMS, SILENCE_RMS, compute_rms
from audiostyle.spectrogram.log_spectrogram import LogSpectrogram
from audiostyle.style import Moments

SUFFIX = ".style"

PROFILE_RATE = 44_100
"""Hz, to which recordings are resampled.  Above half of its own rate a recording is silent."""

_FORMAT = "audiostyle style profile 1"
_LARGEST = 1e18  # of any number in a profile; far below it overflows nothing
_ROUNDING = 1e-4  # of the largest eigenvalue: what single precision may make of one that is zero
_PARTS = ("count", "mean", "scatter")


@dataclass(frozen=True)
class StyleProfile:
    """The statistics of a style, for every method that can use them.

    Attributes:
        name: what messages call it.
        encoder: sha256 of the weights whose features the statistics for ``"wct"`` describe.
        sources: names of the recordings.
        statistics: method → band statistics, for ``"wct"`` and ``"complex-wct"``.

    Example:
        >>> StyleProfile("rain.style", "0" * 64, ["rain.wav"], {"complex-wct": BandStatistics({})}).name
        'rain.style'
    """

    name: str
    encoder: str
    sources: Sequence[str]
    statistics: Mapping[str, BandStatistics]

    def get_statistics(self, method: str, channels: Mapping[int, int], encoder: str = "") -> BandStatistics:
        """Return the statistics for a method.

        Args:
            method: ``"wct"`` or ``"complex-wct"``.
            channels: of the features of each level that the method transforms.
            encoder: sha256 of the weights that the method uses, if it uses any.

        Raises:
            AudiostyleError: the statistics describe features of another encoder, or are not all there.
        """
        if encoder and encoder != self.encoder:
            raise AudiostyleError(
                f"{self.name}: made with another model; make it anew with 'audiostyle profile make'"
            )
        levels = self.statistics[method].levels if method in self.statistics else {}
        for level, count in channels.items():
            if any(bands.channels != count for bands in levels.get(level, ())) or level not in levels:
                raise AudiostyleError(
                    f"{self.name}: does not fit --method {method}; make it with 'audiostyle profile make'"
                )
        return self.statistics[method]


@own_settings()
def make_profile(
    recordings: Sequence[str | Path],
    backbone: SpectrogramAutoencoder | str | Path | None = None,
    *,
    device: str = "auto",
) -> StyleProfile:
    """Make the profile of recordings, each of which counts by its length.  All are amplified alike.

    Args:
        recordings: audio files.
        backbone: an autoencoder of spectrograms: loaded, or its name, folder or manifest file; None is the
            shipped one.
        device: where to compute: ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``.

    Raises:
        AudioReadError: a recording cannot be read.
        AudiostyleError: one is silent, or the device is not usable here.

    Example:
        >>> import numpy as np, soundfile, tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> soundfile.write(folder / "rain.wav", np.random.default_rng(0).normal(0, 0.1, 4000), 8000)
        >>> profile = make_profile([folder / "rain.wav"], device="cpu")
        >>> profile.name, sorted(profile.statistics)
        ('rain.wav', ['complex-wct', 'wct'])
    """
    where = probe(device)
    recordings = check_paths("recordings", [recordings] if isinstance(recordings, str | Path) else recordings)
    if not recordings:
        raise AudiostyleError("no recording was given; give at least one")
    waves = [_read_sounding(path) for path in recordings]
    model = SpectrogramAutoencoder.of(backbone or SpectrogramAutoencoder.default, str(where))
    power = sum(float(wave.double().square().sum()) for wave in waves) / sum(map(len, waves))
    gain, log_spectrogram = FEATURE_RMS / power**0.5, LogSpectrogram.for_rate(PROFILE_RATE)
    statistics = {
        "wct": BandStatistics.from_waves(waves, log_spectrogram, gain, model.encoder, model.device),
        "complex-wct": ComplexFeatures(log_spectrogram).measure_statistics(waves, gain, where),
    }
    names = [Path(path).name for path in recordings]
    return StyleProfile(", ".join(names), model.manifest.encoder.sha256, names, statistics)


@own_settings()
def save_profile(profile: StyleProfile, path: str | Path) -> None:
    """Write a profile to a file, whole or not at all.

    Args:
        profile: what is saved.
        path: a file, whose name should end in ``.style``.

    Raises:
        AudiostyleError: the file cannot be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "rain.style")
        >>> save_profile(StyleProfile("rain", "0" * 64, ["rain.wav"], {}), path)
        >>> load_profile(path).sources
        ['rain.wav']
    """
    from safetensors.torch import save

    metadata = {"format": _FORMAT, "encoder": profile.encoder, "sources": json.dumps(list(profile.sources))}
    file = AtomicFile(path, AudiostyleError)
    try:
        with explain_errors(str(path), AudiostyleError):
            content = save(dict(_iterate_tensors(profile.statistics)), metadata=metadata)
            file.temporary.write_bytes(_sort_metadata(content))
        file.commit()
    finally:
        file.discard()


@own_settings()
def load_profile(path: str | Path) -> StyleProfile:
    """Read a profile from a file.

    Args:
        path: a file that :func:`save_profile` wrote.

    Raises:
        AudiostyleError: there is no such file, it is not a profile, or it is damaged.

    Example:
        >>> load_profile("rain.style")
        Traceback (most recent call last):
        audiostyle.errors.AudiostyleError: rain.style: no such file
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("format") != _FORMAT:
                raise AudiostyleError(f"{path}: not a style profile; make one with 'audiostyle profile make'")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 — it is no dict
        statistics, sources = _restore_statistics(tensors), json.loads(metadata["sources"])
        if not isinstance(sources, list) or not all(isinstance(name, str) for name in sources):
            raise ValueError("its sources are no list of names")
        return StyleProfile(str(path), metadata["encoder"], sources, statistics)
    except FileNotFoundError:
        raise AudiostyleError(f"{path}: no such file") from None
    except (
        SafetensorError,
        OSError,
        KeyError,
        ValueError,
        IndexError,
        RuntimeError,
        RecursionError,
    ) as error:
        remedy = "make it anew with 'audiostyle profile make'"
        raise AudiostyleError(f"{path}: damaged style profile ({error}); {remedy}") from None


def is_profile(path: str | Path) -> bool:
    """Return whether a file is a profile by its name.

    Example:
        >>> is_profile("rain.style"), is_profile("rain.wav")
        (True, False)
    """
    return Path(path).suffix.lower() == SUFFIX


def _read_sounding(path: str | Path) -> Tensor:
    wave = torch.from_numpy(read_mono(path, PROFILE_RATE))
    if not len(wave) or compute_rms(wave) < SILENCE_RMS:
        raise AudiostyleError(f"{path}: is silent, there is no style in it; choose another recording")
    return wave


def _iterate_tensors(statistics: Mapping[str, BandStatistics]) -> Iterator[tuple[str, Tensor]]:
    """Yield a named tensor for each part of the moments of a level's bands, in single precision."""
    for method, found in statistics.items():
        for level, bands in found.levels.items():
            parts = zip(*((torch.tensor(m.count), m.mean, m.scatter) for m in bands), strict=True)
            for part, values in zip(_PARTS, parts, strict=True):
                stacked = torch.stack(values)
                single = torch.complex64 if stacked.is_complex() else torch.float32
                yield f"{method}.{level}.{part}", stacked.to(single).contiguous()


def _sort_metadata(content: bytes) -> bytes:
    """Sort the metadata of a safetensors file, so that equal profiles are equal files.

    The library writes them in an order that changes from call to call.
    """
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    return content[:8] + text.ljust(size) + content[8 + size :]


def _check_moments(name: str, counts: Tensor, means: Tensor, scatters: Tensor) -> None:
    """Raise ValueError unless counts (bands,), means (bands, C), scatters (bands, C, C) can be moments."""
    channels = means.shape[-1] if means.ndim == 2 else -1
    shapes = [tuple(values.shape) for values in (counts, means, scatters)]
    if shapes != [(BANDS,), (BANDS, channels), (BANDS, channels, channels)] or not channels:
        raise ValueError(f"{name} has wrong shapes")
    if counts.is_complex() or not all(bool((v.abs() < _LARGEST).all()) for v in (counts, means, scatters)):
        raise ValueError(f"{name} has values that no recording has")
    spread = torch.linalg.eigvalsh(scatters)
    if bool((counts < 0).any()) or bool((spread[:, 0] < -_ROUNDING * spread[:, -1].abs() - 1e-9).any()):
        raise ValueError(f"{name} has a negative spread")


def _restore_statistics(tensors: Mapping[str, Tensor]) -> dict[str, BandStatistics]:
    """Undo :func:`_iterate_tensors`."""
    statistics: dict[str, dict[int, list[Moments]]] = {}
    for key in sorted({name.rpartition(".")[0] for name in tensors}):
        method, _, level = key.rpartition(".")
        counts, means, scatters = (tensors[f"{key}.{part}"] for part in _PARTS)
        double = torch.complex128 if means.is_complex() else torch.float64
        _check_moments(key, counts, means.to(double), scatters.to(double))
        statistics.setdefault(method, {})[int(level)] = [
            Moments(float(count), mean.to(double), scatter.to(double))
            for count, mean, scatter in zip(counts, means, scatters, strict=True)
        ]
    return {method: BandStatistics(levels) for method, levels in statistics.items()}
