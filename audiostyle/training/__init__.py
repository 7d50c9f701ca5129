"""What every training shares, of sound or of pictures.

=====================  ==========================================================
:mod:`.loop`           warm-up and decay, clipping, averaging, validation
:mod:`.muon`           the optimizer of weights between hidden layers
:mod:`.checkpoint`     state that survives being killed at any moment
:mod:`.sampling`       random examples that depend on the seed and the step alone
:mod:`.recipes`        TOML files that say how to train a model again
:mod:`.recordings`     the recordings in a folder
:mod:`.distributed`    several processes that train one model
:mod:`.autoencoders`   encoders and decoders of the VGG family
=====================  ==========================================================
"""
