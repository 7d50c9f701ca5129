"""A new study: stimuli, plan and texts, written as one folder that appears whole or not at all."""

import secrets
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from audiostyle.errors import AudiostyleError, did_you_mean
from audiostyle.study.design import CHOICE, DESIGNS, PAIRS, REFERENCE, SOURCE, Study, Texts
from audiostyle.study.files import save_study
from audiostyle.study.material import prepare_material
from audiostyle.study.planning import make_plan

CONSENT = (
    "Taking part is voluntary, and you may stop at any time. What is stored: your answers, how long they "
    "took, how often each version was played, the kind of your browser, and what you write at the end. No "
    "name, no address and no account are asked for. A cookie tells your answers from those of others, so "
    "that you can go on later."
)
"""What listeners agree to, unless the study's file says something else."""

MOST_AT_ONCE = 10
"""Systems whose versions can be compared at a glance."""


def create_study(
    folder: str | Path,
    systems: Mapping[str, str | Path],
    question: str,
    *,
    design: str = PAIRS,
    source: str | Path | None = None,
    reference: str | Path | None = None,
    listeners: int = 20,
    trials: int | None = None,
    align_loudness: bool = False,
    seed: int = 0,
) -> tuple[Study, tuple[str, ...]]:
    """Make a study of folders of results.

    Args:
        folder: of the study, which must not exist yet.
        systems: name → folder of its results; versions are matched by their names.
        question: what listeners are asked.
        design: ``"pairs"``, ``"choice"`` or ``"scale"``.
        source: folder of what the systems were applied to; listeners can hear it.
        reference: folder, or one file, of what results should be like; listeners can hear it.
        listeners: how many are planned.
        trials: of each listener; None is about ten minutes' worth.
        align_loudness: bring all versions of an item to one loudness.
        seed: decides every random choice.

    Returns:
        The study, and remarks on its material, a line each.

    Raises:
        AudiostyleError: the folder exists, a name or number is not usable, or see
            :func:`~audiostyle.study.material.prepare_material`.
    """
    target = Path(folder)
    _check(target, systems, question, design, listeners, trials)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".audiostyle-study-", dir=target.parent) as temporary:
        made = Path(temporary, "study")
        made.mkdir()
        material = prepare_material(
            made,
            {name: Path(place) for name, place in systems.items()},
            source=Path(source) if source else None,
            reference=Path(reference) if reference else None,
            align_loudness=align_loudness,
            seed=seed,
        )
        study = Study(
            secrets.token_hex(8),
            design,
            material.medium,
            seed,
            listeners,
            tuple(systems),
            material.items,
            material.stimuli,
            Texts(target.resolve().name, question.strip(), CONSENT),
            make_plan(design, len(systems), len(material.items), trials),
        )
        save_study(study, made)
        try:
            made.rename(target)
        except OSError:  # another file system below, or somebody was faster
            if target.exists():
                raise AudiostyleError(f"{target}: exists already; choose another name") from None
            shutil.move(made, target)
    return study, material.remarks


def _check(
    target: Path,
    systems: Mapping[str, str | Path],
    question: str,
    design: str,
    listeners: int,
    trials: int | None,
) -> None:
    if target.exists():
        raise AudiostyleError(f"{target}: exists already; choose another name, or delete it")
    if design not in DESIGNS:
        near = did_you_mean(design, DESIGNS)
        raise AudiostyleError(f"design {design!r} is not known{near}; use one of {', '.join(DESIGNS)}")
    for name in systems:
        if name in (SOURCE, REFERENCE) or not name.strip() or len(name) > 100:
            raise AudiostyleError(f"a system cannot be called {name!r}; choose another name")
    if not question.strip() or len(question) > 500:
        raise AudiostyleError("a study asks a question of 1 to 500 characters; give one")
    if design == CHOICE and len(systems) > MOST_AT_ONCE:
        raise AudiostyleError(f"{len(systems)} versions are too many to choose from; use the design 'pairs'")
    if not 1 <= listeners <= 100_000 or (trials is not None and not 1 <= trials <= 500):
        raise AudiostyleError("listeners must lie between 1 and 100000, and trials between 1 and 500")
