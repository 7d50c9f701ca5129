"""Training of WaveNet decoders.

=======================  ==================================================================
:mod:`.universal`        WaveNets of several domains, in one process or several
:mod:`.compact`          WaveNets that read notes
:mod:`.paper`            encoder, critic and WaveNets together, as published
:mod:`.coded_excerpts`   recordings as mu-law codes in memory, cut into excerpts
:mod:`.teacher_forcing`  the logits of known waves, twice as fast as the network's own
:mod:`.gates`            the gate and its gradient in bfloat16, compiled
:mod:`.samples`          what a WaveNet generates, written to listen to
:mod:`.export`           WaveNets in model folders
=======================  ==================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts
    from audiostyle.translation.training.wavenet.compact import (
        CompactSettings,
        CompactTask,
        TrainedWaveNet,
        disturb_codes,
        train_compact,
    )
    from audiostyle.translation.training.wavenet.export import (
        add_wavenets,
        find_wavenet_weights,
        make_decoder_config,
    )
    from audiostyle.translation.training.wavenet.paper import PaperSettings, PaperTask
    from audiostyle.translation.training.wavenet.samples import write_sample
    from audiostyle.translation.training.wavenet.teacher_forcing import logits_over_time
    from audiostyle.translation.training.wavenet.universal import train_paper, train_universal

__all__ = [
    "CodedExcerpts",
    "CompactSettings",
    "CompactTask",
    "PaperSettings",
    "PaperTask",
    "TrainedWaveNet",
    "add_wavenets",
    "disturb_codes",
    "find_wavenet_weights",
    "logits_over_time",
    "make_decoder_config",
    "train_compact",
    "train_paper",
    "train_universal",
    "write_sample",
]

export_lazily(
    __name__,
    {
        "CodedExcerpts": "audiostyle.translation.training.wavenet.coded_excerpts",
        "CompactSettings": "audiostyle.translation.training.wavenet.compact",
        "CompactTask": "audiostyle.translation.training.wavenet.compact",
        "PaperSettings": "audiostyle.translation.training.wavenet.paper",
        "PaperTask": "audiostyle.translation.training.wavenet.paper",
        "TrainedWaveNet": "audiostyle.translation.training.wavenet.compact",
        "add_wavenets": "audiostyle.translation.training.wavenet.export",
        "disturb_codes": "audiostyle.translation.training.wavenet.compact",
        "find_wavenet_weights": "audiostyle.translation.training.wavenet.export",
        "logits_over_time": "audiostyle.translation.training.wavenet.teacher_forcing",
        "make_decoder_config": "audiostyle.translation.training.wavenet.export",
        "train_compact": "audiostyle.translation.training.wavenet.compact",
        "train_paper": "audiostyle.translation.training.wavenet.universal",
        "train_universal": "audiostyle.translation.training.wavenet.universal",
        "write_sample": "audiostyle.translation.training.wavenet.samples",
    },
)
