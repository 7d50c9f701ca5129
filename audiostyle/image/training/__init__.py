"""Training the networks of :mod:`audiostyle.image` on a folder of photographs.

=====================  ====================================================================
:mod:`.photographs`    seeded crops: the batch of a step depends on nothing else
:mod:`.reconstruction` what a decoder is to do: give back the picture, and the maps within
:mod:`.distillation`   a compact encoder that sees what a VGG sees
:mod:`.decoders`       decoders of every level for a frozen encoder
=====================  ====================================================================
"""
