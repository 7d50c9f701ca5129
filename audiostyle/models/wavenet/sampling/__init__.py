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
    from audiostyle.models.wavenet.sampling.crossfade import Crossfader as Crossfader
    from audiostyle.models.wavenet.sampling.crossfade import find_best_lag as find_best_lag
    from audiostyle.models.wavenet.sampling.naive import NaiveSampler as NaiveSampler
    from audiostyle.models.wavenet.sampling.naive import sample_naively as sample_naively
    from audiostyle.models.wavenet.sampling.sampler import ChunkPlan as ChunkPlan
    from audiostyle.models.wavenet.sampling.sampler import Sampler as Sampler
    from audiostyle.models.wavenet.sampling.sampler import plan_chunks as plan_chunks
    from audiostyle.models.wavenet.sampling.sampling_noise import choose_codes as choose_codes
    from audiostyle.models.wavenet.sampling.sampling_noise import draw_uniform as draw_uniform

export_lazily(
    __name__,
    {
        "audiostyle.models.wavenet.sampling.crossfade": ("Crossfader", "find_best_lag"),
        "audiostyle.models.wavenet.sampling.naive": ("NaiveSampler", "sample_naively"),
        "audiostyle.models.wavenet.sampling.sampler": ("ChunkPlan", "Sampler", "plan_chunks"),
        "audiostyle.models.wavenet.sampling.sampling_noise": ("choose_codes", "draw_uniform"),
    },
)
