"""Training encoders and decoders of the VGG family, of pictures and of spectrograms alike.

======================  ============================================================
:mod:`.tasks`           what is trained: decoders alone, or an encoder with them
:mod:`.stage`           with batch normalisation first, then with frozen statistics
:mod:`.decoders`        decoders of every level, and their losses
:mod:`.reconstruction`  what a decoder is to do: give back what was encoded
:mod:`.batch_norm`      put into convolutions, and folded into them at the end
======================  ============================================================
"""
