"""Running the server of a study."""

from collections.abc import Callable
from pathlib import Path

from audiostyle.serving.running import LOCAL_HOSTS, serve
from audiostyle.study.files import get_token
from audiostyle.study.server import open_server


def serve_study(
    folder: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    announce: Callable[[str], None] = lambda link: None,
) -> None:
    """Serve a study until the process is told to end.

    Args:
        folder: of the study.
        host: address to listen on.  Any but this machine's own needs a token, which is part of the link.
        port: to listen on; 0 is any that is free.
        announce: is called with the link once the server listens.

    Raises:
        AudiostyleError: there is no such study, its answers cannot be opened, or the address is not to be
            had.
    """
    token = None if host in LOCAL_HOSTS else get_token(Path(folder))
    with open_server(folder, token) as server:
        serve(server.app, host=host, port=port, token=token, announce=announce)
