"""Segments without masks: which parts of the content are like which parts of the styles, softly.

================  ========================================================================================
:mod:`.features`  what each place of a picture is like: features, colors, height
:mod:`.clusters`  places that are alike, as soft shares
:mod:`.matching`  which clusters of the styles a cluster of the content is to look like
:mod:`.shares`    shares of the places, enlarged along the edges of the picture
:mod:`.segment`   all of it: regions for any method
:mod:`.drawing`   a sheet of what was matched with what, and masks to edit
================  ========================================================================================
"""
