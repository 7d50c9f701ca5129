"""What the processes of ``test_together.py`` do: train both ways on sines, one of them dying on the way.

python together.py FOLDER AUDIO…
"""

import os
import sys
from pathlib import Path

import torch

from audiostyle.models.wavenet.network import WaveNetConfig
from audiostyle.training.distributed import is_leader, join_processes
from audiostyle.training.loop import Schedule, train
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts
from audiostyle.translation.training.wavenet.compact import CompactTask
from audiostyle.translation.training.wavenet.paper import PaperSettings, PaperTask
from audiostyle.translation.wavenet.conditioning import HOP, WIDTH

SCHEDULE = Schedule(8, 1e-2, validate_every=4)
COMPACT = WaveNetConfig(1, 3, 8, 8, WIDTH, HOP)
PAPER = PaperSettings(
    WaveNetConfig(1, 3, 8, 8, 4, 100, "scalar"), encoder_blocks=1, batch=4, frames=20, ramp=4
)


def tasks(audio: list[Path]) -> dict:
    """Both trainings of two domains, from the same weights in every process."""
    pairs = [(path, path.with_suffix(".mid")) for path in audio]
    torch.manual_seed(0)
    excerpts = {name: CodedExcerpts([pair], 10) for name, pair in zip("ab", pairs, strict=True)}
    bare = {name: CodedExcerpts([pair], 20, hop=100) for name, pair in zip("ab", pairs, strict=True)}
    compact = CompactTask(COMPACT, excerpts, excerpts, batch=4)
    return {"compact": compact, "paper": PaperTask(PAPER, bare, bare)}


def dying(task, once: Path) -> None:
    """Let the second of several processes die in step 6, the first time."""
    loss = task.loss

    def wrapped(step: int):
        if step == 6 and os.environ.get("RANK") == "1" and not once.exists():
            once.touch()
            os._exit(9)
        return loss(step)

    task.loss = wrapped


def main() -> None:
    folder, *audio = map(Path, sys.argv[1:])
    torch.set_num_threads(1)
    with join_processes():
        both = tasks(audio)
        dying(both["compact"], folder / "died")
        for name, task in both.items():
            trained = train(task, SCHEDULE, folder / name, {}, lambda _: None)
            if is_leader():
                torch.save(trained.state_dict(), folder / f"{name}.pt")


if __name__ == "__main__":
    main()
