"""A style profile: the statistics of recordings as a small file, to be used instead of them.

Means and covariances pool exactly: the profile of two recordings is that of one after the other.  A profile
belongs to the networks whose features it describes, and says which those are.  It is a safetensors file,
which runs no code when it is read.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from audiostyle.atomic import AtomicFile, explain_errors
from audiostyle.errors import AudiostyleError
from audiostyle.sound.recording import read_mono
from audiostyle.spectrogram.autoencoder import SpectrogramAutoencoder
from audiostyle.spectrogram.band_statistics import BandStatistics
from audiostyle.spectrogram.complex_wct import ComplexFeatures
from audiostyle.spectrogram.inputs import LEVEL, SILENCE
from audiostyle.spectrogram.log_spectrogram import LogSpectrogram
from audiostyle.style import Moments

SUFFIX = ".style"
RATE = 44_100
"""Hz, to which recordings are brought; what a recording has no part in above its own rate is silent."""

_FORMAT = "audiostyle style profile 1"
_PARTS = ("count", "mean", "scatter")


@dataclass(frozen=True)
class StyleProfile:
    """Textures by method.

    Attributes:
        name: for messages.
        encoder: sha256 of the weights that the textures of ``"wct"`` are features of.
        sources: names of the recordings.
    """

    name: str
    encoder: str
    sources: Sequence[str]
    textures: Mapping[str, BandStatistics]

    def texture(self, method: str, encoder: str = "") -> BandStatistics:
        """Return what ``method`` needs; raises AudiostyleError where features are of another encoder."""
        if encoder and encoder != self.encoder:
            raise AudiostyleError(
                f"{self.name}: made with another model; make it anew with 'audiostyle profile make'"
            )
        return self.textures[method]


def make_profile(paths: Sequence[str | Path], networks: SpectrogramAutoencoder | None = None) -> StyleProfile:
    """Return the profile of recordings, each counting by its length, all amplified alike.

    Raises:
        AudioReadError: one cannot be read.
        AudiostyleError: one is silent.
    """
    waves = [_find_sounding(path) for path in paths]
    model = networks or SpectrogramAutoencoder.from_pretrained()
    power = sum(float(wave.double().square().sum()) for wave in waves) / sum(map(len, waves))
    gain, drawing = LEVEL / power**0.5, LogSpectrogram.at(RATE)
    textures = {
        "wct": BandStatistics.of(waves, drawing, gain, model.encoder),
        "complex-wct": ComplexFeatures(drawing).texture(waves, gain),
    }
    names = [Path(path).name for path in paths]
    return StyleProfile(", ".join(names), model.manifest.encoder.sha256, names, textures)


def save_profile(profile: StyleProfile, path: str | Path) -> None:
    """Write a profile, whole or not at all; raises AudiostyleError where that is impossible."""
    from safetensors.torch import save

    told = {"format": _FORMAT, "encoder": profile.encoder, "sources": json.dumps(list(profile.sources))}
    file = AtomicFile(path, AudiostyleError)
    try:
        with explain_errors(str(path), AudiostyleError):
            file.temporary.write_bytes(save(dict(_tensors(profile.textures)), metadata=told))
        file.commit()
    finally:
        file.discard()


def load_profile(path: str | Path) -> StyleProfile:
    """Read a profile; raises AudiostyleError where there is none, or it is damaged."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            told = file.metadata() or {}
            if told.get("format") != _FORMAT:
                raise AudiostyleError(f"{path}: not a style profile; make one with 'audiostyle profile make'")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 — it is no dict
        textures = _restore_statistics(tensors)
        return StyleProfile(str(path), told["encoder"], json.loads(told["sources"]), textures)
    except FileNotFoundError:
        raise AudiostyleError(f"{path}: no such file") from None
    except (SafetensorError, OSError, KeyError, ValueError, IndexError) as error:
        remedy = "make it anew with 'audiostyle profile make'"
        raise AudiostyleError(f"{path}: damaged style profile ({error}); {remedy}") from None


def is_profile(path: str | Path) -> bool:
    """Return whether a file is to be read as a profile, by its name."""
    return Path(path).suffix.lower() == SUFFIX


def _find_sounding(path: str | Path) -> Tensor:
    wave = torch.from_numpy(read_mono(path, RATE))
    if not len(wave) or float(wave.double().square().mean().sqrt()) < SILENCE:
        raise AudiostyleError(f"{path}: is silent, there is no style in it; choose another recording")
    return wave


def _tensors(textures: Mapping[str, BandStatistics]) -> Iterator[tuple[str, Tensor]]:
    """Yield a tensor for each part of the moments of a level's bands."""
    for method, texture in textures.items():
        for level, bands in texture.levels.items():
            parts = zip(*((torch.tensor(m.count), m.mean, m.scatter) for m in bands), strict=True)
            for part, values in zip(_PARTS, parts, strict=True):
                stacked = torch.stack(values)
                single = torch.complex64 if stacked.is_complex() else torch.float32
                yield f"{method}.{level}.{part}", stacked.to(single).contiguous()


def _restore_statistics(tensors: Mapping[str, Tensor]) -> dict[str, BandStatistics]:
    """Undo :func:`_tensors`."""
    textures: dict[str, dict[int, list[Moments]]] = {}
    for key in sorted({name.rpartition(".")[0] for name in tensors}):
        method, _, level = key.rpartition(".")
        counts, means, scatters = (tensors[f"{key}.{part}"] for part in _PARTS)
        double = torch.complex128 if means.is_complex() else torch.float64
        textures.setdefault(method, {})[int(level)] = [
            Moments(float(count), mean.to(double), scatter.to(double))
            for count, mean, scatter in zip(counts, means, scatters, strict=True)
        ]
    return {method: BandStatistics(levels) for method, levels in textures.items()}
