"""Translate a recording to every domain of a model; it is transcribed only once.

Run it from the repository's root: python examples/several_domains.py [FOLDER FOR RESULTS]
"""

import sys
import tempfile
from pathlib import Path

import audiostyle

results = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())

translator = audiostyle.Translator.from_pretrained()
outputs = {domain: results / f"chorale.{domain}.flac" for domain in translator.domains}
report = translator.translate_file("examples/chorale.flac", outputs, midi=results / "chorale.mid")
for domain, path in report.outputs.items():
    print(f"{domain}: {path}, {report.folded[domain]} of {report.notes} notes moved into its range")
