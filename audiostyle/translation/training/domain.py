"""Training of a domain: recordings with notes in, a spectral decoder in a model folder out.

The shared encoder is not trained.
"""

import copy
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from audiostyle.errors import TrainingError
from audiostyle.models import zoo
from audiostyle.models.frontend import LOWEST_PITCH, PITCHES
from audiostyle.models.loading import select_tensors
from audiostyle.models.manifest import DomainEntry
from audiostyle.models.phase_table import PhaseTable
from audiostyle.models.saving import add_domain
from audiostyle.models.spectral_decoder import SpectralDecoder
from audiostyle.music.midi import read_midi
from audiostyle.music.performance import Performance
from audiostyle.training.loop import Log, Schedule, train
from audiostyle.translation.note_grid import compute_key_states
from audiostyle.translation.training.decoder import DecoderTask, Item
from audiostyle.translation.training.excerpts import CorpusExcerpts
from audiostyle.translation.training.phases import measure_phases

_VALIDATION_EXCERPTS = 12
_PHASE_EXCERPTS = 80  # over which phases are measured
_VALIDATION_FRAMES = 862  # ten seconds


@dataclass(frozen=True)
class DomainSettings:
    """How a spectral decoder is trained.

    Attributes:
        channels, templates, dynamics, layers: its sizes, see
            :class:`~audiostyle.models.spectral_decoder.SpectralDecoder`.
        frames: length of an excerpt; 256 are three seconds.
        batch: excerpts in a batch.
        start_from: domain of the model, or of the one it extends, whose weights it starts from, if there is
            one; ``nearest`` is whichever fits the recordings best.
        bfloat16: train in reduced precision, several times faster where the processor has matrix units.

    Example:
        >>> DomainSettings(channels=32).start_from
        'nearest'
    """

    channels: int = 160
    templates: int = 4
    frames: int = 256
    batch: int = 8
    start_from: str = "nearest"
    bfloat16: bool = False
    dynamics: int = 0
    layers: int = 10

    def make_decoder(self) -> SpectralDecoder:
        """Return a new decoder of these sizes."""
        return SpectralDecoder(self.channels, self.templates, self.dynamics, self.layers)

    def list_sizes(self) -> dict[str, object]:
        """Return what a manifest says of the decoder's sizes; what is as in older models is left out."""
        sizes: dict[str, object] = {"channels": self.channels, "templates": self.templates}
        return sizes | ({"dynamics": self.dynamics, "layers": self.layers} if self.dynamics else {})


@dataclass(frozen=True)
class KnownInstrument:
    """What is known of a domain's instrument before its decoder is trained.

    Attributes:
        weights: of the decoder, to start from.
        notes: excerpts in which single notes sound alone, to measure phases on.
        lowest, highest: its range, MIDI numbers.
        level: whether the level of its notes can change while they sound.
        bend: semitones by which its notes can be bent.
        source: lines for the card: material, license, whom to name.

    Example:
        >>> KnownInstrument({}, (), 48, 84, level=False).bend
        0.0
    """

    weights: Mapping[str, Tensor]
    notes: tuple[Item, ...]
    lowest: int
    highest: int
    level: bool
    bend: float = 0.0
    source: str = ""


def train_domain(
    name: str,
    files: list[tuple[Path, Path]],
    held_out: list[tuple[Path, Path]],
    model: Path,
    run: Path,
    *,
    schedule: Schedule,
    settings: DomainSettings,
    sounds_like: str,
    extends: str | None,
    log: Log,
    instrument: KnownInstrument | None = None,
) -> DomainEntry:
    """Train a domain's spectral decoder and add the domain to a model folder.

    Args:
        name: of the domain.
        files, held_out: recordings (audio, MIDI) at 44.1 kHz for training and for validation.
        model: the folder.
        run: folder of the checkpoints; a training that was begun there is resumed.
        schedule, settings: how to train.
        sounds_like: the sound in words.
        extends: model whose encoder and domains the folder inherits, where it has none of its own.
        log: of the training.
        instrument: what is known of it; None finds out range, phases and where to start from the recordings.

    Raises:
        TrainingError: too little material, or ``run`` belongs to another training.

    Returns:
        The new domain, as it is in the model.

    Example:
        >>> pairs = [(Path("flute/0000.flac"), Path("flute/0000.mid"))]
        >>> how = {"schedule": Schedule(1000), "settings": DomainSettings(), "log": print}
        >>> what = {"sounds_like": "a flute", "extends": "universal"}
        >>> entry = train_domain(
        ...     "flute", pairs, pairs, Path("models/mine"), Path("runs/flute"), **how, **what
        ... )  # doctest: +SKIP
    """
    task = _make_task(files, held_out, settings, schedule.seed)
    fresh = copy.deepcopy(task.module.state_dict())
    known = dict(instrument.weights) if instrument else None
    start = known or _find_start_weights(task, settings.start_from, model, extends) or fresh
    task.module.load_state_dict(start)
    config = {"domain": name, **asdict(settings)}
    best = train(task, schedule, run, config, log) if schedule.steps else task.module
    assert isinstance(best, SpectralDecoder)
    material = _spread_items(CorpusExcerpts(files, _VALIDATION_FRAMES), _PHASE_EXCERPTS)
    phases = measure_phases(best, instrument.notes if instrument else material)
    lowest, highest = (instrument.lowest, instrument.highest) if instrument else measure_range(files)
    error = -task.validate(best)["score"]
    manifest = add_domain(
        model,
        name,
        _name_tensors(best, phases),
        config={"kind": "spectral"} | settings.list_sizes() | {"rms": _measure_rms(material)},
        sounds_like=sounds_like,
        lowest=lowest,
        highest=highest,
        card=_card(name, sounds_like, files, schedule, error, instrument.source if instrument else ""),
        measured={"mel_error_db": round(error, 2)},
        extends=extends,
        bend=instrument.bend if instrument else 0.0,
        level=instrument.level if instrument else False,
    )
    return manifest.domain(name)


def _make_task(
    files: list[tuple[Path, Path]], held_out: list[tuple[Path, Path]], settings: DomainSettings, seed: int
) -> DecoderTask:
    """Return the task of a new decoder; its weights depend on the seed alone."""
    training = CorpusExcerpts(files, settings.frames)
    validation = _spread_items(CorpusExcerpts(held_out, _VALIDATION_FRAMES), _VALIDATION_EXCERPTS)
    torch.manual_seed(seed)
    return DecoderTask(
        settings.make_decoder(),
        lambda rng: _make_item(training.draw(rng), training.frames),
        validation,
        batch=settings.batch,
        seed=seed,
        bfloat16=settings.bfloat16,
    )


def _make_item(excerpt: tuple[np.ndarray, Performance], frames: int) -> Item:
    """Turn the notes of an excerpt into key states."""
    wave, performance = excerpt
    return wave, compute_key_states(performance, frames)


def _spread_items(excerpts: CorpusExcerpts, count: int) -> list[Item]:
    """Return about ``count`` excerpts that are spread evenly over all recordings."""
    return [_make_item(excerpt, excerpts.frames) for excerpt in excerpts.spread(count)]


def _find_start_weights(
    task: DecoderTask, start_from: str, model: Path, extends: str | None
) -> dict[str, Tensor] | None:
    """Return the weights to start from: of the domains of fitting size, the best on held-out recordings."""
    parent = model if (model / f"{model.name}.toml").is_file() else extends
    domains = zoo.find_model(parent).domains if parent else {}
    fitting = {}
    for name in domains if start_from == "nearest" else {start_from} & domains.keys():
        weights = select_tensors(domains[name], "decoder.")
        try:
            task.module.load_state_dict(weights)
        except RuntimeError:
            continue  # the domain's decoder has other sizes
        fitting[name] = (task.validate(task.module)["score"], weights)
    return max(fitting.values(), key=lambda pair: pair[0])[1] if fitting else None


def _name_tensors(decoder: SpectralDecoder, phases: PhaseTable) -> dict[str, Tensor]:
    """Return the tensors of decoder and phase table by name, in half precision, which is inaudible."""
    parts = {f"decoder.{name}": tensor for name, tensor in decoder.state_dict().items()}
    parts |= {f"phases.{name}": tensor for name, tensor in phases.state_dict().items()}
    return {name: tensor.detach().to(torch.float16).contiguous() for name, tensor in parts.items()}


def _measure_rms(items: list[Item]) -> float:
    """Return the root mean square over all excerpts."""
    return round(float(np.sqrt(np.mean([np.mean(wave**2) for wave, _ in items]))), 5)


def measure_range(files: list[tuple[Path, Path]]) -> tuple[int, int]:
    """Return the range of the pitches in recordings, without the rarest, at least an octave wide.

    Args:
        files: audio and MIDI.

    Returns:
        The lowest and the highest pitch, MIDI numbers from 21 to 108.

    Raises:
        TrainingError: there are no notes at all.

    Example:
        >>> import tempfile
        >>> from audiostyle.music.midi import write_midi
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> notes = np.array([(0.0, 0.5, 60, 90, 0), (0.5, 1.0, 84, 90, 0)], NOTE_DTYPE)
        >>> midi = Path(tempfile.mkdtemp(), "song.mid")
        >>> write_midi(Performance(notes), midi)
        >>> measure_range([(midi.with_suffix(".wav"), midi)])
        (60, 84)
    """
    pitches = np.concatenate([read_midi(midi).get_pitched_notes()["pitch"] for _, midi in files])
    if not len(pitches):
        raise TrainingError("no notes were found in the recordings; are they music, at an audible level?")
    low, high = (int(p) for p in np.percentile(pitches, [0.05, 99.95], method="nearest"))
    spare = max(0, 12 - (high - low))
    low, high = low - (spare + 1) // 2, high + spare // 2
    bottom, top = LOWEST_PITCH, LOWEST_PITCH + PITCHES - 1
    return max(bottom, min(low, top - 12)), min(top, max(high, bottom + 12))


def _card(
    name: str,
    sounds_like: str,
    files: list[tuple[Path, Path]],
    schedule: Schedule,
    error: float,
    source: str,
) -> str:
    seconds = sum(CorpusExcerpts([pair], 2).lengths[0] for pair in files) / 44100
    how = "Measured on single notes of every key, at several dynamics, held and released"
    if schedule.steps:
        how = f"Trained on {seconds / 60:.0f} minutes of recordings in {schedule.steps} steps"
    return (
        f"# {name}\n\n{sounds_like}\n\n- {how}.\n"
        f"- Error of the log mel spectrum on held-out recordings: {error:.2f} dB.\n{source}"
    )
