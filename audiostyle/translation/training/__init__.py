"""Training: the shared encoder, and one decoder per domain with the encoder frozen.

=======================  =====================================================================
:mod:`.excerpts`         seeded excerpts of a corpus: the batch of a step depends on nothing else
:mod:`.augmentation`     rooms, equalisers, noise, level: what an encoder must not mind
:mod:`.encoder`          losses of the encoder: notes, reconstruction, confusion
:mod:`.pruning`          units that say nothing, left out of a trained encoder
:mod:`.domain`           a new domain: its recordings in, a decoder out
:mod:`.universal`        decoders of several domains at once, by one process or several
:mod:`.compact`          WaveNets that read notes
:mod:`.paper`            encoder, critic and WaveNets together, as published
:mod:`.teacher_forcing`  the loss of known waves, twice as fast as through the network itself
:mod:`.coded`            recordings as codes in memory
:mod:`.recipe`           everything needed to train a shipped model again
=======================  =====================================================================
"""
