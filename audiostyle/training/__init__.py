"""What every training shares, of sound or of pictures.

====================  ==========================================================
:mod:`.loop`          warm-up and decay, clipping, averaging, validation
:mod:`.checkpoint`    state that survives being killed at any moment
:mod:`.autoencoders`  encoders and decoders of the VGG family
:mod:`.distributed`   several processes that train one model
:mod:`.recordings`    the recordings in a folder
====================  ==========================================================
"""
