"""Training of the autoencoder of spectrograms on folders of recordings.

==================  ===================================================================
:mod:`.material`    synthetic surroundings and speech; music is a rendered corpus
:mod:`.crops`       log spectrograms of recordings, and random crops of them
:mod:`.recipe`      from recordings to a model folder
==================  ===================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.spectrogram.training.crops import SpectrogramCrops, load_log_spectrograms
    from audiostyle.spectrogram.training.material import write_speech, write_surroundings
    from audiostyle.spectrogram.training.recipe import (
        SpectrogramRecipe,
        add_autoencoder,
        read_recipe,
        run_recipe,
    )

__all__ = [
    "SpectrogramCrops",
    "SpectrogramRecipe",
    "add_autoencoder",
    "load_log_spectrograms",
    "read_recipe",
    "run_recipe",
    "write_speech",
    "write_surroundings",
]

export_lazily(
    __name__,
    {
        "SpectrogramCrops": "audiostyle.spectrogram.training.crops",
        "SpectrogramRecipe": "audiostyle.spectrogram.training.recipe",
        "add_autoencoder": "audiostyle.spectrogram.training.recipe",
        "load_log_spectrograms": "audiostyle.spectrogram.training.crops",
        "read_recipe": "audiostyle.spectrogram.training.recipe",
        "run_recipe": "audiostyle.spectrogram.training.recipe",
        "write_speech": "audiostyle.spectrogram.training.material",
        "write_surroundings": "audiostyle.spectrogram.training.material",
    },
)
