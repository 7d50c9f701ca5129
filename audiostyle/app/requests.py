"""What a browser may ask for, checked before anything is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from audiostyle.app.jobs import Request
from audiostyle.app.sessions import Session
from audiostyle.serving.requests import Refused

BAND = "band"
"""What the page calls a translation in which every part gets a domain of its own."""

_MOST_STYLES = 4


@dataclass(frozen=True)
class Offer:
    """What this server can do, with a sentence about each.

    Attributes:
        domains: name → what it sounds like.
        transfers: method → what it does.
        pictures: method → what it does.
        networks: names of styles that networks paint.
    """

    domains: Mapping[str, str]
    transfers: Mapping[str, str]
    pictures: Mapping[str, str]
    networks: tuple[str, ...]

    def describe(self) -> dict[str, object]:
        """Return what the page is told."""
        lists = {"domains": self.domains, "transfers": self.transfers, "pictures": self.pictures}
        described: dict[str, object] = {
            name: [{"name": key, "about": text} for key, text in table.items()]
            for name, table in lists.items()
        }
        return described | {"networks": list(self.networks)}


def parse_request(body: Mapping[str, object], session: Session, offer: Offer) -> Request:
    """Return the request of a body.

    Raises:
        Refused: it asks for something that there is not, or names a file of somebody else.
    """
    kind = body.get("kind")
    parser = _PARSERS.get(kind) if isinstance(kind, str) else None
    if parser is None:
        raise Refused(400, f"kind is one of {', '.join(_PARSERS)}")
    request: Request = parser(body, session, offer)
    return request


def _parse_translation(body: Mapping[str, object], session: Session, offer: Offer) -> Request:
    _check_keys(body, {"content", "domain", "strength", "transpose", "keep_drums", "expression"})
    content = session.get_upload(body.get("content"), "sound")
    domain = _choose("domain", body.get("domain"), [*offer.domains, BAND])
    drums = body.get("keep_drums", False)
    if not isinstance(drums, bool):
        raise Refused(400, "keep_drums is true or false")
    options = {
        "domain": domain,
        "strength": _number("strength", body.get("strength", 1.0), 0, 1),
        "expression": _number("expression", body.get("expression", 1.0), 0, 1),
        "transpose": round(_number("transpose", body.get("transpose", 0), -48, 48)),
        "keep_drums": drums,
    }
    return Request("translate", (content.path,), options, domain)


def _parse_transfer(body: Mapping[str, object], session: Session, offer: Offer) -> Request:
    _check_keys(body, {"content", "styles", "method", "strength"})
    content = session.get_upload(body.get("content"), "sound")
    styles = [session.get_upload(one, "sound") for one in _list_styles(body)]
    method = _choose("method", body.get("method"), list(offer.transfers))
    options = {"method": method, "strength": _number("strength", body.get("strength", 1.0), 0, 1)}
    return Request("transfer", (content.path, *(style.path for style in styles)), options, method)


def _parse_picture(body: Mapping[str, object], session: Session, offer: Offer) -> Request:
    _check_keys(body, {"content", "styles", "method", "network", "strength"})
    content = session.get_upload(body.get("content"), "picture")
    strength = _number("strength", body.get("strength", 1.0), 0, 1)
    if body.get("network") is not None:
        name = _choose("network", body["network"], list(offer.networks))
        network = {"network": name, "strength": strength}
        return Request("paint", (content.path,), network, name)
    styles = [session.get_upload(one, "picture") for one in _list_styles(body)]
    method = _choose("method", body.get("method"), list(offer.pictures))
    paths = (content.path, *(style.path for style in styles))
    return Request("stylize", paths, {"method": method, "strength": strength}, method)


_PARSERS: dict[str, Callable[..., Request]] = {
    "translate": _parse_translation,
    "transfer": _parse_transfer,
    "picture": _parse_picture,
}


def _check_keys(body: Mapping[str, object], known: set[str]) -> None:
    if foreign := set(body) - known - {"kind"}:
        raise Refused(400, f"there is no {min(foreign)} here")


def _list_styles(body: Mapping[str, object]) -> list[object]:
    styles = body.get("styles")
    if not isinstance(styles, list) or not 1 <= len(styles) <= _MOST_STYLES:
        raise Refused(400, f"choose one style, or up to {_MOST_STYLES}")
    return styles


def _choose(name: str, value: object, known: list[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise Refused(400, f"{name} is one of {', '.join(known)}")
    return value


def _number(name: str, value: object, low: float, high: float) -> float:
    right = isinstance(value, int | float) and not isinstance(value, bool)
    if not right or not low <= value <= high:  # type: ignore[operator]  # NaN is not
        raise Refused(400, f"{name} is a number from {low} to {high}")
    return float(value)  # type: ignore[arg-type]
