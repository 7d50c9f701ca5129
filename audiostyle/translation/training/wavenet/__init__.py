"""Training of WaveNet decoders.

=========================  ==================================================================
:mod:`.universal`          WaveNets of several domains, in one process or several
:mod:`.compact`            WaveNets that read notes
:mod:`.paper`              encoder, critic and WaveNets together, as published
:mod:`.coded_excerpts`     recordings as mu-law codes in memory, cut into excerpts
:mod:`.teacher_forcing`    the logits of known waves, twice as fast as the network's own
:mod:`.gates`              the gate and its gradient in bfloat16, compiled
:mod:`.samples`            what a WaveNet generates, written to listen to
:mod:`.export`             WaveNets in model folders
:mod:`.material`           a recording and its notes, small enough to travel
:mod:`.residuals`          residuals of long recordings, on any device
:mod:`.resident_excerpts`  excerpts that lie on the device that trains
:mod:`.timed_training`     a WaveNet that reads notes, against the clock
=========================  ==================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts as CodedExcerpts
    from audiostyle.translation.training.wavenet.compact import CompactSettings as CompactSettings
    from audiostyle.translation.training.wavenet.compact import CompactTask as CompactTask
    from audiostyle.translation.training.wavenet.compact import TrainedWaveNet as TrainedWaveNet
    from audiostyle.translation.training.wavenet.compact import train_compact as train_compact
    from audiostyle.translation.training.wavenet.export import add_wavenets as add_wavenets
    from audiostyle.translation.training.wavenet.export import find_wavenet_weights as find_wavenet_weights
    from audiostyle.translation.training.wavenet.material import read_material as read_material
    from audiostyle.translation.training.wavenet.material import render_material as render_material
    from audiostyle.translation.training.wavenet.material import write_material as write_material
    from audiostyle.translation.training.wavenet.paper import PaperSettings as PaperSettings
    from audiostyle.translation.training.wavenet.paper import PaperTask as PaperTask
    from audiostyle.translation.training.wavenet.teacher_forcing import logits_over_time as logits_over_time
    from audiostyle.translation.training.wavenet.timed_training import TimedSettings as TimedSettings
    from audiostyle.translation.training.wavenet.timed_training import TimedWaveNet as TimedWaveNet
    from audiostyle.translation.training.wavenet.universal import train_paper as train_paper
    from audiostyle.translation.training.wavenet.universal import train_universal as train_universal

export_lazily(
    __name__,
    {
        "audiostyle.translation.training.wavenet.coded_excerpts": ("CodedExcerpts",),
        "audiostyle.translation.training.wavenet.compact": (
            "CompactSettings",
            "CompactTask",
            "TrainedWaveNet",
            "train_compact",
        ),
        "audiostyle.translation.training.wavenet.export": ("add_wavenets", "find_wavenet_weights"),
        "audiostyle.translation.training.wavenet.material": (
            "read_material",
            "render_material",
            "write_material",
        ),
        "audiostyle.translation.training.wavenet.paper": ("PaperSettings", "PaperTask"),
        "audiostyle.translation.training.wavenet.teacher_forcing": ("logits_over_time",),
        "audiostyle.translation.training.wavenet.timed_training": ("TimedSettings", "TimedWaveNet"),
        "audiostyle.translation.training.wavenet.universal": ("train_paper", "train_universal"),
    },
)
