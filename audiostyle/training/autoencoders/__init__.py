"""Training of encoders and decoders of the VGG family, of pictures and of spectrograms alike.

=======================  ==================================================================
:mod:`.tasks`            what is trained: decoders alone, or an encoder with its decoders
:mod:`.stage`            with batch normalization first, then with its statistics frozen
:mod:`.decoders`         decoders of every level, and their losses
:mod:`.reconstruction`   the loss: absolute error and structural similarity
:mod:`.batch_norm`       put into convolutions, and folded into them at the end
:mod:`.closed_form`      the decoder of relu1_1, by least squares
:mod:`.cards`            results of a training as a Markdown card
=======================  ==================================================================
"""
