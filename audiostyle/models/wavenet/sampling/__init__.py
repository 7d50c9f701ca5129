"""Waves from a WaveNet, one sample after the other, as fast as a CPU can.

======================  ==========================================================================
:mod:`.sampler`         the fast sampler: a song in chunks, or one stream without delay
:mod:`.crossfade`       chunks aligned and crossfaded into one wave
:mod:`.sampling_noise`  the random numbers that samples are drawn with
:mod:`.stepping`        several streams, one sample at a time, compiled
:mod:`.packing`         a network's weights as few large matrices
:mod:`.gemm`            a matrix product that stays in the processor's registers
:mod:`.naive`           sampling as published: the yardstick, and the oracle of the tests
======================  ==========================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.models.wavenet.sampling.crossfade import Crossfader, find_best_lag
    from audiostyle.models.wavenet.sampling.naive import NaiveSampler, sample_naively
    from audiostyle.models.wavenet.sampling.sampler import ChunkPlan, Sampler, plan_chunks
    from audiostyle.models.wavenet.sampling.sampling_noise import choose_codes, draw_uniform

__all__ = [
    "ChunkPlan",
    "Crossfader",
    "NaiveSampler",
    "Sampler",
    "choose_codes",
    "draw_uniform",
    "find_best_lag",
    "plan_chunks",
    "sample_naively",
]

export_lazily(
    __name__,
    {
        "ChunkPlan": "audiostyle.models.wavenet.sampling.sampler",
        "Crossfader": "audiostyle.models.wavenet.sampling.crossfade",
        "NaiveSampler": "audiostyle.models.wavenet.sampling.naive",
        "Sampler": "audiostyle.models.wavenet.sampling.sampler",
        "choose_codes": "audiostyle.models.wavenet.sampling.sampling_noise",
        "draw_uniform": "audiostyle.models.wavenet.sampling.sampling_noise",
        "find_best_lag": "audiostyle.models.wavenet.sampling.crossfade",
        "plan_chunks": "audiostyle.models.wavenet.sampling.sampler",
        "sample_naively": "audiostyle.models.wavenet.sampling.naive",
    },
)
