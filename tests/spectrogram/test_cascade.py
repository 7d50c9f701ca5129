"""The cascade is one method after the other.  What it shares with WCT is tested in test_wct."""

from dataclasses import replace

import torch

from audiostyle.spectrogram.cascade import cascade
from audiostyle.spectrogram.complex_wct import complex_wct
from audiostyle.spectrogram.wct import wct


def test_it_is_wct_of_what_complex_wct_makes(inputs, content):
    first = complex_wct(inputs)
    between = first(content)
    expected = wct(replace(inputs, excerpts=[between]), levels=(1, 2))(between)
    torch.testing.assert_close(cascade(inputs, levels=(1, 2))(content), expected)


def test_its_segments_suit_both(inputs):
    stylizer = cascade(inputs)
    for part in (stylizer.first, stylizer.second):
        assert stylizer.hop % part.hop == 0 and stylizer.segment % part.hop == 0
    assert stylizer.context >= stylizer.first.context + stylizer.second.context
    assert stylizer.context % stylizer.hop == 0
