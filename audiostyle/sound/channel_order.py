"""The order of channels: WAV's everywhere, also for Ogg, which has an order of its own.

Vorbis and Opus put the center between left and right, and the low frequencies last (the Vorbis I
specification, section 4.3.9; RFC 7845, section 5.1.1.2).  libsndfile hands channels over as they are stored.
"""

from __future__ import annotations

# At place k of WAV's order stands this channel of Vorbis's order.
_WAVE_FROM_VORBIS = {
    3: [0, 2, 1],
    5: [0, 2, 1, 3, 4],
    6: [0, 2, 1, 5, 3, 4],
    7: [0, 2, 1, 6, 5, 3, 4],
    8: [0, 2, 1, 7, 5, 6, 3, 4],
}


def find_wave_order(format: str, channels: int) -> list[int] | None:
    """Return which stored channel stands at each place of WAV's order, or None where the orders agree.

    Args:
        format: libsndfile's name of the container.
        channels: number of channels.

    Example:
        >>> find_wave_order("OGG", 6), find_wave_order("FLAC", 6)
        ([0, 2, 1, 5, 3, 4], None)
    """
    return _WAVE_FROM_VORBIS.get(channels) if format == "OGG" else None


def find_stored_order(format: str, channels: int) -> list[int] | None:
    """Return which channel of WAV's order is stored at each place, or None where the orders agree.

    Args:
        format: libsndfile's name of the container.
        channels: number of channels.

    Example:
        >>> find_stored_order("OGG", 6)
        [0, 2, 1, 4, 5, 3]
    """
    order = find_wave_order(format, channels)
    return None if order is None else [order.index(place) for place in range(channels)]
