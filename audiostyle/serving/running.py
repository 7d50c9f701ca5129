"""Running a server: the address it listens on, the link that leads there, and its end.

The server has a thread of its own.  Signals raise exceptions in the main thread, which only waits, so that
they never come in the middle of an answer.
"""

import socket
import threading
from collections.abc import Callable

from audiostyle.errors import AudiostyleError
from audiostyle.serving.requests import App

try:
    import uvicorn
except ImportError:
    raise AudiostyleError(
        "pages are served by uvicorn; install it: pip install 'audiostyle[app]' or 'audiostyle[study]'"
    ) from None

LOCAL_HOSTS = ("127.0.0.1", "::1", "localhost")
"""Hosts that only this machine can reach."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Names by which a page may call a server on this machine."""

_LAST_ANSWERS = 1  # seconds for what is on its way when the server is told to end


def serve(
    app: App,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    token: str | None = None,
    announce: Callable[[str], None] = lambda link: None,
) -> None:
    """Serve an application until the process is told to end.

    Args:
        app: what answers.
        host: address to listen on.
        port: to listen on; 0 is any that is free.
        token: becomes part of the link; what checks it is the application.
        announce: is called with the link once the server listens.

    Raises:
        AudiostyleError: the address is not to be had.
    """
    with listen(host, port) as listener:
        config = uvicorn.Config(
            app,
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
            announce(make_link(host, listener.getsockname()[1], token))
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


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        AudiostyleError: the address is not to be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise AudiostyleError(
            f"{host}:{port} cannot be used ({error.strerror or error}); choose another --port or --host"
        ) from None


def make_link(host: str, port: int, token: str | None) -> str:
    """Return the link for people; of an address that stands for all, that of this machine's name.

    Example:
        >>> make_link("::1", 8000, "secret")
        'http://[::1]:8000/?token=secret'
    """
    everywhere = host in ("0.0.0.0", "::")  # nosec B104
    name = socket.gethostname() if everywhere else host
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}:{port}/" + (f"?token={token}" if token else "")
