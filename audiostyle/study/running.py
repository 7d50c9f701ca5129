"""Running the server of a study: the address it listens on, the links that lead there, and its end.

The server has a thread of its own.  Signals raise exceptions in the main thread, which only waits, so that
they never come in the middle of an answer.
"""

import socket
import threading
from collections.abc import Callable
from pathlib import Path

from audiostyle.errors import AudiostyleError
from audiostyle.study.files import get_token
from audiostyle.study.server import open_server

try:
    import uvicorn
except ImportError:
    raise AudiostyleError(
        "a study is served by uvicorn; install it: pip install 'audiostyle[study]'"
    ) from None

LOCAL_HOSTS = ("127.0.0.1", "::1", "localhost")
"""Hosts that only this machine can reach."""

_LAST_ANSWERS = 1  # seconds for what is on its way when the server is told to end


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
    with open_server(folder, token) as server, _listen(host, port) as listener:
        config = uvicorn.Config(
            server.app,
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=_LAST_ANSWERS,
        )
        web = uvicorn.Server(config)
        # No join: one that a signal interrupts takes a thread that is running for one that has ended.
        ended = threading.Event()
        threading.Thread(target=_run, args=(web, listener, ended), name="web").start()
        try:
            announce(_make_link(host, listener.getsockname()[1], token))
            while not ended.wait(1.0):
                pass
        finally:
            web.should_exit = True
            ended.wait()


def _run(web: uvicorn.Server, listener: socket.socket, ended: threading.Event) -> None:
    """Run the server until it is told to end."""
    try:
        web.run(sockets=[listener])
    finally:
        ended.set()


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens, before anything is announced."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise AudiostyleError(
            f"{host}:{port} cannot be used ({error.strerror or error}); choose another --port or --host"
        ) from None


def _make_link(host: str, port: int, token: str | None) -> str:
    """Return the link for listeners; of an address that stands for all, that of this machine's name."""
    everywhere = host in ("0.0.0.0", "::")  # nosec B104
    name = socket.gethostname() if everywhere else host
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}:{port}/" + (f"?token={token}" if token else "")
