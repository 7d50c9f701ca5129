"""audiostyle: change the style of a recording and keep its content.

==========================  ==============================================================================
``Translator``              a song played on another instrument: ``Translator.from_pretrained()``, then
                            ``.translate(wave, sample_rate, domain=…)``, ``.translate_file(path, …)``,
                            ``.transcribe(wave, sample_rate)`` or ``.synthesize(notes, domain=…)``
``Transcription``           the notes of a recording: an array, a MIDI file, or what to synthesize
``TranslationReport``       what a translation of a file did
``find_model``, ``list_models``   the models there are, and what their domains sound like
``transfer``                the texture of one recording put onto another
``AudiostyleError``         base of every error raised on purpose (see :mod:`audiostyle.errors`)
==========================  ==============================================================================

Rooms: ``cli`` (the command), ``translation`` (encoder, decoders), ``spectrogram`` (style transfer between
recordings), ``image`` (pictures: methods, smoothing), ``evaluate`` (measures), ``style`` (what style is for
any feature map), ``models`` (networks, weights), ``sound`` (files, time-frequency transforms: audio without
style), ``training`` (the loop and its state).

Importing the package is cheap: a public name loads its module, and with it torch, when it is first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from audiostyle._version import __version__
    from audiostyle.errors import AudiostyleError
    from audiostyle.models.zoo import find_model, list_models
    from audiostyle.spectrogram.transfer import transfer
    from audiostyle.translation.report import TranslationReport
    from audiostyle.translation.transcription import Transcription
    from audiostyle.translation.translator import Translator


__all__ = [
    "AudiostyleError",
    "Transcription",
    "TranslationReport",
    "Translator",
    "__version__",
    "find_model",
    "list_models",
    "transfer",
]

_HOMES = {
    "__version__": "audiostyle._version",
    "AudiostyleError": "audiostyle.errors",
    "Transcription": "audiostyle.translation.transcription",
    "TranslationReport": "audiostyle.translation.report",
    "Translator": "audiostyle.translation.translator",
    "find_model": "audiostyle.models.zoo",
    "list_models": "audiostyle.models.zoo",
    "transfer": "audiostyle.spectrogram.transfer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'audiostyle' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
