"""Several domains at once: their folders of recordings, notes for them, and their spectral decoders."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from audiostyle.errors import TrainingError
from audiostyle.models import zoo
from audiostyle.models.manifest import DomainEntry, read_table
from audiostyle.models.saving import check_domain_name
from audiostyle.training.distributed import is_leader, leader_first
from audiostyle.training.loop import Log, Schedule
from audiostyle.training.recordings import find_recordings
from audiostyle.translation.training.domain import DomainSettings, train_domain
from audiostyle.translation.training.medleys import join_short
from audiostyle.translation.training.preparation import hold_out, prepare_recordings
from audiostyle.translation.translator import Translator

Item = TypeVar("Item")

Pairs = list[tuple[Path, Path]]
"""Recordings with their notes: audio and MIDI."""


def gather_recordings(folders: Sequence[Path]) -> dict[str, list[Path]]:
    """Return the recordings in folders and below them by the folder's name, which is the domain's.

    Args:
        folders: of recordings, called like the domains; searched through.

    Raises:
        TrainingError: a name cannot be a domain's or occurs twice, or a folder has no recordings.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp(), "flute")
        >>> folder.mkdir()
        >>> (folder / "one.wav").touch()
        >>> [(name, len(files)) for name, files in gather_recordings([folder]).items()]
        [('flute', 1)]
    """
    recordings: dict[str, list[Path]] = {}
    for folder in folders:
        name = folder.resolve().name
        check_domain_name(name)
        if name in recordings:
            raise TrainingError(f"{folder}: there is a domain {name!r} already; rename one of the folders")
        recordings[name] = find_recordings(folder)
    return recordings


def transcribe_recordings(
    folders: Mapping[str, Path], run: Path, model: str, log: Log
) -> dict[str, tuple[Pairs, Pairs]]:
    """Return every domain's recordings, cut into minutes, with their notes: for training, and held out.

    Notes are those of a MIDI file next to a recording, else those that the model's encoder transcribes.  Of
    several processes the leading one prepares; the others wait for it.

    Args:
        folders: of the recordings, by domain.
        run: folder of the training; the prepared recordings go below it.
        model: name or folder of the model whose encoder transcribes.
        log: of the preparation.

    Raises:
        TrainingError: a domain has too few recordings that can be read.
        ModelNotFound: there is no such model.

    Example:
        >>> import tempfile, soundfile
        >>> import numpy as np
        >>> folder = Path(tempfile.mkdtemp(), "flute")
        >>> folder.mkdir()
        >>> for name in ("one.wav", "two.wav"):
        ...     soundfile.write(folder / name, np.random.default_rng(0).uniform(-0.1, 0.1, 9000), 44100)
        >>> files = transcribe_recordings({"flute": folder}, folder / "run", "universal", lambda line: None)
        >>> [len(part) for part in files["flute"]]
        [1, 1]
    """
    encoder = Translator.from_pretrained(model).encoder

    def prepare(name: str, folder: Path) -> tuple[Pairs, Pairs]:
        def report(done: float, total: float | None) -> None:
            log({"transcribed": done, "recordings": total, "domain": name})

        pairs = prepare_recordings(folder, run / "prepared" / name, encoder, report)
        return split_items(name, join_short(pairs, run / "prepared" / name) or pairs)

    with leader_first():
        return {name: prepare(name, folder) for name, folder in folders.items()}


def split_items(name: str, items: list[Item]) -> tuple[list[Item], list[Item]]:
    """Split a domain's recordings into those for training and held-out ones.

    Raises:
        TrainingError: there is only one.
    """
    training, held_out = hold_out(items)
    if not training:
        raise TrainingError(
            f"domain {name!r}: one recording is not enough to learn and to validate; add more"
        )
    return training, held_out


def train_spectral_decoders(
    files: Mapping[str, tuple[Pairs, Pairs]],
    model: Path,
    run: Path,
    *,
    extends: str,
    steps: int,
    seed: int,
    bfloat16: bool,
    log: Log,
) -> dict[str, DomainEntry]:
    """Train every domain's spectral decoder, add the domains to a model folder, and return their entries.

    A domain that the folder itself has already is not trained again.  Of several processes one trains.

    Args:
        files: recordings for training and for validation, by domain.
        model: the model folder; made if need be.
        run: folder of the checkpoints.
        extends: name or folder of the model whose encoder a new folder inherits.
        steps, seed: of every training.
        bfloat16: train in reduced precision.
        log: of the trainings.

    Raises:
        TrainingError: too little material, or ``run`` belongs to another training.

    Example:
        >>> run, folders = Path("runs/winds"), {"flute": Path("flute"), "oboe": Path("oboe")}
        >>> files = transcribe_recordings(folders, run, "universal", print)  # doctest: +SKIP
        >>> options = {"extends": "universal", "steps": 1000, "seed": 0, "bfloat16": False, "log": print}
        >>> entries = train_spectral_decoders(files, run / "winds", run, **options)  # doctest: +SKIP
    """
    manifest_file = model / f"{model.name}.toml"
    with leader_first():
        own = read_table(manifest_file).get("domains", {}) if manifest_file.is_file() else {}
        assert isinstance(own, dict)
        for name, (training, held_out) in files.items() if is_leader() else ():
            if name not in own:
                train_domain(
                    name,
                    training,
                    held_out,
                    model,
                    run / f"{name}.spectral",
                    schedule=Schedule(steps, 1e-3, validate_every=100, seed=seed),
                    settings=DomainSettings(bfloat16=bfloat16),
                    sounds_like=f"{name}, as in the recordings",
                    extends=extends,
                    log=log,
                )
    manifest = zoo.find_model(model)
    return {name: manifest.domain(name) for name in files}
