"""The solved decoder: no other convolution does better, and where nothing is lost it finds the picture."""

import torch

from audiostyle.models.vgg import VGGConfig, VGGDecoder, VGGEncoder
from audiostyle.training.autoencoders.closed_form import solve_finest
from audiostyle.training.autoencoders.tasks import DecodersTask

CONFIG = VGGConfig((40, 4, 4, 4), (1, 1, 1, 1))


def pictures(step: int) -> torch.Tensor:
    return torch.rand(2, 3, 24, 24, generator=torch.Generator().manual_seed(step))


def solved() -> tuple[VGGEncoder, VGGDecoder]:
    torch.manual_seed(0)
    encoder, decoder = VGGEncoder(CONFIG), VGGDecoder(CONFIG, 1, unpool=True)
    solve_finest(decoder, encoder, map(pictures, range(4)))
    return encoder, decoder


def test_wide_features_give_back_the_picture():
    encoder, decoder = solved()
    with torch.no_grad():
        seen = pictures(9)
        assert float((decoder(encoder(seen, 1)[0], []) - seen).abs().mean()) < 0.04


@torch.no_grad()
def test_any_step_away_does_worse():
    encoder, decoder = solved()
    generator = torch.Generator().manual_seed(3)

    def error() -> float:
        pairs = ((encoder(pictures(n), 1)[0], pictures(n)) for n in range(4))
        return sum(float((decoder(seen, []) - wanted).square().sum()) for seen, wanted in pairs)

    least = error()
    for _ in range(5):
        step = 0.01 * torch.randn(decoder.last.weight.shape, generator=generator)
        for there in (step, -step):
            decoder.last.weight += there
            assert error() > least
            decoder.last.weight -= there


def test_it_is_not_trained_with_the_others():
    encoder, _ = solved()
    task = DecodersTask(encoder, pictures, [pictures(1)])
    assert not any(p.requires_grad for p in task.module.level(1).parameters())
    assert task.validate(task.module)["error 1"] < 0.04
