"""Training of the autoencoder of spectrograms on folders of recordings.

==================  ===================================================================
:mod:`.material`    synthetic surroundings and speech; music is a rendered corpus
:mod:`.crops`       log spectrograms of recordings, and random crops of them
:mod:`.recipe`      from recordings to a model folder
==================  ===================================================================
"""
