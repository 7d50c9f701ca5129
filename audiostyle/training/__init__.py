"""What every training shares, of sound or of pictures.

=====================  ==========================================================
:mod:`.loop`           warm-up and decay, clipping, averaging, validation
:mod:`.clock`          learning rates by the clock, where minutes are given and not steps
:mod:`.muon`           the optimizer of weights between hidden layers
:mod:`.checkpoint`     state that survives being killed at any moment
:mod:`.sampling`       random examples that depend on the seed and the step alone
:mod:`.recipes`        TOML files that say how to train a model again
:mod:`.recordings`     the recordings in a folder
:mod:`.distributed`    several processes that train one model
:mod:`.autoencoders`   encoders and decoders of the VGG family
:mod:`.kit`            jobs for some minutes of an accelerator that is lent
=====================  ==========================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.training.checkpoint import load_checkpoint as load_checkpoint
    from audiostyle.training.checkpoint import save_checkpoint as save_checkpoint
    from audiostyle.training.distributed import get_own_share as get_own_share
    from audiostyle.training.distributed import is_first_process as is_first_process
    from audiostyle.training.distributed import is_leader as is_leader
    from audiostyle.training.distributed import join_processes as join_processes
    from audiostyle.training.distributed import leader_first as leader_first
    from audiostyle.training.distributed import replicate as replicate
    from audiostyle.training.loop import PrefetchedBatches as PrefetchedBatches
    from audiostyle.training.loop import Schedule as Schedule
    from audiostyle.training.loop import Task as Task
    from audiostyle.training.loop import train as train
    from audiostyle.training.muon import Muon as Muon
    from audiostyle.training.muon import find_hidden_weights as find_hidden_weights
    from audiostyle.training.recipes import read_recipe as read_recipe
    from audiostyle.training.recordings import find_recordings as find_recordings
    from audiostyle.training.recordings import keep_readable as keep_readable
    from audiostyle.training.sampling import CropBatches as CropBatches
    from audiostyle.training.sampling import draw_by_length as draw_by_length

export_lazily(
    __name__,
    {
        "audiostyle.training.checkpoint": ("load_checkpoint", "save_checkpoint"),
        "audiostyle.training.distributed": (
            "get_own_share",
            "is_first_process",
            "is_leader",
            "join_processes",
            "leader_first",
            "replicate",
        ),
        "audiostyle.training.loop": ("PrefetchedBatches", "Schedule", "Task", "train"),
        "audiostyle.training.muon": ("Muon", "find_hidden_weights"),
        "audiostyle.training.recipes": ("read_recipe",),
        "audiostyle.training.recordings": ("find_recordings", "keep_readable"),
        "audiostyle.training.sampling": ("CropBatches", "draw_by_length"),
    },
)
