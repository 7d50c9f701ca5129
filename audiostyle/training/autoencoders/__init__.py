"""Training of encoders and decoders of the VGG family, of pictures and of spectrograms alike.

=======================  ==================================================================
:mod:`.tasks`            what is trained: decoders alone, or an encoder with its decoders
:mod:`.stage`            with batch normalization first, then with its statistics frozen
:mod:`.decoders`         decoders of every level, and their losses
:mod:`.reconstruction`   the loss: absolute error and structural similarity
:mod:`.batch_norm`       put into convolutions, and folded into them at the end
:mod:`.closed_form`      the decoder of relu1_1, by least squares
:mod:`.cards`            results of a training as a Markdown card
=======================  ==================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.training.autoencoders.batch_norm import add_batch_norm, fold_batch_norm
    from audiostyle.training.autoencoders.cards import make_card
    from audiostyle.training.autoencoders.closed_form import solve_finest
    from audiostyle.training.autoencoders.decoders import LevelDecoders
    from audiostyle.training.autoencoders.reconstruction import (
        reconstruction_loss,
        relative_error,
        structural_similarity,
    )
    from audiostyle.training.autoencoders.stage import TrainingStage
    from audiostyle.training.autoencoders.tasks import AutoencoderTask, DecodersTask, TrainableAutoencoder

__all__ = [
    "AutoencoderTask",
    "DecodersTask",
    "LevelDecoders",
    "TrainableAutoencoder",
    "TrainingStage",
    "add_batch_norm",
    "fold_batch_norm",
    "make_card",
    "reconstruction_loss",
    "relative_error",
    "solve_finest",
    "structural_similarity",
]

export_lazily(
    __name__,
    {
        "AutoencoderTask": "audiostyle.training.autoencoders.tasks",
        "DecodersTask": "audiostyle.training.autoencoders.tasks",
        "LevelDecoders": "audiostyle.training.autoencoders.decoders",
        "TrainableAutoencoder": "audiostyle.training.autoencoders.tasks",
        "TrainingStage": "audiostyle.training.autoencoders.stage",
        "add_batch_norm": "audiostyle.training.autoencoders.batch_norm",
        "fold_batch_norm": "audiostyle.training.autoencoders.batch_norm",
        "make_card": "audiostyle.training.autoencoders.cards",
        "reconstruction_loss": "audiostyle.training.autoencoders.reconstruction",
        "relative_error": "audiostyle.training.autoencoders.reconstruction",
        "solve_finest": "audiostyle.training.autoencoders.closed_form",
        "structural_similarity": "audiostyle.training.autoencoders.reconstruction",
    },
)
