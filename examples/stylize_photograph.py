"""Give a photograph the style of another, as a file and as an array.

Run it from the repository's root: python examples/stylize_photograph.py [FOLDER FOR RESULTS]
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

import audiostyle.image

results = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())

# From file to file: size, way up, color profile and depth stay as they are.
out = results / "photo.develop.jpg"
audiostyle.image.stylize_file("examples/photo.jpg", "examples/style.jpg", out)
print(out)

# The look of it as a table of colors, for video editors and cameras.
content, style = (audiostyle.image.read_picture(f"examples/{name}.jpg") for name in ("photo", "style"))
look = audiostyle.image.make_lut(content.to_array(), style.convert_to_profile_of(content))
audiostyle.image.write_cube(results / "style.cube", look, "style")
print(results / "style.cube")

# From array to array: uint8 in, uint8 out.
content, style = (np.asarray(Image.open(f"examples/{name}.jpg")) for name in ("photo", "style"))
for strength in (0.5, 1.0):
    picture = audiostyle.image.stylize(content, style, method="mkl", strength=strength)
    Image.fromarray(picture).save(results / f"photo.mkl.{strength}.png")
    print(f"{results / f'photo.mkl.{strength}.png'}: {picture.shape}, {picture.dtype}")
