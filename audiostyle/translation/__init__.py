"""Universal music translation: one shared encoder, one decoder per domain.

======================  =====================================================================
:mod:`.translator`      the whole: file in, file out, in constant memory
:mod:`.listening`       a stream of sound through the encoder to notes
:mod:`.grid`            notes on the time–pitch grid of the code, and back
:mod:`.ranges`          notes fitted to what a domain can play
:mod:`.playing`         notes through a decoder to a stream of sound
:mod:`.decoders`        the kinds of decoders
:mod:`.conditions`      notes as a WaveNet is told of them
:mod:`.prediction`      what the parallel decoder says of the next sample, and the rest
:mod:`.companding`      waves as the codes that a WaveNet speaks
:mod:`.autoregressive`  notes through a WaveNet, sample by sample
:mod:`.latents`         listening without notes, as published
:mod:`.stretches`       a few stretches at once, and shorter ones where memory runs out
----------------------  ---------------------------------------------------------------------
:mod:`.scores`          pieces of music as notes, with the split that keeps tests honest
:mod:`.etudes`          made-up pieces that cover what the scores lack
:mod:`.performance`     a score played by somebody: tempo, dynamics, instruments
:mod:`.midi`            performances to and from Standard MIDI Files
:mod:`.synthesis`       MIDI to sound through FluidSynth and a soundfont
:mod:`.corpus`          folders of rendered recordings with their notes
:mod:`.training`        losses, pruning, recipes
======================  =====================================================================
"""
