"""Networks, and the zoo that ships their weights.

====================  ==================================================================
:mod:`.frontend`      waveform to harmonic stacks of log-frequency spectra
:mod:`.encoder`       the shared encoder: any music to the domain-free code
:mod:`.critic`        the domain critic and the gradient reversal that trains against it
:mod:`.excitation`    what a domain's notes sound like: spectral templates and envelopes
:mod:`.layers`        WaveNet's gated dilated layer
:mod:`.decoder`       a domain's decoder: keys to a log-magnitude spectrum
:mod:`.phase`         the phases that go with it
:mod:`.timbre`        cepstra to a point whose direction is timbre
:mod:`.mulaw`         waves as 256 codes
:mod:`.wavenet`       WaveNet, a decoder that makes a sample from those before it
:mod:`.sampling`      waves from a WaveNet, fast
:mod:`.wave_encoder`  the published encoder: a wave to a latent, without notes
:mod:`.device`        where to compute
:mod:`.manifest`      what a model folder says about itself
:mod:`.zoo`           models by name, checked and loaded
:mod:`.saving`        writing a model folder
====================  ==================================================================

Nothing here knows how a network is trained, or any file format of the user's.
"""
