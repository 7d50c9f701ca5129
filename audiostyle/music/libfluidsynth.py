"""FluidSynth's library through ctypes: a soundfont played event by event, without a process or a file.

:mod:`.fluidsynth` renders whole MIDI files with the ``fluidsynth`` program.  This module is for many short
renderings in one process, such as training material that is made while a network learns.
"""

import ctypes
import ctypes.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import TrainingError
from audiostyle.music.fluidsynth import GAIN

CHANNELS = 64
"""MIDI channels of a :class:`SoundFont`, four times as many as a MIDI file has."""

DRUM_BANK = 128
"""The bank in which soundfonts keep their drum kits."""

_POLYPHONY = 256  # voices of the synthesizer that may sound at once
_POINTER, _INT, _TEXT, _DOUBLE = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_double
_SIGNATURES: dict[str, tuple[object, ...]] = {
    "new_fluid_settings": (_POINTER,),
    "fluid_settings_setint": (_INT, _POINTER, _TEXT, _INT),
    "fluid_settings_setnum": (_INT, _POINTER, _TEXT, _DOUBLE),
    "new_fluid_synth": (_POINTER, _POINTER),
    "fluid_synth_sfload": (_INT, _POINTER, _TEXT, _INT),
    "fluid_synth_get_sfont_by_id": (_POINTER, _POINTER, _INT),
    "fluid_synth_add_sfont": (_INT, _POINTER, _POINTER),
    "fluid_synth_remove_sfont": (_INT, _POINTER, _POINTER),
    "delete_fluid_synth": (None, _POINTER),
    "fluid_synth_program_select": (_INT, _POINTER, _INT, _INT, _INT, _INT),
    "fluid_synth_pitch_wheel_sens": (_INT, _POINTER, _INT, _INT),
    "fluid_synth_pitch_bend": (_INT, _POINTER, _INT, _INT),
    "fluid_synth_cc": (_INT, _POINTER, _INT, _INT, _INT),
    "fluid_synth_noteon": (_INT, _POINTER, _INT, _INT, _INT),
    "fluid_synth_noteoff": (_INT, _POINTER, _INT, _INT),
    "fluid_synth_write_float": (_INT, _POINTER, _INT, _POINTER, _INT, _INT, _POINTER, _INT, _INT),
    "fluid_set_log_function": (_POINTER, _INT, _POINTER, _POINTER),
}
"""Function → type of its result, then the types of its arguments."""

_FUNCTIONS = {
    "note_on": "fluid_synth_noteon",
    "note_off": "fluid_synth_noteoff",
    "control": "fluid_synth_cc",
    "pitch_bend": "fluid_synth_pitch_bend",
}


class Event(NamedTuple):
    """One MIDI event.

    Attributes:
        kind: what happens.
        channel: 0 to 63.
        values: key and velocity of ``note_on``, key of ``note_off``, controller and value of ``control``,
            position 0–16383 of ``pitch_bend`` (8192 is the middle).

    Example:
        >>> Event("note_on", 0, (60, 100))  # middle C, on the first channel
        Event(kind='note_on', channel=0, values=(60, 100))
    """

    kind: Literal["note_on", "note_off", "control", "pitch_bend"]
    channel: int
    values: tuple[int, ...]


class Program(NamedTuple):
    """Which instrument plays on a channel.

    Attributes:
        bank: of the soundfont; 0 holds the General MIDI instruments, 128 the drum kits.
        number: of the program in its bank, 0–127.

    Example:
        >>> violin = Program(bank=0, number=40)
    """

    bank: int
    number: int


def load_library(folder: Path | None = None) -> ctypes.CDLL:
    """Load libfluidsynth.

    Args:
        folder: of ``libfluidsynth.so`` and of the libraries that it needs, for machines on which it is not
            installed; None is the system's.

    Raises:
        TrainingError: there is none, or it cannot be loaded.

    Example:
        >>> load_library(Path("/nowhere"))
        Traceback (most recent call last):
        audiostyle.errors.TrainingError: /nowhere: no libfluidsynth there
    """
    if folder is None:
        name = ctypes.util.find_library("fluidsynth")
        if name is None:
            raise TrainingError("rendering needs FluidSynth's library: install your system's 'fluidsynth'")
        return _declare_functions(ctypes.CDLL(name))
    return _declare_functions(_load_folder(folder))


def _load_folder(folder: Path) -> ctypes.CDLL:
    """Load all libraries of a folder, and return FluidSynth's."""
    waiting, found = sorted(folder.glob("lib*.so*")), None
    while waiting:  # a library loads once those that it needs have been loaded
        failed = []
        for path in waiting:
            try:
                library = ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
            except OSError as error:
                failed.append(path)
                reason = error
                continue
            if path.name.startswith("libfluidsynth"):
                found = library
        if len(failed) == len(waiting):
            raise TrainingError(f"{folder}: {reason}")
        waiting = failed
    if found is None:
        raise TrainingError(f"{folder}: no libfluidsynth there")
    return found


def _declare_functions(library: ctypes.CDLL) -> ctypes.CDLL:
    """Tell ctypes the signatures, and silence FluidSynth's messages of all five severities."""
    for name, (result, *arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    for severity in range(5):
        library.fluid_set_log_function(severity, None, None)
    return library


class SoundFont:
    """A soundfont in memory with a synthesizer that plays it, without reverb and chorus.

    Processes that are forked after the soundfont was loaded share its memory.

    Args:
        library: what :func:`load_library` returns.
        path: an .sf2 or .sf3 file.
        sample_rate: in hertz.
        bend_range: semitones that the pitch wheel reaches in each direction.

    Raises:
        TrainingError: the file cannot be loaded.

    Example:
        >>> font = SoundFont(load_library(), Path("FluidR3_GM.sf2"), 22050)  # doctest: +SKIP
        >>> strike = {0: [Event("note_on", 0, (60, 100))]}
        >>> font.render({0: Program(0, 19)}, strike, 22050).shape  # doctest: +SKIP
        (22050,)
    """

    def __init__(self, library: ctypes.CDLL, path: Path, sample_rate: int, bend_range: int = 24) -> None:
        self._library, self._bend_range = library, bend_range
        settings = library.new_fluid_settings()
        for name, value in (
            (b"synth.reverb.active", 0),
            (b"synth.chorus.active", 0),
            (b"synth.midi-channels", CHANNELS),
            (b"synth.polyphony", _POLYPHONY),
            (b"synth.lock-memory", 0),
            (b"synth.threadsafe-api", 0),
        ):
            library.fluid_settings_setint(settings, name, value)
        library.fluid_settings_setnum(settings, b"synth.sample-rate", float(sample_rate))
        library.fluid_settings_setnum(settings, b"synth.gain", GAIN)
        self._settings = settings
        owner = library.new_fluid_synth(settings)  # of the soundfont; it never plays
        number = library.fluid_synth_sfload(owner, str(path).encode(), 1)
        if number < 0:
            raise TrainingError(f"{path}: FluidSynth could not load it")
        self._font = library.fluid_synth_get_sfont_by_id(owner, number)

    def render(
        self, programs: Mapping[int, Program], events: Mapping[int, Sequence[Event]], samples: int
    ) -> NDArray[np.float32]:
        """Return the mono wave (samples,) of events, which does not depend on what was rendered before.

        Args:
            programs: of each channel that is used.  Where the soundfont lacks one, number 0 of its bank is
                played.
            events: sample → what happens there, in order.  FluidSynth is exact to 64 samples.
            samples: length of the wave; what would happen later is left out.
        """
        library = self._library
        # A synthesizer that is only reset lets the notes of the rendering before die away in the next one.
        synth = library.new_fluid_synth(self._settings)
        number = library.fluid_synth_add_sfont(synth, self._font)
        try:
            for channel, (bank, program) in sorted(programs.items()):
                if library.fluid_synth_program_select(synth, channel, number, bank, program) < 0:
                    library.fluid_synth_program_select(synth, channel, number, bank, 0)
                library.fluid_synth_pitch_wheel_sens(synth, channel, self._bend_range)
            return self._play(synth, events, samples)
        finally:
            library.fluid_synth_remove_sfont(synth, self._font)
            library.delete_fluid_synth(synth)

    def _play(self, synth: int, events: Mapping[int, Sequence[Event]], samples: int) -> NDArray[np.float32]:
        """Return the mono wave (samples,) of events on a synthesizer."""
        library = self._library
        left, right = (np.zeros(samples, np.float32) for _ in range(2))
        done = 0
        for sample in [*sorted(place for place in events if place < samples), samples]:
            if sample > done:
                pointers = (left.ctypes.data, done, 1, right.ctypes.data, done, 1)
                library.fluid_synth_write_float(synth, sample - done, *pointers)
                done = sample
            for event in events.get(sample, ()) if sample < samples else ():
                getattr(library, _FUNCTIONS[event.kind])(synth, event.channel, *event.values)
        return np.asarray(0.5 * (left + right))
