"""The work of a command on one input, which worker processes unpickle and run.

=====================  ==================================================================================
:mod:`.translate`      a recording translated to its domains
:mod:`.transfer`       a recording given the texture of others, and its plot
:mod:`.stylize`        a picture given the style of others, and its sheet
:mod:`.optimize`       the same by optimization, with lines about the losses
:mod:`.network`        a picture stylized by a network of one style
:mod:`.lut`            the colors of a picture mapped by a table
:mod:`.stereo`         two views of one scene stylized alike
:mod:`.smooth`         a picture smoothed along the edges of a guide
:mod:`.evaluate`       an item measured: all systems by all metrics
:mod:`.pictures`       what the work on pictures shares
=====================  ==================================================================================
"""
