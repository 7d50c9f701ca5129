"""The published encoder: its frames, and how far each sees."""

import torch

from audiostyle.models.wavenet.encoder import WaveEncoder


def test_the_published_receptive_field():
    assert WaveEncoder().receptive_field == 6141


def test_a_frame_depends_on_its_samples_and_the_receptive_field_around_them():
    torch.manual_seed(0)
    encoder = WaveEncoder(2, 3, 6, 4, hop=10).double()
    reach = encoder.receptive_field // 2
    codes = torch.randint(256, (1, 120))
    other = codes.clone()
    other[0, 60] = (other[0, 60] + 128) % 256
    latent = encoder(codes)
    assert latent.shape == (1, 12, 4)
    changed = (latent - encoder(other)).abs().amax(dim=2)[0] > 1e-12
    expected = [frame * 10 - reach <= 60 < (frame + 1) * 10 + reach for frame in range(12)]
    assert changed.tolist() == expected
