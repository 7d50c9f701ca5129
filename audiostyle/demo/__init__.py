"""Examples that come with the package, and what they become.

``chorale.ogg`` is the recording of ``examples/``: sixteen bars of a chorale by J. S. Bach, played by flute,
two clarinets and bassoon of a soundfont (MuseScore General, MIT).  ``photo.jpg`` and ``dusk.jpg`` are
photographs in the public domain (CC0): a cup of coffee by Rachel Michetti, and a rocket at dusk by SpaceX.
"""

from pathlib import Path

__all__ = ["EXAMPLES_FOLDER"]

EXAMPLES_FOLDER = Path(__file__).parent
"""Where the examples lie."""
