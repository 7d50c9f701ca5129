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
    from audiostyle.training.autoencoders.batch_norm import add_batch_norm as add_batch_norm
    from audiostyle.training.autoencoders.batch_norm import fold_batch_norm as fold_batch_norm
    from audiostyle.training.autoencoders.cards import make_card as make_card
    from audiostyle.training.autoencoders.closed_form import solve_finest as solve_finest
    from audiostyle.training.autoencoders.decoders import LevelDecoders as LevelDecoders
    from audiostyle.training.autoencoders.reconstruction import reconstruction_loss as reconstruction_loss
    from audiostyle.training.autoencoders.reconstruction import relative_error as relative_error
    from audiostyle.training.autoencoders.reconstruction import structural_similarity as structural_similarity
    from audiostyle.training.autoencoders.stage import TrainingStage as TrainingStage
    from audiostyle.training.autoencoders.tasks import AutoencoderTask as AutoencoderTask
    from audiostyle.training.autoencoders.tasks import DecodersTask as DecodersTask
    from audiostyle.training.autoencoders.tasks import TrainableAutoencoder as TrainableAutoencoder

export_lazily(
    __name__,
    {
        "audiostyle.training.autoencoders.batch_norm": ("add_batch_norm", "fold_batch_norm"),
        "audiostyle.training.autoencoders.cards": ("make_card",),
        "audiostyle.training.autoencoders.closed_form": ("solve_finest",),
        "audiostyle.training.autoencoders.decoders": ("LevelDecoders",),
        "audiostyle.training.autoencoders.reconstruction": (
            "reconstruction_loss",
            "relative_error",
            "structural_similarity",
        ),
        "audiostyle.training.autoencoders.stage": ("TrainingStage",),
        "audiostyle.training.autoencoders.tasks": ("AutoencoderTask", "DecodersTask", "TrainableAutoencoder"),
    },
)
