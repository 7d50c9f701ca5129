"""Networks, and the zoo that finds, checks and loads their weights.

==================  =====================================================================
:mod:`.frontend`    recordings to log-frequency bands, what the encoder sees
:mod:`.encoder`     the shared encoder
:mod:`.critic`      the domain critic and its gradient reversal
:mod:`.manifest`    what a model folder says about itself
:mod:`.zoo`         models by name or path; verified loading
:mod:`.saving`      writing a model folder: a new encoder, one more domain
==================  =====================================================================
"""
