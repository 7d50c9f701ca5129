"""The guided filter: what is affine in the content stays, flutter goes."""

import torch

from audiostyle.spectrogram.guided_filter import EPSILON, guided_filter


def draw_guide(seed: int = 0) -> torch.Tensor:
    return torch.rand(40, 50, generator=torch.Generator().manual_seed(seed))


def test_an_affine_function_of_the_guide_stays():
    content = draw_guide()
    torch.testing.assert_close(
        guided_filter(content, 0.7 * content + 0.2), 0.7 * content + 0.2, atol=5e-3, rtol=0
    )


def test_a_constant_stays():
    torch.testing.assert_close(
        guided_filter(draw_guide(), torch.full((40, 50), 0.3)), torch.full((40, 50), 0.3)
    )


def test_flutter_goes_where_the_content_is_still():
    flutter = torch.randn(40, 50, generator=torch.Generator().manual_seed(1))
    made = guided_filter(torch.full((40, 50), 0.5), 0.5 + 0.01 * flutter)
    assert float((made - 0.5).std()) < 0.3 * 0.01


def test_an_edge_of_the_content_stays_sharp():
    content = torch.zeros(40, 50)
    content[20:] = 0.5
    made = guided_filter(
        content, content + 0.01 * torch.randn(40, 50, generator=torch.Generator().manual_seed(1))
    )
    assert float((made[20] - made[19]).mean()) > 0.4


def test_one_window_over_everything_is_a_regression():
    content, levels = draw_guide(2)[:4, :4], draw_guide(3)[:4, :4]
    slope = ((content * levels).mean() - content.mean() * levels.mean()) / (
        content.var(correction=0) + EPSILON
    )
    expected = slope * (content - content.mean()) + levels.mean()
    torch.testing.assert_close(
        guided_filter(content, levels, bins=6, frames=6), expected, atol=1e-5, rtol=1e-4
    )
