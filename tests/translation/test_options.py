"""Options: the same names and defaults in every method of the translator, checked before work."""

import inspect
from dataclasses import fields

import pytest

from audiostyle.errors import AudiostyleError
from audiostyle.translation.options import TranslationOptions
from audiostyle.translation.translator import Translator

METHODS = (
    Translator.translate,
    Translator.translate_file,
    Translator.transcribe,
    Translator.transcribe_file,
    Translator.synthesize,
)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
def test_methods_have_the_options_and_their_defaults(method):
    parameters = inspect.signature(method).parameters
    defaults = {field.name: field.default for field in fields(TranslationOptions)}
    shared = parameters.keys() & defaults.keys()
    assert {name: parameters[name].default for name in shared} == {name: defaults[name] for name in shared}
    assert all(parameters[name].kind is inspect.Parameter.KEYWORD_ONLY for name in shared)


@pytest.mark.parametrize("method", METHODS[:2], ids=lambda method: method.__name__)
def test_translating_takes_them_all(method):
    assert {field.name for field in fields(TranslationOptions)} <= inspect.signature(method).parameters.keys()


def test_what_makes_no_sense_is_refused():
    for strength in (-0.01, 1.01, float("nan")):
        with pytest.raises(AudiostyleError, match="strength"):
            TranslationOptions(strength=strength)
    for expression in (-0.01, 1.01, float("nan"), "all"):
        with pytest.raises(AudiostyleError, match="expression"):
            TranslationOptions(expression=expression)
    for follow in ("levels", ["pitch", "time"], 3, [None]):
        with pytest.raises(AudiostyleError, match="follow"):
            TranslationOptions(follow=follow)
    with pytest.raises(AudiostyleError, match="did you mean 'spectral'"):
        TranslationOptions(decoder="spectrum")


def test_what_is_followed_is_named_in_any_way():
    for follow in ("pitch,level", ["pitch", "level"], ("level", "pitch", "level"), "level, pitch"):
        assert TranslationOptions(follow=follow).follow == ("level", "pitch")
    assert TranslationOptions(follow="pitch").follow == ("pitch",)
