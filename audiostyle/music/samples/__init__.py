"""Sampled instruments: recordings of single notes, and performances played on them.

===================  =======================================================================
:mod:`.opening`      `open_instrument`: whatever a user has, as one thing that plays
:mod:`.folder`       a folder of single notes, named by pitch and dynamic
:mod:`.names`        pitch and dynamic of a note, read off the name of its file
:mod:`.sfz`          SFZ files
:mod:`.presets`      presets of soundfonts, through FluidSynth
:mod:`.zones`        which recording a key plays at which velocity
:mod:`.recordings`   single notes made ready: cut, mono, sustained ones prolonged
:mod:`.playing`      performances to sound
===================  =======================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.music.samples.opening import PlayableInstrument as PlayableInstrument
    from audiostyle.music.samples.opening import is_instrument as is_instrument
    from audiostyle.music.samples.opening import open_instrument as open_instrument
    from audiostyle.music.samples.zones import SampledInstrument as SampledInstrument
    from audiostyle.music.samples.zones import Zone as Zone

export_lazily(
    __name__,
    {
        "audiostyle.music.samples.opening": ("PlayableInstrument", "is_instrument", "open_instrument"),
        "audiostyle.music.samples.zones": ("SampledInstrument", "Zone"),
    },
)
