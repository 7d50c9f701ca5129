"""Pictures: the reference that the audio methods derive from, and a tool in its own right.

======================  ===================================================================================
:mod:`.stylization`     one door to all methods
:mod:`.photowct`        whitening and colouring, coarse to fine, max-unpooling   (:mod:`.cascade`)
:mod:`.wct`             the same with plain upsampling
:mod:`.adain`           means and deviations at one level
:mod:`.reinhard`        means and deviations of colours
:mod:`.mkl`             linear optimal transport of colours
:mod:`.idt`             iterative distribution transfer, then :mod:`.regrain`
:mod:`.smoothing`       closed-form smoothing: exact (:mod:`.affinity`) or :mod:`.guided`
:mod:`.masks`           what is to look like what, segment by segment
:mod:`.networks`        backbones and decoders;  :mod:`.tiles`: bounded memory at any size
:mod:`.files`           pictures on disk: orientation, alpha, profiles, 8 and 16 bits
:mod:`.training`        decoders for any backbone, and a compact backbone
======================  ===================================================================================

Pictures are RGB (H, W, 3) in [0, 1], NumPy arrays or tensors; what goes in decides what comes out.
"""
