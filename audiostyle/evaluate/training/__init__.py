"""Training what measures need.

====================  ==================================================================
:mod:`.instruments`   one performance on many instruments, as cepstra
:mod:`.timbre`        triplets of them, and the timbre network that tells them apart
====================  ==================================================================
"""
