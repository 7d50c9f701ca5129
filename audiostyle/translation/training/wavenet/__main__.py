"""Commands that train a WaveNet of a domain against the clock.

    python -m audiostyle.translation.training.wavenet render samples/salamander MATERIAL --minutes 20
    python -m audiostyle.translation.training.wavenet train MATERIAL --out RUN --domain piano --order 32
    python -m audiostyle.translation.training.wavenet export RUN MODEL

``render`` lets a sampled instrument, or a program of a soundfont, play.  ``train`` needs an accelerator to
be of much use: on a core of a CPU it takes in 40,000 samples a second.  ``export`` adds the network to a
folder of a model that has the domain.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch

from audiostyle.errors import AudiostyleError
from audiostyle.models import zoo
from audiostyle.models.wavenet.network import WaveNetConfig
from audiostyle.translation.training.wavenet.export import add_timed_wavenet
from audiostyle.translation.training.wavenet.material import (
    SPLITS,
    Material,
    read_material,
    render_material,
    write_material,
)
from audiostyle.translation.training.wavenet.resident_excerpts import ResidentExcerpts
from audiostyle.translation.training.wavenet.residuals import compute_residual
from audiostyle.translation.training.wavenet.timed_training import TimedSettings, TimedWaveNet, round_gain
from audiostyle.translation.wavenet.companding import Companding
from audiostyle.translation.wavenet.conditioning import BENT_WIDTH, HOP, WIDTH
from audiostyle.translation.wavenet.loading import FILTERS, load_predictor
from audiostyle.translation.wavenet.lpc import ORDER, LinearPredictor

_SIZES = ("steps", "batch", "frames", "average", "seed")
_RATES = ("adam", "muon", "save_every")


def main(arguments: list[str] | None = None) -> None:
    """Run one of the commands.

    Args:
        arguments: of the command line; None is those of the process.
    """
    options = _parse_arguments(arguments)
    try:
        options.run(options)
    except AudiostyleError as error:
        sys.exit(f"{error}")


def _parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}", description=(__doc__ or "").split("\n")[0]
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("render", help="let an instrument play the material")
    command.add_argument("instrument", type=Path, help="folder of notes, SFZ file or soundfont")
    command.add_argument("out", type=Path)
    command.add_argument("--program", default="0", help="of a soundfont")
    command.add_argument("--minutes", type=float, default=20.0)
    command.add_argument("--held-out", type=float, default=1.0, help="minutes (default: 1)")
    command.add_argument("--bits", type=int, default=16, choices=range(8, 17), help="of a sample")
    command.add_argument("--expressive", action="store_true", help="notes have curves")
    command.add_argument("--seed", type=int, default=0)
    command.set_defaults(run=_render)
    command = commands.add_parser("train", help="train against the clock, on the GPU if there is one")
    command.add_argument("material", type=Path)
    command.add_argument("--out", type=Path, required=True, help="folder of the weights and the log")
    command.add_argument("--seconds", type=float, default=480.0, help="for the whole command (default: 480)")
    command.add_argument("--domain", required=True, help="whose filters are used")
    command.add_argument("--model", default="universal", help="that has the domain")
    command.add_argument("--order", type=int, default=ORDER, help="of the filters; 0 is without")
    command.add_argument("--spread", type=int, default=1, help="frames that filters are averaged over")
    command.add_argument("--floor", type=float, default=1e-9, help="white noise that filters count with")
    command.add_argument("--partials", type=int, default=4, help="of a key that filters have lines for")
    command.add_argument("--bends", action="store_true", help="the network reads how keys are bent")
    command.add_argument("--channels", type=int, default=64)
    command.add_argument("--skips", type=int, default=128)
    command.add_argument("--blocks", type=int, default=2)
    command.add_argument("--layers", type=int, default=10)
    command.add_argument("--start", type=Path, help="a state.pt to go on from")
    command.add_argument("--weights", type=Path, help="a final.safetensors to begin with, of the same sizes")
    command.add_argument("--single", action="store_true", help="compute in single precision")
    for name in _SIZES:
        command.add_argument(f"--{name}", type=int)
    for name in _RATES:
        command.add_argument(f"--{name.replace('_', '-')}", type=float)
    command.set_defaults(run=_train)
    command = commands.add_parser("export", help="add the network to a model")
    command.add_argument("training", type=Path, help="folder of the weights and the log")
    command.add_argument("model", type=Path, help="folder of a model that has the domain")
    command.add_argument("--temperature", type=float, default=1.0)
    command.set_defaults(run=_export)
    return parser.parse_args(arguments)


def _render(options: argparse.Namespace) -> None:
    from audiostyle.music.samples.opening import open_instrument

    instrument = open_instrument(options.instrument, options.program)
    for split, minutes in zip(SPLITS, (options.minutes, options.held_out), strict=True):
        expressive = options.expressive
        material = render_material(instrument, split, minutes, options.seed, expressive=expressive)
        write_material(options.out, split, material, bits=options.bits)
        size = (options.out / f"{split}.flac").stat().st_size
        print(f"{split}: {len(material.performance.notes)} notes, {size / 1e6:.1f} MB", flush=True)


def _train(options: argparse.Namespace) -> None:
    began = time.monotonic()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    predictor = _load_predictor(options)
    waves, materials = {}, {}
    for split in SPLITS:
        materials[split] = read_material(options.material, split)
        waves[split] = _get_coded_wave(materials[split], predictor, device)
    gain, train = round_gain(waves["train"]), materials["train"].wave
    about: dict[str, object] = {
        "domain": options.domain,
        "filters": {name: getattr(options, name) for name in FILTERS} if predictor else None,
        "gain": gain,
        "rms": round(float(np.sqrt(np.mean(train.astype(np.float64) ** 2))), 5),
        "bends": options.bends,
        "minutes": round(len(train) / 16000 / 60, 1),
        "requires": zoo.find_model(options.model).domain(options.domain).sha256 if predictor else None,
    }
    companding = Companding(gain)
    excerpts = {
        split: ResidentExcerpts(
            companding.encode(waves[split]), materials[split].performance, device, bends=options.bends
        )
        for split in SPLITS
    }
    config = WaveNetConfig(
        options.blocks,
        options.layers,
        options.channels,
        options.skips,
        condition=BENT_WIDTH if options.bends else WIDTH,
        hop=HOP,
    )
    training = TimedWaveNet(
        config, excerpts["train"], excerpts["valid"], _make_settings(options), about, options.out, _print_row
    )
    if options.weights:
        training.begin_with(options.weights)
    if options.start:
        training.resume(options.start)
    print(f"{time.monotonic() - began:.1f} s of preparation, gain {gain}, on {device}", flush=True)
    training.limit_seconds(options.seconds - (time.monotonic() - began))
    training.run()


def _load_predictor(options: argparse.Namespace) -> LinearPredictor | None:
    if not options.order:
        return None
    domain = zoo.find_model(options.model).domain(options.domain)
    return load_predictor(domain, **{name: getattr(options, name) for name in FILTERS})


def _get_coded_wave(
    material: Material, predictor: LinearPredictor | None, device: torch.device
) -> np.ndarray:
    if predictor is None:
        return material.wave
    return compute_residual(predictor, material.wave, material.performance, device)


def _make_settings(options: argparse.Namespace) -> TimedSettings:
    given = {name: getattr(options, name) for name in (*_SIZES, *_RATES)}
    chosen = {name: value for name, value in given.items() if value is not None}
    return TimedSettings(options.seconds, bfloat16=not options.single, **chosen)


def _print_row(row: dict[str, float]) -> None:
    print(json.dumps(row), flush=True)


def _export(options: argparse.Namespace) -> None:
    print(add_timed_wavenet(options.training, options.model, temperature=options.temperature).file)


if __name__ == "__main__":
    main()
