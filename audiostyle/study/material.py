"""From folders of results to the stimuli of a study: matched, checked, brought to one loudness on request.

Every version is decoded and written anew, so that nothing about a file tells what made it: neither its name
nor its tags, neither its format nor its size.  Sound becomes FLAC of 16 bits, pictures become PNG in sRGB of
at most :data:`LONGEST_SIDE`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import AudiostyleError
from audiostyle.evaluate.pairing import PICTURE, SOUND, find_files, find_medium, match_items
from audiostyle.study.design import REFERENCE, SOURCE, Stimulus
from audiostyle.study.files import MEDIA

Floats = NDArray[np.float32]

LONGEST_SIDE = 1600
"""Pixels of a picture's longer side; larger ones are made smaller, all versions alike."""

UNEQUAL_SECONDS = 0.1
"""Difference of lengths from which on it is remarked."""

UNEQUAL_LOUDNESS = 1.0
"""LU between systems from which on it is remarked: louder is taken for better."""

_TRAPS = 4  # versions that are made worse, at most
_TRAP_LEVELS = 4  # steps of the samples of such a version, with noise: a grating sound
_TRAP_NOISE = 0.5  # of the peak
_TRAP_BLOCKS = 24  # of the longer side of such a picture


@dataclass(frozen=True)
class Material:
    """The stimuli of a study.

    Attributes:
        medium: ``"sound"`` or ``"picture"``.
        items: that all systems have.
        stimuli: files that were written.
        remarks: what is worth knowing about them, a line each.
    """

    medium: str
    items: tuple[str, ...]
    stimuli: tuple[Stimulus, ...]
    remarks: tuple[str, ...]


def prepare_material(
    folder: Path,
    systems: Mapping[str, Path],
    *,
    source: Path | None = None,
    reference: Path | None = None,
    align_loudness: bool = False,
    traps: bool = True,
    seed: int = 0,
) -> Material:
    """Write the stimuli of a study.

    Args:
        folder: of the study; its folder of media is filled.
        systems: name → folder of its results, two or more.
        source: folder of what the systems were applied to.
        reference: folder of what results should be like, matched by name; or a single file for all items.
        align_loudness: bring all versions of an item to one integrated loudness (ITU-R BS.1770), that of the
            softest, so that nothing is clipped.
        traps: whether some versions are also made worse, for screening.
        seed: decides the names of files and which versions are made worse.

    Raises:
        AudiostyleError: there are fewer than two systems, folders have nothing in common, a file cannot be
            read, or sound and pictures are mixed.
    """
    if len(systems) < 2:
        raise AudiostyleError("a study compares systems; name two or more")
    medium = find_medium(next(iter(systems.values())))
    matching = match_items({**systems, **({SOURCE: source} if source else {})}, medium)
    versions = {item: dict(found) for item, found in matching.items.items()}
    remarks = [
        f"{name} has {len(rest)} that others lack, such as {rest[0]!r}; left out"
        for name, rest in matching.left_out.items()
    ]
    if reference:
        remarks += _add_references(versions, reference, medium)
    if align_loudness and medium == PICTURE:
        raise AudiostyleError("pictures have no loudness; leave out --align-loudness")
    writer = _Writer(folder, medium, seed)
    stimuli = [
        stimulus
        for item, found in versions.items()
        for stimulus in writer.write_item(item, found, align_loudness)
    ]
    remarks += _remark(stimuli, tuple(systems), medium, aligned=align_loudness)
    if traps:
        stimuli += writer.write_traps(stimuli, tuple(systems))
    return Material(medium, tuple(versions), tuple(stimuli), tuple(remarks))


def degrade_sound(wave: Floats, random: np.random.Generator) -> Floats:
    """Make a recording plainly worse: a few coarse steps, and noise where they would be silent.

    Args:
        wave: (channels, samples).
        random: makes the noise.

    Returns:
        (channels, samples), as loud as before in root mean square.
    """
    peak = max(float(np.abs(wave).max()), 1e-9)
    noisy = wave / peak + random.uniform(-_TRAP_NOISE, _TRAP_NOISE, wave.shape)
    coarse = np.round(noisy * _TRAP_LEVELS / 2) / (_TRAP_LEVELS / 2)
    wanted, own = (float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) for sound in (wave, coarse))
    return (coarse * (wanted / max(own, 1e-9))).clip(-1, 1).astype(np.float32)


def degrade_picture(pixels: Floats) -> Floats:
    """Make a picture plainly worse: coarse blocks of their mean color.

    Args:
        pixels: (H, W, 3) in [0, 1].
    """
    size = max(2, round(max(pixels.shape[:2]) / _TRAP_BLOCKS))
    rows, columns = (np.arange(length) // size for length in pixels.shape[:2])
    blocks = np.zeros((rows[-1] + 1, columns[-1] + 1, 3))
    np.add.at(blocks, (rows[:, None], columns[None, :]), pixels)
    count = np.bincount(rows)[:, None, None] * np.bincount(columns)[None, :, None]
    return (blocks / count)[rows][:, columns].astype(np.float32)


class _Writer:
    """Writes stimuli under names that tell nothing."""

    def __init__(self, folder: Path, medium: str, seed: int) -> None:
        self._folder, self._medium, self._seed = folder, medium, seed
        self._random = np.random.default_rng([seed, 1])
        (folder / MEDIA).mkdir(parents=True, exist_ok=True)

    def write_item(self, item: str, versions: Mapping[str, Path], align: bool) -> list[Stimulus]:
        """Write all versions of an item."""
        if self._medium == PICTURE:
            return [self._write_picture(name, item, path) for name, path in versions.items()]
        from audiostyle.sound.loudness import measure_loudness
        from audiostyle.sound.reading import read_audio

        sounds = {name: read_audio(path) for name, path in versions.items()}
        loudness = {name: measure_loudness(wave, rate) for name, (wave, rate) in sounds.items()}
        for name, level in loudness.items():
            if not np.isfinite(level):
                raise AudiostyleError(f"{versions[name]}: is silent; a study cannot compare it")
        target = min(loudness.values())
        stimuli = []
        for name, (wave, rate) in sounds.items():
            gain = target - loudness[name] if align else 0.0
            facts = {"seconds": wave.shape[1] / rate, "lufs": loudness[name], "gain_db": gain}
            stimuli.append(self._write_sound(name, item, wave * np.float32(10 ** (gain / 20)), rate, facts))
        return stimuli

    def write_traps(self, stimuli: Sequence[Stimulus], systems: tuple[str, ...]) -> list[Stimulus]:
        """Make some versions worse, of different items and systems as far as there are any."""
        own = [s for s in stimuli if s.system in systems]
        items = list(dict.fromkeys(s.item for s in own))
        chosen = [
            next(s for s in own if s.item == item and s.system == systems[n % len(systems)])
            for n, item in enumerate(self._random.permutation(items)[:_TRAPS].tolist())
        ]
        return [self._degrade(stimulus) for stimulus in chosen]

    def _degrade(self, stimulus: Stimulus) -> Stimulus:
        from audiostyle.image.io.files import PictureFile, read_picture
        from audiostyle.sound.reading import read_audio

        path = self._folder / stimulus.file
        if self._medium == PICTURE:
            worse = PictureFile(degrade_picture(read_picture(path).pixels))
            return self._store_picture(stimulus.system, stimulus.item, worse, stimulus.facts, degraded=True)
        wave, rate = read_audio(path)
        noisy = degrade_sound(wave, self._random)
        written = self._write_sound(
            stimulus.system, stimulus.item, noisy, rate, stimulus.facts, degraded=True
        )
        return replace(written, facts=stimulus.facts)

    def _write_sound(
        self, system: str, item: str, wave: Floats, rate: int, facts: dict[str, float], degraded: bool = False
    ) -> Stimulus:
        from audiostyle.sound.writing import AudioWriter

        key = self._make_key(system, item, degraded)
        file = f"{MEDIA}/{key}.flac"
        with AudioWriter(self._folder / file, rate, len(wave), subtype="PCM_16") as writer:
            writer.write(wave)
        return Stimulus(
            key, system, item, file, degraded, {name: round(value, 3) for name, value in facts.items()}
        )

    def _write_picture(self, system: str, item: str, path: Path) -> Stimulus:
        from audiostyle.image.io import icc
        from audiostyle.image.io.files import PictureFile, read_picture

        found = read_picture(path)
        pixels = icc.convert(found.pixels, found.profile, None)
        if found.alpha is not None:  # on white, as the page shows it
            pixels = pixels * found.alpha[..., None] + (1 - found.alpha[..., None])
        height, width = pixels.shape[:2]
        facts = {"width": float(width), "height": float(height)}
        return self._store_picture(system, item, PictureFile(_shrink(pixels)), facts)

    def _store_picture(
        self, system: str, item: str, picture: "object", facts: dict[str, float], degraded: bool = False
    ) -> Stimulus:
        from audiostyle.image.io.files import write_picture

        key = self._make_key(system, item, degraded)
        file = f"{MEDIA}/{key}.png"
        write_picture(self._folder / file, picture)  # type: ignore[arg-type]  # imported where it is needed
        return Stimulus(key, system, item, file, degraded, facts)

    def _make_key(self, system: str, item: str, degraded: bool) -> str:
        text = f"{self._seed}\0{system}\0{item}\0{degraded}\0{self._random.integers(2**62)}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _shrink(pixels: Floats) -> Floats:
    """Return a picture whose longer side is at most :data:`LONGEST_SIDE`."""
    height, width = pixels.shape[:2]
    factor = LONGEST_SIDE / max(height, width)
    if factor >= 1:
        return np.ascontiguousarray(pixels.clip(0, 1), dtype=np.float32)
    from PIL import Image

    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    planes = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(pixels[..., c])).resize(size, Image.Resampling.LANCZOS)
        )
        for c in range(3)
    ]
    return np.stack(planes, axis=2).clip(0, 1)


def _add_references(versions: dict[str, dict[str, Path]], reference: Path, medium: str) -> list[str]:
    """Add what results should be like to each item that has it; returns remarks."""
    if reference.is_file():
        for found in versions.values():
            found[REFERENCE] = reference
        return []
    files = find_files(reference, medium)
    if not files:
        raise AudiostyleError(f"{reference}: holds no {medium}s")
    for item, found in versions.items():
        if item in files:
            found[REFERENCE] = files[item]
        elif len(files) == 1:
            found[REFERENCE] = next(iter(files.values()))
    missing = [item for item, found in versions.items() if REFERENCE not in found]
    return [f"{reference} has nothing for {len(missing)} items, such as {missing[0]!r}"] if missing else []


def _remark(stimuli: Sequence[Stimulus], systems: tuple[str, ...], medium: str, aligned: bool) -> list[str]:
    """Return what is worth knowing: versions of different lengths or sizes, systems of different loudness."""
    judged = [s for s in stimuli if s.system in systems]
    remarks = []
    for item in dict.fromkeys(s.item for s in judged):
        facts = {s.system: s.facts for s in judged if s.item == item}
        if medium == SOUND:
            seconds = {name: own["seconds"] for name, own in facts.items()}
            if max(seconds.values()) - min(seconds.values()) > UNEQUAL_SECONDS:
                shown = ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items())
                remarks.append(f"{item}: versions differ in length ({shown})")
        elif len({(own["width"], own["height"]) for own in facts.values()}) > 1:
            shown = ", ".join(f"{name} {own['width']:.0f}×{own['height']:.0f}" for name, own in facts.items())
            remarks.append(f"{item}: versions differ in size ({shown})")
    if medium == SOUND and not aligned:
        means = {
            name: float(np.mean([s.facts["lufs"] for s in judged if s.system == name])) for name in systems
        }
        if max(means.values()) - min(means.values()) > UNEQUAL_LOUDNESS:
            shown = ", ".join(f"{name} {value:.1f} LUFS" for name, value in means.items())
            remarks.append(
                f"systems differ in loudness ({shown}), which listeners take for quality; --align-loudness"
            )
    return remarks
