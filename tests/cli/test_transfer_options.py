"""The choices of ``audiostyle transfer`` are those of the library."""

from typing import get_args

from audiostyle.cli import transfer_options
from audiostyle.spectrogram import gram
from audiostyle.spectrogram.methods import METHODS


def test_choices_are_the_library_s():
    for choice, literal in (
        (transfer_options.Features, gram.Features),
        (transfer_options.Start, gram.Start),
        (transfer_options.Optimized, gram.Variable),
    ):
        assert [member.value for member in choice] == list(get_args(literal))


def test_the_help_of_method_lists_every_method():
    (option,) = transfer_options.Method.__metadata__
    assert all(name in option.help and method.summary in option.help for name, method in METHODS.items())
