"""Where the partials of a domain's keys are: not at exact multiples, and not quite in tune.

A domain's phase table (:class:`~audiostyle.models.phase_table.PhaseTable`) says by how much the phase of
every bin of every key advances from frame to frame, which is the frequency of the partial that the bin
belongs to.
"""

import math

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.phase_table import TONAL, PhaseTable
from audiostyle.models.spectral_decoder import DECODER_HOP, DECODER_RATE, N_FFT
from audiostyle.translation.wavenet.lpc import list_harmonics

_BIN = DECODER_RATE / N_FFT  # hertz
_TRUSTED = (
    0.02  # share of its frequency by which a partial may be away from where the one below lets it expect
)


def measure_partials(phases: PhaseTable, count: int) -> NDArray[np.float64]:
    """Return the frequencies of the first partials of all keys, (88, count) in hertz.

    Each is looked for in the bin where the partial below it lets it expect.  Where that bin has no steady
    phase, or one of another partial, it is where it is expected.

    Args:
        phases: of the domain.
        count: of partials; without any the result is (88, 0).

    Example:
        >>> measure_partials(PhaseTable(), 3)[48].round(1).tolist()  # a fresh table is exactly harmonic
        [440.0, 880.0, 1320.0]
    """
    turn = phases.advance.double().numpy() * DECODER_RATE / (2 * math.pi * DECODER_HOP)
    coherent = phases.coherence.float().numpy() > TONAL
    partials = list_harmonics(count)
    for key in range(len(partials)):
        ratio = 1.0
        for number in range(count):
            expected = ratio * partials[key, number]
            place = min(round(expected / _BIN), turn.shape[1] - 1)
            found = place * _BIN + turn[key, place]
            if coherent[key, place] and abs(found - expected) < _TRUSTED * expected:
                expected = found
            ratio = expected / partials[key, number]
            partials[key, number] = expected
    return partials
