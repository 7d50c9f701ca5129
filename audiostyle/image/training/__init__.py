"""Training of the networks of :mod:`audiostyle.image` on folders of photographs.

=====================  ====================================================================
:mod:`.photographs`    photographs in folders, and random crops of them
:mod:`.distillation`   a compact encoder that learns a VGG's features
:mod:`.principal`      a VGG's features as their principal components
:mod:`.backbone`       from photographs to a model folder
=====================  ====================================================================
"""
