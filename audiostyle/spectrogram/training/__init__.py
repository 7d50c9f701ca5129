"""Training the autoencoder of spectrograms on folders of recordings.

==================  ===================================================================
:mod:`.material`    speech and surroundings, made here; music is a rendered corpus
:mod:`.crops`       seeded crops of decibel maps: the batch of a step
:mod:`.recipe`      from material to a model folder
==================  ===================================================================
"""
