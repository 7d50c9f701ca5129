"""Training of models that translate: the shared encoder, and decoders of domains with the encoder frozen.

=====================  =====================================================================
:mod:`.recipe`         everything needed to train a shipped model again
:mod:`.encoder`        the task of the shared encoder: notes, reconstruction, confusion
:mod:`.pruning`        a trained encoder without its superfluous units
:mod:`.excerpts`       random excerpts of recordings with their notes
:mod:`.augmentation`   equalizers, rooms, noise and levels
:mod:`.preparation`    a user's recordings in minutes, with their notes
:mod:`.medleys`        short recordings put together
:mod:`.folder`         a new domain from a user's folder of recordings
:mod:`.sampled`        a new domain from single notes: a sampled instrument
:mod:`.instruments`    recipes of several such domains
:mod:`.single_notes`   its excitation, measured on them
:mod:`.clip`           a new domain from a minute of music: another one adapted
:mod:`.adaptation`     what of it is adapted
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
    from audiostyle.translation.training.augmentation import augment_wave as augment_wave
    from audiostyle.translation.training.decoder import DecoderTask as DecoderTask
    from audiostyle.translation.training.domain import DomainSettings as DomainSettings
    from audiostyle.translation.training.domain import measure_range as measure_range
    from audiostyle.translation.training.domain import train_domain as train_domain
    from audiostyle.translation.training.encoder import EncoderSettings as EncoderSettings
    from audiostyle.translation.training.encoder import EncoderTask as EncoderTask
    from audiostyle.translation.training.excerpts import CorpusExcerpts as CorpusExcerpts
    from audiostyle.translation.training.folder import train_domain_from_folder as train_domain_from_folder
    from audiostyle.translation.training.multi_domain import gather_recordings as gather_recordings
    from audiostyle.translation.training.multi_domain import (
        train_spectral_decoders as train_spectral_decoders,
    )
    from audiostyle.translation.training.multi_domain import transcribe_recordings as transcribe_recordings
    from audiostyle.translation.training.phases import measure_phases as measure_phases
    from audiostyle.translation.training.preparation import hold_out as hold_out
    from audiostyle.translation.training.preparation import prepare_recordings as prepare_recordings
    from audiostyle.translation.training.pruning import prune_encoder as prune_encoder
    from audiostyle.translation.training.recipe import TranslationRecipe as TranslationRecipe
    from audiostyle.translation.training.recipe import read_recipe as read_recipe
    from audiostyle.translation.training.recipe import run_recipe as run_recipe
    from audiostyle.translation.training.sampled import (
        train_domain_from_instrument as train_domain_from_instrument,
    )

export_lazily(
    __name__,
    {
        "audiostyle.translation.training.augmentation": ("augment_wave",),
        "audiostyle.translation.training.decoder": ("DecoderTask",),
        "audiostyle.translation.training.domain": ("DomainSettings", "measure_range", "train_domain"),
        "audiostyle.translation.training.encoder": ("EncoderSettings", "EncoderTask"),
        "audiostyle.translation.training.excerpts": ("CorpusExcerpts",),
        "audiostyle.translation.training.folder": ("train_domain_from_folder",),
        "audiostyle.translation.training.multi_domain": (
            "gather_recordings",
            "train_spectral_decoders",
            "transcribe_recordings",
        ),
        "audiostyle.translation.training.phases": ("measure_phases",),
        "audiostyle.translation.training.preparation": ("hold_out", "prepare_recordings"),
        "audiostyle.translation.training.pruning": ("prune_encoder",),
        "audiostyle.translation.training.recipe": ("TranslationRecipe", "read_recipe", "run_recipe"),
        "audiostyle.translation.training.sampled": ("train_domain_from_instrument",),
    },
)
