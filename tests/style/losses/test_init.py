"""The package is cheap to import."""

import subprocess
import sys


def test_importing_the_losses_loads_no_torch():
    code = (
        "import sys, audiostyle.style.losses as l; assert 'torch' not in sys.modules; assert 'Gram' in dir(l)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
