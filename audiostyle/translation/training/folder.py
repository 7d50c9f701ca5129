"""A new domain from a user's own folder of recordings, without scores."""

from pathlib import Path

import soundfile

from audiostyle.errors import TrainingError
from audiostyle.models.manifest import DomainEntry
from audiostyle.models.saving import check_domain_name, check_folder
from audiostyle.training.loop import Log, Schedule
from audiostyle.translation.training.domain import DomainSettings, train_domain
from audiostyle.translation.training.medleys import join_short
from audiostyle.translation.training.preparation import hold_out, prepare_recordings
from audiostyle.translation.translator import Translator


def train_domain_from_folder(
    name: str,
    folder: Path,
    model: Path,
    run: Path,
    *,
    extends: str,
    sounds_like: str,
    steps: int,
    seed: int,
    bfloat16: bool,
    log: Log,
) -> DomainEntry:
    """Transcribe the recordings in a folder, train a domain on them, and add it to a model folder.

    A tenth of the material is held out of training for validation.  Short recordings, such as single notes,
    are put together; those that cannot be read are left out, and named in the log.

    Args:
        name: of the domain.
        folder: of the recordings, searched through.
        model: the model folder; made if need be.
        run: for the prepared recordings and the checkpoints; a training that was begun there is resumed.
        extends: name or folder of the model whose encoder is used, and whose domains a new folder inherits.
        sounds_like: the sound in words.
        steps, seed: of the training.
        bfloat16: train in reduced precision.
        log: of the preparation and the training.

    Raises:
        TrainingError: the name cannot be a domain's, there is under half a minute of music, no recording can
            be read, the model folder cannot be written, or ``run`` belongs to another training.
        ModelNotFound: there is no model ``extends``.

    Example:
        >>> options = {"extends": "universal", "steps": 1000, "seed": 0, "bfloat16": False, "log": print}
        >>> entry = train_domain_from_folder(
        ...     "flute", Path("flute"), Path("models/mine"), Path("runs/flute"), sounds_like="one", **options
        ... )  # doctest: +SKIP
    """
    check_domain_name(name)
    check_folder(model)
    encoder = Translator.from_pretrained(extends).encoder
    pairs = prepare_recordings(
        folder, run / "prepared", encoder, lambda done, total: log({"transcribed": done, "recordings": total})
    )
    seconds = sum(soundfile.info(audio).duration for audio, _ in pairs)
    training, held_out = hold_out(join_short(pairs, run / "prepared"))
    if not training:
        raise TrainingError(
            f"{folder}: {seconds:.0f} s of sound; a domain needs half a minute at least, ten minutes are good"
        )
    return train_domain(
        name,
        training,
        held_out,
        model,
        run,
        schedule=Schedule(steps, 1e-3, validate_every=100, seed=seed),
        settings=DomainSettings(bfloat16=bfloat16),
        sounds_like=sounds_like,
        extends=extends,
        log=log,
    )
