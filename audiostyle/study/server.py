"""The study as a web page: a listener agrees, answers trial after trial, and can stop and go on at any time.

========================  ===================================================================================
``GET /``                 the page; with ``?token=…`` it lets listeners from other machines in
``GET /web/NAME``         its scripts and styles
``GET /api/state``        texts, and the listener's next trial
``POST /api/begin``       the listener agrees; gets a number and a secret cookie
``POST /api/answer``      an answer, on the disk before the next trial comes back
``POST /api/comment``     what a listener wants to say at the end
``GET /media/KEY``        a stimulus of the listener's next trial; no other
========================  ===================================================================================

A listener is known by a random cookie, of which only the hash is stored.  The server keeps nothing in memory
that a crash could lose.  Starlette and uvicorn come with the extra ``study``.
"""

import asyncio
import hashlib
import logging
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np

from audiostyle.errors import AudiostyleError
from audiostyle.serving.requests import App, Gate, Rates, Refused, get_address, parse_body
from audiostyle.serving.running import LOOPBACK
from audiostyle.study import tables
from audiostyle.study.files import ANSWERS, load_study
from audiostyle.study.planning import plan_session
from audiostyle.study.results import count_pairs_in
from audiostyle.study.states import describe_consent, describe_end, describe_trial, list_keys
from audiostyle.study.storage import Store
from audiostyle.study.submissions import check_body

try:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import FileResponse, JSONResponse, Response
    from starlette.routing import Route

    from audiostyle.serving.pages import HANDLERS, PageFiles
except ImportError:
    raise AudiostyleError(
        "a study is served by Starlette; install it: pip install 'audiostyle[study]'"
    ) from None

T = TypeVar("T")
log = logging.getLogger(__name__)

WEB = Path(__file__).parent / "web"
"""The page's own files."""

MOST_COMMENT = 2000
"""Characters of what a listener writes at the end."""

_REQUESTS_OF_AN_ADDRESS = 400.0  # a second: a class of listeners may share one address
_BURST = 40.0  # requests of one listener at once: a page of twelve sounds has fourteen
_YEAR = 365 * 24 * 3600


class StudyServer:
    """The web application of a study.

    Args:
        folder: of the study.
        token: what listeners from other machines must know; None if only this machine can reach the server.

    Attributes:
        app: to be run by an ASGI server.
        study: that is served.

    Raises:
        AudiostyleError: there is no such study, or its answers cannot be opened.
    """

    def __init__(self, folder: str | Path, token: str | None = None) -> None:
        self._folder = Path(folder)
        self.study = load_study(self._folder)
        self._stimuli = self.study.by_key
        self._store = Store(self._folder / ANSWERS, self.study.id)
        self._cookie = f"listener-{self.study.id}"
        limits = self.study.limits
        self._rates = Rates(limits.requests_per_second, _BURST)
        self._beginnings = Rates(limits.sessions_per_minute / 60, limits.sessions_per_minute)
        files = PageFiles(WEB)
        routes = [
            Route("/", files.send_page),
            Route("/web/{name}", files.send_file),
            Route("/media/{key}", self._send_media),
            Route("/api/state", self._send_state),
            Route("/api/begin", self._begin, methods=["POST"]),
            Route("/api/answer", self._take_answer, methods=["POST"]),
            Route("/api/comment", self._take_comment, methods=["POST"]),
        ]
        gate = Gate(
            Starlette(routes=routes, exception_handlers=HANDLERS),
            LOOPBACK,
            token,
            f"access-{self.study.id}",
            Rates(_REQUESTS_OF_AN_ADDRESS, 2 * _REQUESTS_OF_AN_ADDRESS),
        )
        self.app: App = gate

    def close(self) -> None:
        """Finish what is being stored and close the answers."""
        self._store.close()

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Have work done by the store; what it raises is for the listener to see."""
        try:
            return await asyncio.wrap_future(self._store.submit(work))
        except tables.OutOfOrder as error:
            raise Refused(409, str(error)) from None
        except AudiostyleError as error:
            log.error("%s", error)
            raise Refused(503, "the answer could not be stored; it will be sent again") from None

    async def _send_media(self, request: Request) -> Response:
        """Send a stimulus, if it belongs to the listener's next trial."""
        secret_hash, key = self._admit(request), request.path_params["key"]

        def find(db: sqlite3.Connection) -> bool:
            following = tables.find_next(db, self._find_session(db, secret_hash))
            return following is not None and key in list_keys(self.study, following[1])

        if not await self._run(find):
            raise Refused(404, "there is no such stimulus in this trial")
        headers = {"cache-control": "private, max-age=86400"}
        return FileResponse(self._folder / self._stimuli[key].file, headers=headers)

    async def _send_state(self, request: Request) -> Response:
        secret_hash = hash_secret(request.cookies.get(self._cookie) or "")
        return self._respond(
            await self._run(lambda db: self._describe(db, tables.find_session(db, secret_hash)))
        )

    async def _begin(self, request: Request) -> Response:
        """Give a listener a number, once; who has one goes on."""
        body = parse_body(await request.body())
        if body != {"consent": True}:
            raise Refused(400, "a listener begins by agreeing")
        secret_hash = hash_secret(request.cookies.get(self._cookie) or "")

        def find(db: sqlite3.Connection) -> dict[str, object] | None:
            known = tables.find_session(db, secret_hash)
            return None if known is None else self._describe(db, known)

        if known := await self._run(find):
            return self._respond(known)
        if not self._beginnings.take(get_address(request.scope)):
            raise Refused(429, "too many listeners begin at once; wait a minute")
        fresh = secrets.token_urlsafe(32)
        device = request.headers.get("user-agent", "")[:300]
        state = await self._run(
            lambda db: self._describe(db, self._add_session(db, hash_secret(fresh), device))
        )
        response = self._respond(state)
        response.set_cookie(
            self._cookie,
            fresh,
            max_age=_YEAR,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    def _add_session(self, db: sqlite3.Connection, secret_hash: str, device: str) -> int:
        number = tables.count_sessions(db)
        if number >= self.study.limits.listeners:
            raise tables.OutOfOrder("the study has all its listeners; thank you")
        wins = count_pairs_in(db, self.study)[0] if self.study.plan.active else None
        trials = plan_session(self.study, number, None if wins is None else np.asarray(wins))
        tables.add_session(db, secret_hash, trials, device, number)
        tables.set_consent(db, number)
        return number

    async def _take_answer(self, request: Request) -> Response:
        """Store an answer; only then tell what comes next."""
        secret_hash, body = self._admit(request), parse_body(await request.body())
        number = body.get("trial")
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**31:
            raise Refused(400, "trial must be a number")

        def store(db: sqlite3.Connection) -> dict[str, object]:
            session = self._find_session(db, secret_hash)
            trial = tables.get_trial(db, session, number)
            if trial is None:
                raise Refused(404, "there is no such trial")
            tables.add_answer(db, session, number, check_body(self.study.design, trial, body))
            return self._describe(db, session)

        return self._respond(await self._run(store))

    async def _take_comment(self, request: Request) -> Response:
        secret_hash, text = self._admit(request), parse_body(await request.body()).get("comment")
        if not isinstance(text, str) or len(text) > MOST_COMMENT:
            raise Refused(400, f"a comment is a text of at most {MOST_COMMENT} characters")
        clean = text.encode("utf-8", "replace").decode("utf-8")
        await self._run(lambda db: tables.set_comment(db, self._find_session(db, secret_hash), clean))
        return self._respond({"stored": True})

    def _admit(self, request: Request) -> str:
        """Return the hash of a listener's secret, if the listener does not ask too often."""
        secret_hash = hash_secret(request.cookies.get(self._cookie) or "")
        if not self._rates.take(secret_hash):
            raise Refused(429, "too many requests; wait a moment")
        return secret_hash

    def _find_session(self, db: sqlite3.Connection, secret_hash: str) -> int:
        """Return the number of the listener who asks."""
        session = tables.find_session(db, secret_hash)
        if session is None:
            raise Refused(401, "begin the study first")
        return session

    def _describe(self, db: sqlite3.Connection, session: int | None) -> dict[str, object]:
        """Return what the page shows to a listener."""
        if session is None:
            return describe_consent(self.study)
        following, total = tables.find_next(db, session), tables.count_trials(db, session)
        return (
            describe_end(self.study, total)
            if following is None
            else describe_trial(self.study, *following, total)
        )

    def _respond(self, content: dict[str, object]) -> JSONResponse:
        return JSONResponse(content, headers={"cache-control": "no-store"})


def hash_secret(secret: str) -> str:
    """Return what is stored of a listener's secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


@contextmanager
def open_server(folder: str | Path, token: str | None = None) -> Iterator[StudyServer]:
    """Yield a server whose answers are closed at the end.

    Raises:
        AudiostyleError: see :class:`StudyServer`.
    """
    server = StudyServer(folder, token)
    try:
        yield server
    finally:
        server.close()
