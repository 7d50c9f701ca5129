"""The adversarial loss: its critic learns to tell maps apart, and what fools it has a lower loss."""

import torch
from style_losses import make_map
from torch.nn import functional as F

from audiostyle.style.losses import Adversarial


def test_it_is_the_least_squares_error_of_the_critic_on_all_patches(shape):
    style, features = make_map(0, *shape), make_map(1, *shape)
    loss = Adversarial(style)
    windows = F.unfold(
        features[:, :, None] if features.ndim == 3 else features, (1, 3) if features.ndim == 3 else 3
    )
    scores = loss.critic(windows.movedim(1, 2).flatten(0, 1) / loss.scale)
    torch.testing.assert_close(loss(features), (1 - scores).square().mean())


def test_a_trained_critic_tells_style_from_others(shape):
    style, other = make_map(2, *shape), 3 + make_map(3, *shape)
    loss = Adversarial(style, steps=60, rate=1e-2)
    loss.advance(other)
    assert float((loss(other) - loss(style)).detach()) > 0.5


def test_descending_brings_a_map_nearer_to_the_style():
    """Of waves of amplitude 1, from half of it: the critic and the map move in turn."""
    style = torch.sin(torch.arange(200) * 0.7)[None, None].double()
    features = (0.5 * style[..., :100]).clone().requires_grad_()
    loss, optimizer = Adversarial(style, steps=20, rate=1e-2), torch.optim.Adam([features], lr=0.02)
    for _ in range(25):
        loss.advance(features.detach())
        optimizer.zero_grad()
        loss(features).backward()
        optimizer.step()
    assert 0.35 < float(features.detach().square().mean()) < 0.8  # 0.125 at first, 0.5 of the style


def test_the_same_seed_makes_the_same_critic_and_leaves_torchs_own_alone():
    style, features = make_map(4, 1, 2, 30), make_map(5, 1, 2, 30)
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    values = []
    for _ in range(2):
        loss = Adversarial(style, seed=7)
        loss.advance(features)
        values.append(float(loss(features).detach()))
    assert torch.rand(1) == expected and values[0] == values[1]
