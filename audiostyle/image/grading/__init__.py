"""Color grading: the style's tones and colors as a smooth map of the content's, which cannot make artifacts.

=================  =====================================================================================
:mod:`.tone`       a monotone curve of luminance
:mod:`.samples`    weighted colors: of pixels, of a palette
:mod:`.transport`  a smooth map between palettes by entropic optimal transport
:mod:`.gamut`      colors that screens cannot show, brought back without a change of luminance
:mod:`.table`      a map of colors as a table: looked up, blended by soft shares
:mod:`.fit`        tone and color together, as a table
=================  =====================================================================================
"""
