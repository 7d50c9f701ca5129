"""Previews: a phrase that grows, within the range, five seconds of every domain."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import UnknownDomain
from audiostyle.translation.preview import PREVIEW_RATE, SECONDS, compose_preview, make_preview
from audiostyle.translation.translator import Translator


@given(st.integers(21, 96), st.integers(12, 87))
def test_phrases_lie_in_the_range_and_grow(lowest, size):
    highest = min(108, lowest + size)
    performance = compose_preview(lowest, highest)
    pitches, velocities = performance.notes["pitch"], performance.notes["velocity"]
    assert lowest <= pitches.min() <= pitches.max() <= highest
    assert len(pitches) > 3
    assert performance.seconds <= SECONDS
    assert velocities[:2].max() < velocities.max()


def test_previews_sound_and_repeat():
    translator = Translator.from_pretrained(device="cpu")
    wave = make_preview(translator, "guitar")
    assert len(wave) == SECONDS * PREVIEW_RATE
    assert np.abs(wave).max() == pytest.approx(0.5, rel=1e-3)
    assert np.array_equal(wave, make_preview(translator, "guitar"))
    with pytest.raises(UnknownDomain):
        make_preview(translator, "none")
