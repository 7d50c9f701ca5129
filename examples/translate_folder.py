"""Translate every recording of a folder to the piano, into a second folder that mirrors the first.

Run it from the repository's root: python examples/translate_folder.py [FOLDER FOR RESULTS]
"""

import sys
import tempfile
from pathlib import Path

import audiostyle

source = Path("examples")
results = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())

translator = audiostyle.Translator.from_pretrained()  # loaded once, for all of them
for path in sorted(source.rglob("*.flac")):
    out = results / path.relative_to(source).with_suffix(".piano.flac")
    try:
        report = translator.translate_file(path, out, domain="piano")
    except audiostyle.AudiostyleError as error:  # one recording that cannot be read does not stop the others
        print(error)
        continue
    print(f"{path} -> {out}: {report.seconds:.0f} s of music in {report.elapsed:.1f} s")
