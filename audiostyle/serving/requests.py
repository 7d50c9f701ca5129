"""What a request may be: sizes, types, rates, origins; and the headers of every response.

All of this is decided in one place, before a request comes near what answers it, and refusals are logged.
"""

import hmac
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeAlias
from urllib.parse import parse_qs

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]

log = logging.getLogger("audiostyle.serving")

MOST_BYTES = 16 << 10
"""Of a request's body that is no upload: an answer of a listener has a few hundred."""

_DEEPEST = 8  # levels of brackets: an answer has three
_MOST_KNOWN = 20_000  # buckets that are remembered
_SHOWN = 120  # characters of a path in the log
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
"""Of every response."""


class Refused(Exception):
    """A request that is not answered, with the status that it gets.

    Args:
        status: of HTTP.
        reason: for the log and for the page.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Rates:
    """How often each of many may do something: a bucket of tokens each, which fills again over time.

    Args:
        per_second: tokens that come back in a second.
        burst: tokens of a full bucket.

    Example:
        >>> rates = Rates(per_second=1.0, burst=2.0)
        >>> [rates.take("a", now=0.0) for _ in range(3)], rates.take("a", now=1.0)
        ([True, True, False], True)
    """

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second, self._burst = per_second, burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str, now: float | None = None) -> bool:
        """Take a token, and return whether there was one."""
        now = time.monotonic() if now is None else now
        tokens, then = self._buckets.pop(who, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._per_second)
        allowed = tokens >= 1
        self._buckets[who] = (tokens - allowed, now)
        while len(self._buckets) > _MOST_KNOWN:
            self._buckets.popitem(last=False)  # who was seen longest ago has a full one by now
        return allowed


@dataclass(frozen=True)
class Gate:
    """The outermost layer of the server.

    Attributes:
        app: what answers.
        hosts: names by which the server may be called, if it needs no token: a page of somebody else's could
            call it by a name of its own (DNS rebinding).
        token: what whoever comes must know; None if only this machine can come.
        cookie: name of the cookie that keeps the token.
        rates: of requests by address; generous, since many people may share one.
        uploads: the path that takes files, as ``application/octet-stream``; None if none does.
        most_upload: bytes of such a file.
    """

    app: App
    hosts: frozenset[str]
    token: str | None
    cookie: str
    rates: Rates
    uploads: str | None = None
    most_upload: int = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = [False]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                started[0] = True
                message["headers"] = [*message.get("headers", []), *HEADERS]
            await send(message)

        try:
            headers = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
            }
            self._check_address(scope)
            self._check_method(scope, headers)
            if await self._handle_token(scope, headers, send_with_headers):
                return
            await self.app(scope, limit_body(receive, self._get_most(scope)), send_with_headers)
        except Refused as refused:
            log_refusal(scope, refused)
            if not started[0]:
                await _respond(send_with_headers, refused.status, {"error": refused.reason})

    def _check_address(self, scope: Message) -> None:
        if not self.rates.take(get_address(scope)):
            raise Refused(429, "too many requests; wait a moment")

    def _check_method(self, scope: Message, headers: dict[str, str]) -> None:
        if scope["method"] not in ("GET", "HEAD", "POST"):
            raise Refused(405, "there is only GET and POST")
        host = headers.get("host", "")
        if self.token is None and _strip_port(host) not in self.hosts:
            raise Refused(421, "the server is not called so")
        if scope["method"] != "POST":
            return
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            raise Refused(403, "the request comes from another page")
        kind = "application/octet-stream" if scope["path"] == self.uploads else "application/json"
        if headers.get("content-type", "").partition(";")[0].strip().lower() != kind:
            raise Refused(415, f"a request must be {kind}")
        length, most = headers.get("content-length", "0"), self._get_most(scope)
        if not length.isdigit() or int(length) > most:
            raise Refused(413, _describe_limit(most))

    def _get_most(self, scope: Message) -> int:
        """Return how many bytes the body of a request may have."""
        return self.most_upload if scope["path"] == self.uploads else MOST_BYTES

    async def _handle_token(self, scope: Message, headers: dict[str, str], send: Send) -> bool:
        """Let pass who has shown the token before; take it from a link.  Returns whether that was all."""
        if self.token is None:
            return False
        shown = read_cookies(headers).get(self.cookie, "")
        if hmac.compare_digest(shown.encode(), self.token.encode()):
            return False
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
        if scope["path"] == "/" and hmac.compare_digest(given.encode(), self.token.encode()):
            secure = "; Secure" if scope.get("scheme") == "https" else ""
            cookie = f"{self.cookie}={self.token}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}"
            await send(
                {
                    "type": "http.response.start",
                    "status": 303,
                    "headers": [
                        (b"location", b"/"),
                        (b"set-cookie", cookie.encode()),
                        (b"content-length", b"0"),
                    ],
                }
            )
            await send({"type": "http.response.body", "body": b""})
            return True
        raise Refused(403, "open the whole link that you were given; it ends in a token")


def limit_body(receive: Receive, most: int = MOST_BYTES) -> Receive:
    """Return a ``receive`` that refuses a body of more bytes than ``most``, whatever its headers said."""
    total = [0]

    async def receive_some() -> Message:
        message = await receive()
        total[0] += len(message.get("body", b""))
        if total[0] > most:
            raise Refused(413, _describe_limit(most))
        return message

    return receive_some


def parse_body(body: bytes) -> dict[str, Any]:
    """Return the object in a request's body.

    Raises:
        Refused: it is not JSON, too deep, holds NaN, or is no object.

    Example:
        >>> parse_body(b'{"trial": 3}')
        {'trial': 3}
    """

    def refuse(name: str) -> float:
        raise ValueError(f"{name} is no number of JSON")

    depth = deepest = 0
    for byte in body:
        depth += (byte in b"[{") - (byte in b"]}")
        deepest = max(deepest, depth)
    try:
        if deepest > _DEEPEST:
            raise ValueError("it is too deep")
        found = json.loads(body.decode("utf-8"), parse_constant=refuse)
    except ValueError:
        raise Refused(400, "the request is not valid JSON") from None
    if not isinstance(found, dict):
        raise Refused(400, "the request must be an object")
    return found


def read_cookies(headers: dict[str, str]) -> dict[str, str]:
    """Return the cookies of a request; damaged ones are none.

    Example:
        >>> read_cookies({"cookie": "a=1; b=2"})
        {'a': '1', 'b': '2'}
    """
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def get_address(scope: Message) -> str:
    """Return the address that a request comes from."""
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


def log_refusal(scope: Message, refused: Refused) -> None:
    """Log a refused request in one line, whatever its path holds."""
    path = ascii(scope.get("path", ""))[:_SHOWN]
    log.warning(
        "refused %s %s from %s: %s", ascii(scope.get("method"))[:20], path, get_address(scope), refused.reason
    )


def _strip_port(host: str) -> str:
    """Return a host's name without port, in lower case."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and ":" in host else host
    return name.lower()


def _describe_limit(most: int) -> str:
    if most == MOST_BYTES:
        return f"a request has at most {MOST_BYTES} bytes"
    return f"a file has at most {most / 1e6:.0f} MB here"


async def _respond(send: Send, status: int, content: dict[str, str]) -> None:
    body = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*headers, (b"cache-control", b"no-store")],
        }
    )
    await send({"type": "http.response.body", "body": body})
