"""Pitch distance: how far the pitches that sound in two recordings differ, frame by frame.

Conventions
-----------
What sounds is a piano roll: a boolean array of shape ``(frames, pitches)``, True where a pitch sounds in a
frame.  Rolls that are compared have one shape and one frame rate.  Where a roll comes from is not this
module's business: from a score, or from any multi-pitch estimator.  :func:`make_piano_roll` makes one of
notes.  Judge a method with an estimator that it had no part in.  Distances lie in [0, 1], 0 is best.

Metrics
-------
:func:`pitch_distance`: Jaccard distance of the sets of pitches, averaged over frames, as Cífka, Ozerov,
Şimşekli and Richard, "Self-supervised VQ-VAE for one-shot music style transfer" (ICASSP 2021), measure what
is left of the content; 1 is nothing in common.  A frame that is silent in both is at 0.
"""

import warnings

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audiostyle.errors import ShapeError

PITCHES = 128
"""MIDI numbers of a piano roll."""

FRAME_RATE = 62.5
"""Hertz: one frame every 16 ms, as in the published evaluation."""


def validate(estimate: NDArray[np.bool_], reference: NDArray[np.bool_]) -> None:
    """Check that both are piano rolls of one shape; warn if one is empty.

    Args:
        estimate: the roll to judge, (frames, pitches), boolean.
        reference: the roll that it is compared with, (frames, pitches), boolean.

    Raises:
        ShapeError: they are not.
    """
    for name, roll in (("estimate", estimate), ("reference", reference)):
        if roll.ndim != 2 or roll.dtype != bool:
            raise ShapeError(
                f"{name} must be boolean of shape (frames, pitches), got {roll.dtype} of {roll.shape}"
            )
        if not roll.size:
            raise ShapeError(f"{name} has no frames or no pitches")
        if not roll.any():
            warnings.warn(f"{name} has no pitches", stacklevel=3)
    if estimate.shape != reference.shape:
        raise ShapeError(f"estimate has shape {estimate.shape}, reference {reference.shape}; make them alike")


def pitch_distance(estimate: ArrayLike, reference: ArrayLike) -> float:
    """Return 1 − |A ∩ B| / |A ∪ B| of the sets A and B of sounding pitches, averaged over frames.

    Args:
        estimate: what sounds in the recording to judge, (frames, pitches), boolean.
        reference: what sounds in the recording that it is compared with, (frames, pitches), boolean.

    Returns:
        A number in [0, 1].  Symmetric; 0 for equal rolls, and then only.

    Raises:
        ShapeError: not two boolean rolls of one shape.

    Example:
        >>> pitch_distance([[True, True], [False, True]], [[True, False], [False, True]])
        0.25
    """
    estimate, reference = np.asarray(estimate), np.asarray(reference)
    validate(estimate, reference)
    either = (estimate | reference).sum(axis=1)
    both = (estimate & reference).sum(axis=1)
    return float(np.mean(np.where(either, 1 - both / np.maximum(either, 1), 0.0)))


def evaluate(estimate: ArrayLike, reference: ArrayLike) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`pitch_distance` for the arguments."""
    return {"pitch_distance": pitch_distance(estimate, reference)}


def make_piano_roll(notes: ArrayLike, seconds: float, frame_rate: float = FRAME_RATE) -> NDArray[np.bool_]:
    """Turn notes into a piano roll.

    Args:
        notes: (notes, ≥ 3): onset in seconds, MIDI pitch (rounded), end in seconds; in any order.
        seconds: length of the roll, rounded up to whole frames; what lies outside is left out.
        frame_rate: frames a second; frame *n* is what sounds at its center, (n + ½) / ``frame_rate``.

    Returns:
        (frames, 128), boolean.

    Raises:
        ShapeError: another shape, numbers that are not finite, or a pitch outside 0 to 127.

    Example:
        >>> roll = make_piano_roll([[0.0, 60, 0.2]], seconds=0.4, frame_rate=10)
        >>> roll.shape, roll[:, 60].tolist()
        ((4, 128), [True, True, False, False])
    """
    rows = np.asarray(notes, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] < 3:
        raise ShapeError(f"notes must have shape (notes, 3) for onset, pitch and end, got {rows.shape}")
    if not np.isfinite(rows[:, :3]).all():
        raise ShapeError("notes hold NaN or infinite numbers")
    pitches = np.rint(rows[:, 1]).astype(int)
    if len(rows) and not (pitches.min() >= 0 and pitches.max() < PITCHES):
        raise ShapeError(f"pitches must lie in 0 to {PITCHES - 1}, got {pitches.min()} to {pitches.max()}")
    if not (seconds > 0 and frame_rate > 0):
        raise ShapeError(f"a roll needs a length and a frame rate, not {seconds} s and {frame_rate} Hz")
    centers = (np.arange(int(np.ceil(seconds * frame_rate))) + 0.5) / frame_rate
    roll = np.zeros((len(centers), PITCHES), dtype=bool)
    for pitch, onset, end in zip(pitches, rows[:, 0], rows[:, 2], strict=True):
        roll[(centers >= onset) & (centers < end), pitch] = True
    return roll
