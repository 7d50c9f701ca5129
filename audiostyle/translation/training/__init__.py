"""Training of models that translate: the shared encoder, and decoders of domains with the encoder frozen.

=====================  =====================================================================
:mod:`.recipe`         everything needed to train a shipped model again
:mod:`.encoder`        the task of the shared encoder: notes, reconstruction, confusion
:mod:`.pruning`        a trained encoder without its superfluous units
:mod:`.excerpts`       random excerpts of recordings with their notes
:mod:`.augmentation`   equalizers, rooms, noise and levels
:mod:`.preparation`    a user's recordings in minutes, with their notes
:mod:`.folder`         a new domain from a user's folder of recordings
:mod:`.multi_domain`   several domains at once, each from a folder
:mod:`.domain`         a domain's spectral decoder, trained and added to a model
:mod:`.decoder`        its task: log-magnitude spectra from the states of the keys
:mod:`.phases`         its phase table, measured
:mod:`.expressive`     the encoder, trained against the clock on expressive playing that is rendered meanwhile
:mod:`.wavenet`        WaveNet decoders
=====================  =====================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.translation.training.augmentation import augment_wave
    from audiostyle.translation.training.decoder import DecoderTask
    from audiostyle.translation.training.domain import DomainSettings, measure_range, train_domain
    from audiostyle.translation.training.encoder import EncoderSettings, EncoderTask
    from audiostyle.translation.training.excerpts import CorpusExcerpts
    from audiostyle.translation.training.folder import train_domain_from_folder
    from audiostyle.translation.training.multi_domain import (
        gather_recordings,
        train_spectral_decoders,
        transcribe_recordings,
    )
    from audiostyle.translation.training.phases import measure_phases
    from audiostyle.translation.training.preparation import hold_out, prepare_recordings
    from audiostyle.translation.training.pruning import prune_encoder
    from audiostyle.translation.training.recipe import TranslationRecipe, read_recipe, run_recipe

__all__ = [
    "CorpusExcerpts",
    "DecoderTask",
    "DomainSettings",
    "EncoderSettings",
    "EncoderTask",
    "TranslationRecipe",
    "augment_wave",
    "gather_recordings",
    "hold_out",
    "measure_phases",
    "measure_range",
    "prepare_recordings",
    "prune_encoder",
    "read_recipe",
    "run_recipe",
    "train_domain",
    "train_domain_from_folder",
    "train_spectral_decoders",
    "transcribe_recordings",
]

export_lazily(
    __name__,
    {
        "CorpusExcerpts": "audiostyle.translation.training.excerpts",
        "DecoderTask": "audiostyle.translation.training.decoder",
        "DomainSettings": "audiostyle.translation.training.domain",
        "EncoderSettings": "audiostyle.translation.training.encoder",
        "EncoderTask": "audiostyle.translation.training.encoder",
        "TranslationRecipe": "audiostyle.translation.training.recipe",
        "augment_wave": "audiostyle.translation.training.augmentation",
        "gather_recordings": "audiostyle.translation.training.multi_domain",
        "hold_out": "audiostyle.translation.training.preparation",
        "measure_phases": "audiostyle.translation.training.phases",
        "measure_range": "audiostyle.translation.training.domain",
        "prepare_recordings": "audiostyle.translation.training.preparation",
        "prune_encoder": "audiostyle.translation.training.pruning",
        "read_recipe": "audiostyle.translation.training.recipe",
        "run_recipe": "audiostyle.translation.training.recipe",
        "train_domain": "audiostyle.translation.training.domain",
        "train_domain_from_folder": "audiostyle.translation.training.folder",
        "train_spectral_decoders": "audiostyle.translation.training.multi_domain",
        "transcribe_recordings": "audiostyle.translation.training.multi_domain",
    },
)
