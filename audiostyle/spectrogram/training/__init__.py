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
    from audiostyle.spectrogram.training.crops import SpectrogramCrops as SpectrogramCrops
    from audiostyle.spectrogram.training.crops import load_log_spectrograms as load_log_spectrograms
    from audiostyle.spectrogram.training.material import write_speech as write_speech
    from audiostyle.spectrogram.training.material import write_surroundings as write_surroundings
    from audiostyle.spectrogram.training.recipe import SpectrogramRecipe as SpectrogramRecipe
    from audiostyle.spectrogram.training.recipe import add_autoencoder as add_autoencoder
    from audiostyle.spectrogram.training.recipe import read_recipe as read_recipe
    from audiostyle.spectrogram.training.recipe import run_recipe as run_recipe

export_lazily(
    __name__,
    {
        "audiostyle.spectrogram.training.crops": ("SpectrogramCrops", "load_log_spectrograms"),
        "audiostyle.spectrogram.training.material": ("write_speech", "write_surroundings"),
        "audiostyle.spectrogram.training.recipe": (
            "SpectrogramRecipe",
            "add_autoencoder",
            "read_recipe",
            "run_recipe",
        ),
    },
)
