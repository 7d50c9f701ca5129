"""Universal music translation: one shared encoder, one decoder per domain.

==================  =====================================================================
:mod:`.scores`      pieces of music as notes, with the split that keeps tests honest
:mod:`.performance` a score played by somebody: tempo, dynamics, instruments, detuning
:mod:`.midi`        performances to and from Standard MIDI Files
:mod:`.synthesis`   MIDI to sound through FluidSynth and a soundfont
:mod:`.corpus`      folders of recordings with their notes, rendered or a user's own
:mod:`.grid`        notes to the time–pitch grid of the code, and back
:mod:`.translator`  the whole: file in, file out, in constant memory
==================  =====================================================================
"""
