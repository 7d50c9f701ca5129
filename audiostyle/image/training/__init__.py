"""Training the networks of :mod:`audiostyle.image` on a folder of photographs.

=====================  ====================================================================
:mod:`.photographs`    seeded crops: the batch of a step depends on nothing else
:mod:`.distillation`   a compact encoder that sees what a VGG sees
:mod:`.principal`      what it sees, as principal components
:mod:`.backbone`       from photographs to a model folder
=====================  ====================================================================
"""
