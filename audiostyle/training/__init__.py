"""What every training shares, of sound or of pictures.

=====================  ==========================================================
:mod:`.loop`           warm-up and decay, clipping, averaging, validation
:mod:`.muon`           the optimizer of weights between hidden layers
:mod:`.checkpoint`     state that survives being killed at any moment
:mod:`.sampling`       random examples that depend on the seed and the step alone
:mod:`.recipes`        TOML files that say how to train a model again
:mod:`.recordings`     the recordings in a folder
:mod:`.distributed`    several processes that train one model
:mod:`.autoencoders`   encoders and decoders of the VGG family
=====================  ==========================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.training.checkpoint import load_checkpoint, save_checkpoint
    from audiostyle.training.distributed import (
        get_own_share,
        is_first_process,
        is_leader,
        join_processes,
        leader_first,
        replicate,
    )
    from audiostyle.training.loop import PrefetchedBatches, Schedule, Task, train
    from audiostyle.training.muon import Muon, find_hidden_weights
    from audiostyle.training.recipes import read_recipe
    from audiostyle.training.recordings import find_recordings
    from audiostyle.training.sampling import CropBatches, draw_by_length

__all__ = [
    "CropBatches",
    "Muon",
    "PrefetchedBatches",
    "Schedule",
    "Task",
    "draw_by_length",
    "find_hidden_weights",
    "find_recordings",
    "get_own_share",
    "is_first_process",
    "is_leader",
    "join_processes",
    "leader_first",
    "load_checkpoint",
    "read_recipe",
    "replicate",
    "save_checkpoint",
    "train",
]

export_lazily(
    __name__,
    {
        "CropBatches": "audiostyle.training.sampling",
        "Muon": "audiostyle.training.muon",
        "PrefetchedBatches": "audiostyle.training.loop",
        "Schedule": "audiostyle.training.loop",
        "Task": "audiostyle.training.loop",
        "draw_by_length": "audiostyle.training.sampling",
        "find_hidden_weights": "audiostyle.training.muon",
        "find_recordings": "audiostyle.training.recordings",
        "get_own_share": "audiostyle.training.distributed",
        "is_first_process": "audiostyle.training.distributed",
        "is_leader": "audiostyle.training.distributed",
        "join_processes": "audiostyle.training.distributed",
        "leader_first": "audiostyle.training.distributed",
        "load_checkpoint": "audiostyle.training.checkpoint",
        "read_recipe": "audiostyle.training.recipes",
        "replicate": "audiostyle.training.distributed",
        "save_checkpoint": "audiostyle.training.checkpoint",
        "train": "audiostyle.training.loop",
    },
)
