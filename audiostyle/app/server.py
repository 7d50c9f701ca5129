"""The page as a web application, for people who do not see each other's files.

==============================  =============================================================================
``GET /``                       the page; with ``?token=…`` it lets people from other machines in
``GET /web/NAME``               its scripts and styles
``GET /api/state``              what can be done here; a browser that is new gets its cookie
``POST /api/uploads``           a file as it is; ``?kind=sound|picture&name=…``
``POST /api/examples/KIND``     an example that comes with the package, as if it had been uploaded
``POST /api/jobs``              a job, see :mod:`.requests`
``GET /api/jobs/ID``            how far it is, and what came of it
``POST /api/jobs/ID/cancel``    cancels it
``GET /results/ID/NAME``        a file of its result; ``?as=mp3`` in another format, to be stored
==============================  =============================================================================
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from audiostyle.app.demo import EXAMPLES, EXAMPLES_FOLDER
from audiostyle.app.downloads import FORMATS, convert
from audiostyle.app.jobs import Job
from audiostyle.app.limits import Limits
from audiostyle.app.queue import Queue
from audiostyle.app.requests import Offer, parse_request
from audiostyle.app.sessions import Kind, Session, Sessions
from audiostyle.app.uploads import clean_name, hide_folder, inspect_upload, receive_upload
from audiostyle.app.worker import Perform
from audiostyle.errors import AudiostyleError
from audiostyle.serving.requests import App, Gate, Rates, Refused, parse_body
from audiostyle.serving.running import LOOPBACK
from audiostyle.temporaries import Temporary

try:
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import ClientDisconnect, Request
    from starlette.responses import FileResponse, JSONResponse, Response
    from starlette.routing import Route

    from audiostyle.serving.pages import HANDLERS, PageFiles
except ImportError:
    raise AudiostyleError("the page needs Starlette; install it: pip install 'audiostyle[app]'") from None

WEB = Path(__file__).parent / "web"
"""The page's own files."""

_COOKIE = "audiostyle-app"
_SHOWN = {".flac": "audio/flac", ".png": "image/png", ".json": "application/json"}  # else it is to be stored
_KINDS: dict[str, Kind] = {"sound": "sound", "picture": "picture"}
_REQUESTS = 200.0  # a second, of an address


class AppServer:
    """The web application.

    Args:
        folder: in which the files of browsers lie while it runs.
        offer: what can be done.
        perform: what does it, in a process of its own.
        limits: how much it takes.
        token: what people from other machines must know; None if only this machine can reach the server.

    Attributes:
        app: to be run by an ASGI server.
    """

    def __init__(
        self, folder: Path, offer: Offer, perform: Perform, limits: Limits, token: str | None = None
    ) -> None:
        self._offer, self._limits = offer, limits
        self._queue = Queue(perform)
        self._converting = asyncio.Lock()
        self._sessions = Sessions(folder, limits, self._queue.cancel)
        files = PageFiles(WEB)
        routes = [
            Route("/", files.send_page),
            Route("/web/{name}", files.send_file),
            Route("/api/state", self._send_state),
            Route("/api/uploads", self._take_upload, methods=["POST"]),
            Route("/api/examples/{kind}", self._take_example, methods=["POST"]),
            Route("/api/jobs", self._take_job, methods=["POST"]),
            Route("/api/jobs/{id}", self._send_job),
            Route("/api/jobs/{id}/cancel", self._cancel_job, methods=["POST"]),
            Route("/results/{id}/{name}", self._send_result),
        ]
        self.app: App = Gate(
            Starlette(routes=routes, exception_handlers=HANDLERS),
            LOOPBACK,
            token,
            f"{_COOKIE}-access",
            Rates(_REQUESTS, 2 * _REQUESTS),
            uploads="/api/uploads",
            most_upload=limits.upload,
        )

    def close(self) -> None:
        """End all work."""
        self._queue.close()

    async def _send_state(self, request: Request) -> Response:
        """Say what can be done; a browser that comes back finds its jobs again."""
        session, secret = self._sessions.find(request.cookies.get(_COOKIE)), None
        if session is None:
            secret, session = self._sessions.open()
        response = _respond(
            {
                **self._offer.describe(),
                "formats": FORMATS,
                "upload_bytes": self._limits.upload,
                "uploads": [upload.describe() for upload in session.uploads.values()],
                "jobs": [self._describe(job) for job in session.jobs.values()],
            }
        )
        if secret is not None:
            secure = request.url.scheme == "https"
            response.set_cookie(_COOKIE, secret, httponly=True, samesite="strict", secure=secure)
        return response

    async def _take_upload(self, request: Request) -> Response:
        session, kind = self._admit(request), _KINDS.get(request.query_params.get("kind", ""))
        if kind is None:
            raise Refused(400, "kind is sound or picture")
        length = request.headers.get("content-length", "")
        name = request.query_params.get("name", "")
        size = int(length) if length.isdigit() else self._limits.upload
        try:
            upload = await receive_upload(session, kind, name, size, request.stream(), self._limits)
        except ClientDisconnect:
            raise Refused(400, "the upload broke off") from None
        upload = await run_in_threadpool(inspect_upload, upload)
        session.uploads[upload.id] = upload
        return _respond(upload.describe())

    async def _take_example(self, request: Request) -> Response:
        session, name = self._admit(request), EXAMPLES.get(request.path_params["kind"])
        if name is None:
            raise Refused(404, "there is no such example")
        data = (EXAMPLES_FOLDER / name).read_bytes()

        async def chunks() -> AsyncIterator[bytes]:
            yield data

        kind: Kind = "sound" if name.endswith(".ogg") else "picture"
        upload = await receive_upload(session, kind, name, len(data), chunks(), self._limits)
        upload = await run_in_threadpool(inspect_upload, upload)
        session.uploads[upload.id] = upload
        return _respond(upload.describe())

    async def _take_job(self, request: Request) -> Response:
        session = self._admit(request)
        wanted = parse_request(parse_body(await request.body()), session, self._offer)
        if sum(not job.ended for job in session.jobs.values()) >= self._limits.waiting:
            raise Refused(429, "your other jobs come first; wait, or cancel one")
        session.make_room(0, self._limits.session, self._limits.files + 1)
        key, folder = session.make_folder()
        job = session.jobs[key] = Job(key, wanted, folder)
        self._queue.add(job)
        return _respond(self._describe(job))

    async def _send_job(self, request: Request) -> Response:
        return _respond(self._describe(self._admit(request).get_job(request.path_params["id"])))

    async def _cancel_job(self, request: Request) -> Response:
        job = self._admit(request).get_job(request.path_params["id"])
        await run_in_threadpool(self._queue.cancel, job)
        return _respond(self._describe(job))

    async def _send_result(self, request: Request) -> Response:
        """Send a file of a result, and nothing else."""
        job = self._admit(request).get_job(request.path_params["id"])
        name, wanted = request.path_params["name"], request.query_params.get("as")
        if job.result is None or name not in job.result.files:
            raise Refused(404, "there is no such result")
        path = job.folder / name
        if wanted is None:
            headers = {"cache-control": "private, max-age=3600"}
            return FileResponse(path, media_type=_SHOWN.get(path.suffix), headers=headers)
        try:
            async with (
                self._converting
            ):  # so that who asks ten times has it made once, and keeps one core busy
                stored = await run_in_threadpool(convert, path, wanted) if path.suffix == ".flac" else path
        except AudiostyleError as error:
            raise Refused(422, hide_folder(str(error), job.folder)) from None
        stem = clean_name(job.request.paths[0].name).rpartition(".")[0] or "result"
        called = f"{stem}{path.suffix}" if path.suffix == ".mid" else f"{stem}.{path.stem}{stored.suffix}"
        return FileResponse(stored, filename=called, headers={"cache-control": "no-store"})

    def _admit(self, request: Request) -> Session:
        """Return the session of who asks."""
        session = self._sessions.find(request.cookies.get(_COOKIE))
        if session is None:
            raise Refused(401, "the page was open for too long; reload it")
        return session

    def _describe(self, job: Job) -> dict[str, object]:
        sources = [path.name for path in job.request.paths]
        return job.describe(self._queue.count_ahead(job)) | {"sources": sources}


@contextmanager
def open_app(
    offer: Offer, perform: Perform, limits: Limits, token: str | None = None, folder: Path | None = None
) -> Iterator[AppServer]:
    """Yield a server whose files are removed at the end, even if it is killed.

    Args:
        offer: what can be done.
        perform: what does it.
        limits: how much it takes.
        token: see :class:`AppServer`.
        folder: for its files; None is that of temporary ones.

    Raises:
        AudiostyleError: the folder cannot be written to.
    """
    import tempfile

    place = folder or Path(tempfile.gettempdir())
    try:
        held = Temporary(place, is_folder=True, private=True)
    except OSError as error:
        raise AudiostyleError(f"{place}: cannot be written to ({error.strerror}); set TMPDIR") from None
    server = AppServer(held.path, offer, perform, limits, token)
    try:
        yield server
    finally:
        server.close()
        held.delete()


def _respond(content: dict[str, object]) -> JSONResponse:
    return JSONResponse(content, headers={"cache-control": "no-store"})
