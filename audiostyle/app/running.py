"""Running the page: what it offers, its address, its end."""

import secrets
from collections.abc import Callable

from audiostyle.app.limits import Limits
from audiostyle.app.requests import BAND, Offer
from audiostyle.app.server import open_app
from audiostyle.app.works import Works
from audiostyle.models import zoo
from audiostyle.models.style_network import list_style_networks
from audiostyle.serving.running import LOCAL_HOSTS, serve

_TOO_SLOW = frozenset({"ulyanov", "optimize"})  # for somebody who waits at a page


def serve_app(
    *,
    model: str = zoo.DEFAULT,
    device: str = "auto",
    host: str = "127.0.0.1",
    port: int = 7860,
    limits: Limits | None = None,
    announce: Callable[[str], None] = lambda link: None,
) -> None:
    """Serve the page until the process is told to end.

    Args:
        model: name or folder of the model that translates.
        device: where to compute.
        host: address to listen on.  Any but this machine's own needs a token, which is part of the link.
        port: to listen on; 0 is any that is free.
        limits: how much is taken.
        announce: is called with the link once the server listens.

    Raises:
        AudiostyleError: there is no such model, or the address is not to be had.
    """
    token = None if host in LOCAL_HOSTS else secrets.token_urlsafe(16)
    with open_app(make_offer(model), Works(model, device), limits or Limits(), token) as server:
        serve(server.app, host=host, port=port, token=token, announce=announce)


def make_offer(model: str = zoo.DEFAULT) -> Offer:
    """Return what can be done with a model and with all that comes with the package.

    Raises:
        ModelNotFound: there is no such model.

    Example:
        >>> offer = make_offer()
        >>> offer.domains["organ"], sorted(offer.networks)
        ('church organ, full and sustained', ['engraving', 'mosaic', 'whirls'])
    """
    from audiostyle.image.methods import METHODS as PICTURES
    from audiostyle.spectrogram.methods import METHODS as TRANSFERS

    domains = {name: entry.sounds_like for name, entry in zoo.find_model(model).domains.items()}
    return Offer(
        domains | {BAND: "each part of the song on an instrument that suits it"},
        {name: method.summary for name, method in TRANSFERS.items() if name not in _TOO_SLOW},
        {name: method.summary for name, method in PICTURES.items()},
        tuple(list_style_networks()),
    )
