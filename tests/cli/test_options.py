"""Options that commands share are described once, and say what the library says."""

import inspect
from collections import defaultdict
from typing import get_args

import pytest
import typer
from typer.main import get_command

from audiostyle.cli.app import COMMANDS, build_app
from audiostyle.cli.console import UsageError
from audiostyle.cli.options import (
    Clip,
    check_device,
    choose_method,
    collect_options,
    describe_methods,
    format_flag,
    parse_numbers,
)
from audiostyle.image.methods import METHODS as STYLIZE_METHODS
from audiostyle.spectrogram.methods import METHODS as TRANSFER_METHODS


def list_parameters():
    """Every command with each of its parameters."""
    waiting = [("audiostyle", get_command(build_app()))]
    while waiting:
        name, command = waiting.pop()
        waiting += [(f"{name} {child}", one) for child, one in getattr(command, "commands", {}).items()]
        for parameter in command.params:
            yield name, parameter


@pytest.mark.parametrize("flag", ["--strength", "--device", "--seed", "--weights", "--json", "--quiet"])
def test_the_same_option_is_the_same_everywhere(flag):
    found = defaultdict(set)
    for name, parameter in list_parameters():
        if flag in parameter.opts:
            found[parameter.help, parameter.metavar, parameter.default].add(name)
    assert len(found) == 1, dict(found)


def test_every_option_says_what_it_is_for():
    silent = [(name, p.name) for name, p in list_parameters() if not getattr(p, "help", None)]
    assert silent == []


@pytest.mark.parametrize(
    "command, methods", [("transfer", TRANSFER_METHODS), ("image stylize", STYLIZE_METHODS)]
)
def test_help_says_of_methods_what_their_registry_says(audiostyle, command, methods):
    text = " ".join(audiostyle(*command.split(), "--help").out.split())
    for name, method in methods.items():
        assert f"{name} ({method.summary})" in text
    assert describe_methods(methods) in text


def test_verbs_take_devices_and_strengths_where_something_is_computed():
    flags = defaultdict(set)
    for name, parameter in list_parameters():
        flags[name] |= set(parameter.opts)
    assert "--device" in flags["audiostyle profile make"]
    for command in ("translate", "transfer", "image stylize"):
        assert {"--strength", "--device", "--seed", "--json"} <= flags[f"audiostyle {command}"], command
    assert "--mix" in flags["audiostyle translate"]
    assert [name for name, found in flags.items() if "--offline" in found] == [
        "audiostyle train image-decoders"
    ]  # nothing else is ever downloaded


def test_every_verb_is_a_module_with_an_app():
    import importlib

    for command in COMMANDS:
        assert isinstance(importlib.import_module(f"audiostyle.cli.{command}").app, typer.Typer)


def test_choices_are_those_of_the_library():
    from audiostyle.cli import image_options, translate
    from audiostyle.image.methods import Smoothing
    from audiostyle.image.smoothing.smooth import Affinity
    from audiostyle.image.smoothing.solver import Normalization
    from audiostyle.sound import writing
    from audiostyle.translation.kinds import SYNTHESIZERS

    assert set(translate.DecoderKind) == set(SYNTHESIZERS)
    for choices, known in (
        (Clip, writing.Clip),
        (image_options.Smooth, Smoothing),
        (image_options.Affinity, Affinity),
        (image_options.Normalization, Normalization),
    ):
        assert set(choices) == set(get_args(known))


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda", "cuda:1", "mps"])
def test_devices_have_torch_s_names(device):
    assert check_device(device) == device


@pytest.mark.parametrize("device", ["gpu", "cuda:", "CPU", "cuda:x", ""])
def test_another_device_is_a_mistake(device):
    with pytest.raises(typer.BadParameter, match="none of auto, cpu"):
        check_device(device)


def test_what_was_not_set_is_left_out_and_choices_are_names():
    assert collect_options(clip=Clip.none, levels=(1, 2), seed=0, match=None) == {
        "clip": "none",
        "levels": (1, 2),
        "seed": 0,
    }


def test_numbers_stand_between_commas():
    assert parse_numbers("--levels", "4,3", int) == (4, 3)
    assert parse_numbers("--weights", "0.5", float) == (0.5,)
    for text in ("4;3", "", "1,", "a"):
        with pytest.raises(UsageError, match=f"--levels {text}: give numbers"):
            parse_numbers("--levels", text, int)


def test_an_unknown_method_is_told_with_those_there_are():
    assert choose_method(TRANSFER_METHODS, "gram") is TRANSFER_METHODS["gram"]
    with pytest.raises(UsageError, match=r"--method grm: not known, did you mean 'gram'\?"):
        choose_method(TRANSFER_METHODS, "grm")


def test_flags_are_spelled_as_typed():
    assert format_flag({"smooth", "memory_limit"}) == "--memory-limit"


def test_defaults_of_stylize_are_those_of_the_library():
    from audiostyle.cli.image import stylize as command
    from audiostyle.image import stylize

    asked, library = (inspect.signature(function).parameters for function in (command, stylize))
    for name in ("method", "strength", "weights", "smooth", "smoothness", "memory_limit", "device"):
        if name in library:
            assert asked[name].default == library[name].default
