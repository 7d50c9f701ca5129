"""Python runs this at start-up when the folder is on PYTHONPATH: processes get the fake translator too."""

import sys

import fake_translator

sys.modules["audiostyle.translation.translator"] = fake_translator
