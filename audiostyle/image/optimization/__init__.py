"""Optimization of pictures: the oldest family of neural style transfer, with all losses of the library.

==================  ========================================================================================
:mod:`.optimize`    `optimize`: descent on a picture, coarse to fine
:mod:`.presets`     the papers' settings, as data
:mod:`.settings`    a preset, and what is to be different from it
:mod:`.stages`      one size: the pictures, and the loss that is made of them
:mod:`.bands`       what the optimizer changes: light and colors, band by band of detail
:mod:`.pixels`      pictures at other sizes and in gray
:mod:`.features`    feature maps by the names of layers
:mod:`.tiled`       maps of large pictures, or their moments alone, tile by tile
:mod:`.matting`     the photorealism energy, by a stencil
:mod:`.snapshots`   states and pictures on the way, from which an optimization goes on
==================  ========================================================================================
"""
