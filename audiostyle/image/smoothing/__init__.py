"""Manifold ranking on the graph of a picture's pixels: (I − αS)R = (1−α)Y, solved exactly.

==================  ====================================================================================
``stencil``         the graph: what each pixel weighs against the 24 around it, stored plane by plane
``cholesky``        incomplete factorisation of I − αS: the preconditioner
``conjugate``       conjugate gradients, several right-hand sides at once
``strips``          pictures that do not fit: overlapping strips, one in memory at a time
``parallel``        rows shared out among threads
==================  ====================================================================================
"""
