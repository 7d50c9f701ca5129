"""Settings of the documentation: ``python -m sphinx -W --keep-going -b html docs docs/_build``.

The build needs the extra ``docs`` and no network.  The pages of the API and of the command line are written
anew at every build by ``_ext/api_pages.py`` and ``_ext/command_line.py``, from docstrings and help texts;
``_ext/outside.py`` brings in the documents that lie elsewhere in the repository.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # this tree is documented, whatever else is installed
sys.path.insert(0, str(ROOT / "docs" / "_ext"))
os.environ.setdefault("COLUMNS", "100")  # the width of the help texts

import audiostyle  # noqa: E402

project = "audiostyle"
author = "The audiostyle contributors"
copyright = author  # the name that Sphinx asks for
release = version = audiostyle.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "api_pages",
    "command_line",
    "outside",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build", "_ext", "README.md"]
default_role = "code"  # in docstrings, `name` is a piece of code

myst_enable_extensions = ["colon_fence", "deflist", "tasklist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_attr_annotations = False  # types stand in the signature
napoleon_use_ivar = True  # attributes are described once, in the docstring of their class
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 90
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"audiostyle {release}"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_theme_options = {"navigation_with_keys": True}
pygments_style = "friendly"
