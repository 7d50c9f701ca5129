"""Work for the page that takes no time; other processes import it by name."""

import os
import time

from audiostyle.app.jobs import Result
from audiostyle.app.requests import Offer
from audiostyle.errors import AudiostyleError

OFFER = Offer({"piano": "a piano", "band": "all"}, {"wct": "moments"}, {"mkl": "colors"}, ("mosaic",))


def pretend(request, folder, note):
    """Work that leaves one file; what it does depends on its transpose."""
    note(0.25, "pretending")
    how = request.options.get("transpose")
    if how == 1:
        raise AudiostyleError(f"{request.paths[0]}: cannot be played")
    if how == 2:
        raise ZeroDivisionError
    if how == 3:
        os._exit(9)  # as the kernel does where memory runs out
    if how == 4:
        while True:
            time.sleep(0.01)
    (folder / "made.flac").write_bytes(request.paths[0].read_bytes())
    return Result(("made.flac",), {"made": "made.flac"})
