"""What pages answer alike: their own files, and refusals as sentences.

A page's files are those of its folder and of ``serving/web``, which all pages share.
"""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from audiostyle.serving.requests import Refused, log_refusal

SHARED = Path(__file__).parent / "web"
"""The files that all pages share."""

_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_CURRENT = {"cache-control": "no-cache"}  # a browser asks whether what it has is still so


class PageFiles:
    """The scripts, styles and drawings of a page; nothing else in their folders is sent.

    Args:
        folder: with ``index.html`` and what belongs to it, without folders.
    """

    def __init__(self, folder: Path) -> None:
        paths = (path for each in (SHARED, folder) for path in each.iterdir())
        self._files = {path.name: path for path in paths if path.suffix in _TYPES}

    async def send_page(self, request: Request) -> Response:
        """Answer ``GET /``."""
        return self._send("index.html")

    async def send_file(self, request: Request) -> Response:
        """Answer ``GET /web/{name}``.

        Raises:
            Refused: there is no such file.
        """
        return self._send(request.path_params["name"])

    def _send(self, name: str) -> Response:
        path = self._files.get(name)
        if path is None:
            raise Refused(404, "there is no such file")
        return FileResponse(path, media_type=_TYPES[path.suffix], headers=_CURRENT)


async def explain_refusal(request: Request, error: Refused) -> Response:
    """Answer what was refused by the reason, and log it."""
    log_refusal(request.scope, error)
    return JSONResponse({"error": error.reason}, error.status, headers={"cache-control": "no-store"})


async def explain_missing(request: Request, error: Exception) -> Response:
    """Answer an address that there is not, or that is not asked so."""
    return await explain_refusal(
        request, Refused(getattr(error, "status_code", 404), "there is nothing here")
    )


HANDLERS: Any = {Refused: explain_refusal, 404: explain_missing, 405: explain_missing}
"""Of a Starlette application's exceptions."""
