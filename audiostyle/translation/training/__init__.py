"""Training: the shared encoder, and one decoder per domain with the encoder frozen.

====================  =====================================================================
:mod:`.excerpts`      seeded excerpts of a corpus: the batch of a step depends on nothing else
:mod:`.augmentation`  rooms, equalisers, noise, level: what an encoder must not mind
:mod:`.encoder`       losses of the encoder: notes, reconstruction, confusion
:mod:`.pruning`       units that say nothing, left out of a trained encoder
:mod:`.domain`        losses of a decoder
====================  =====================================================================
"""
