"""audiostyle: change the style of a recording, or of a picture, and keep its content.

==================================  ========================================================================
``Translator``                      a song played on another instrument: ``Translator.from_pretrained()``,
                                    then ``.translate(wave, sample_rate, domain=…)``,
                                    ``.translate_file(path, out, domain=…)``,
                                    ``.transcribe(wave, sample_rate)`` or ``.synthesize(notes, domain=…)``
``Transcription``                   the notes of a recording: an array, a MIDI file, or what to synthesize
``TranslationReport``               what a translation of a file did
``transfer``, ``transfer_file``     the style of one recording put onto another
``TransferReport``                  what a transfer between files did
``StyleProfile``                    a style as a small file; ``make_profile``, ``load_profile``,
                                    ``save_profile``
``find_model``, ``list_models``     the models there are, and what their domains sound like
``AudiostyleError``, subclasses     every error that is raised on purpose (:mod:`audiostyle.errors`)
==================================  ========================================================================

Pictures are in :mod:`audiostyle.image` (``audiostyle.image.stylize``), metrics in :mod:`audiostyle.evaluate`.

====================  ======================================================================================
:mod:`.translation`   universal music translation: one encoder, one decoder for each domain
:mod:`.spectrogram`   style transfer between recordings
:mod:`.image`         style transfer between pictures, and closed-form smoothing
:mod:`.evaluate`      objective metrics
:mod:`.video`         films: the methods of pictures made steady, with the film's sound
:mod:`.stereo`        two views of one scene, alike for both eyes
:mod:`.augment`       random styles for the training of networks, for pictures and for waves
:mod:`.study`         people as judges: studies as web pages, and their statistics
:mod:`.app`           a page for all jobs in a browser, and a demonstration
:mod:`.serving`       what the web pages share
:mod:`.style`         what "style" is for any feature map: moments, affine maps, Gram losses
:mod:`.music`         notes: scores, performances, MIDI files, rendered corpora
:mod:`.sound`         everything about audio that is not style: files, streams, transforms
:mod:`.models`        networks, their weights, and the models that can be named
:mod:`.training`      the training loop and its state, of sound and of pictures
:mod:`.cli`           the command ``audiostyle``
:mod:`.errors`        every error that a user can cause
:mod:`.methods`       registries of methods and their options
:mod:`.progress`      the protocol of progress callbacks
:mod:`.checks`        numbers that a user gives, checked alike everywhere
:mod:`.atomic`        output files of any kind, which appear under their names when they are whole
:mod:`.temporaries`   temporary files and folders, which are deleted even when their process was killed
:mod:`.toml_files`    manifests and recipes from strangers, bounded in size and shape
:mod:`.lazy`          public names that are imported when they are first used
:mod:`.compilation`   functions that numba compiles, whether or not compiled code can be kept on disk
====================  ======================================================================================

Importing the package is cheap: a public name loads its module, and with it torch, when it is first used.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle._version import __version__ as __version__
    from audiostyle.errors import AudioReadError as AudioReadError
    from audiostyle.errors import AudiostyleError as AudiostyleError
    from audiostyle.errors import AudioWriteError as AudioWriteError
    from audiostyle.errors import ConvergenceError as ConvergenceError
    from audiostyle.errors import ModelNotFound as ModelNotFound
    from audiostyle.errors import PictureReadError as PictureReadError
    from audiostyle.errors import PictureWriteError as PictureWriteError
    from audiostyle.errors import ShapeError as ShapeError
    from audiostyle.errors import TrainingError as TrainingError
    from audiostyle.errors import UnknownDomain as UnknownDomain
    from audiostyle.errors import VideoReadError as VideoReadError
    from audiostyle.errors import VideoWriteError as VideoWriteError
    from audiostyle.models.zoo import find_model as find_model
    from audiostyle.models.zoo import list_models as list_models
    from audiostyle.spectrogram.profile import StyleProfile as StyleProfile
    from audiostyle.spectrogram.profile import load_profile as load_profile
    from audiostyle.spectrogram.profile import make_profile as make_profile
    from audiostyle.spectrogram.profile import save_profile as save_profile
    from audiostyle.spectrogram.transfer import TransferReport as TransferReport
    from audiostyle.spectrogram.transfer import transfer as transfer
    from audiostyle.spectrogram.transfer import transfer_file as transfer_file
    from audiostyle.translation.report import TranslationReport as TranslationReport
    from audiostyle.translation.transcription import Transcription as Transcription
    from audiostyle.translation.translator import Translator as Translator

export_lazily(
    __name__,
    {
        "audiostyle._version": ("__version__",),
        "audiostyle.errors": (
            "AudioReadError",
            "AudioWriteError",
            "AudiostyleError",
            "ConvergenceError",
            "ModelNotFound",
            "PictureReadError",
            "PictureWriteError",
            "ShapeError",
            "TrainingError",
            "UnknownDomain",
            "VideoReadError",
            "VideoWriteError",
        ),
        "audiostyle.models.zoo": ("find_model", "list_models"),
        "audiostyle.spectrogram.profile": ("StyleProfile", "load_profile", "make_profile", "save_profile"),
        "audiostyle.spectrogram.transfer": ("TransferReport", "transfer", "transfer_file"),
        "audiostyle.translation.report": ("TranslationReport",),
        "audiostyle.translation.transcription": ("Transcription",),
        "audiostyle.translation.translator": ("Translator",),
    },
)
