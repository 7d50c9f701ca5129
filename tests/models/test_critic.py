"""The critic judges a whole excerpt, and the reversal turns its lesson round."""

import pytest
import torch

from audiostyle.models.critic import DomainCritic, reverse_gradient


@pytest.mark.parametrize("weight", [0.0, 0.1, 2.0])
def test_reversal_is_the_identity_forwards_and_the_weighted_negative_backwards(weight):
    x = torch.randn(3, 4, requires_grad=True)
    y = reverse_gradient(x, weight)
    assert torch.equal(y, x)
    (y * torch.arange(12.0).reshape(3, 4)).sum().backward()
    assert torch.allclose(x.grad, -weight * torch.arange(12.0).reshape(3, 4))


def test_logits_do_not_depend_on_the_order_of_frames():
    critic, latent = DomainCritic(5, 3), torch.randn(2, 40, 5)
    shuffled = latent[:, torch.randperm(40)]
    assert critic(latent).shape == (2, 3)
    assert torch.allclose(critic(latent), critic(shuffled), atol=1e-6)
    assert torch.allclose(critic(latent.repeat(1, 3, 1)), critic(latent), atol=1e-6)


def test_one_backward_pass_teaches_the_critic_and_confuses_the_encoder():
    """A step along both gradients lowers the critic's loss on the old latent and raises it by the new."""
    torch.manual_seed(0)
    critic, encoder = DomainCritic(4, 2), torch.nn.Linear(6, 4)
    x, truth = torch.randn(8, 10, 6), torch.arange(8) % 2

    def loss(latent: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(critic(latent), truth)

    before = loss(reverse_gradient(encoder(x), 1.0))
    before.backward()
    old_latent = encoder(x).detach()
    with torch.no_grad():
        for parameter in encoder.parameters():
            parameter -= 0.05 * parameter.grad
    confused = loss(encoder(x)).item()
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter -= 0.05 * parameter.grad
    assert confused > before.item() > loss(old_latent).item()
