"""Training of the network that a metric needs.

====================  ==================================================================
:mod:`.instruments`   the same performances on many instruments, as cepstra
:mod:`.timbre`        the timbre network, trained on triplets of them
====================  ==================================================================
"""
