"""The shipped autoencoder takes log-spectrograms of any sample rate, and decodes every level."""

import pytest
import torch

from audiostyle.errors import ModelNotFound
from audiostyle.spectrogram.autoencoder import SpectrogramAutoencoder
from audiostyle.spectrogram.log_spectrogram import CHANNELS, LogSpectrogram


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_level_is_decoded_to_what_was_encoded(content, level):
    model = SpectrogramAutoencoder.from_pretrained(device="cpu")
    log_spectrogram = LogSpectrogram.for_rate(4000)
    log_spec = log_spectrogram(log_spectrogram.transform(content).abs())
    decoded = model.decoder(level, "max")(*model.encoder(log_spec, level))
    assert decoded.shape == log_spec.shape and log_spec.shape[1] == CHANNELS
    assert float((decoded - log_spec).abs().mean()) < 10 / 120  # dB


def test_a_model_of_pictures_is_refused():
    with pytest.raises(ModelNotFound, match="not an autoencoder of spectrograms"):
        SpectrogramAutoencoder.from_pretrained("photo", device="cpu")


def test_one_that_is_loaded_stays_itself():
    model = SpectrogramAutoencoder.from_pretrained(device="cpu")
    assert SpectrogramAutoencoder.of(model) is model
    assert torch.equal(
        next(SpectrogramAutoencoder.of("spectrogram", "cpu").encoder.parameters()),
        next(model.encoder.parameters()),
    )
