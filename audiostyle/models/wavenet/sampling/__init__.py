"""Waves from a WaveNet, one sample after the other, as fast as a CPU can.

================  =========================================================================
:mod:`.published` as the published system does it: the yardstick, and the oracle of the rest
:mod:`.sampler`   the fast sampler: a song in chunks, or one stream without delay
:mod:`.stepping`  several streams, one sample at a time, compiled
:mod:`.folding`   a network's weights as few large matrices
:mod:`.tile`      a matrix product that stays in the processor's registers
:mod:`.joints`    chunks put together
:mod:`.draws`     where chance enters
================  =========================================================================
"""
