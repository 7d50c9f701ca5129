"""Networks of styles put together as a model: the shipped ``styles`` is one."""

from collections.abc import Mapping
from pathlib import Path

from safetensors import safe_open

from audiostyle.errors import TrainingError
from audiostyle.image.backbone import DEFAULT
from audiostyle.models import zoo
from audiostyle.models.manifest import Manifest
from audiostyle.models.saving import add_part, half_precision, write_manifest
from audiostyle.models.style_network import load_style_network


def collect_styles(files: Mapping[str, str | Path], cards: Mapping[str, str], folder: str | Path) -> Manifest:
    """Write a model folder with a part for each network.

    Args:
        files: what :func:`.feedforward.train_style_network` wrote, by the name of the style.
        cards: the Markdown text of each one's card.
        folder: of the model, which is called like it; made if need be.

    Returns:
        The model.

    Raises:
        TrainingError: a card is missing, or the folder cannot be written.
        ModelNotFound: a file is missing or no network of a style.

    Example:
        >>> collect_styles({"rain": "rain.safetensors"}, {"rain": "# Rain"}, "styles")  # doctest: +SKIP
    """
    folder = Path(folder)
    networks = {name: load_style_network(file) for name, file in files.items()}
    for name in networks:
        if name not in cards:
            raise TrainingError(f"{folder}: the network {name!r} has no card; write one")
    backbone = zoo.find_model(DEFAULT)
    table = {
        "name": folder.name,
        "version": "1",
        "license": "Apache-2.0",
        "summary": f"networks of one style each, for pictures: {', '.join(networks)}",
        "extends": DEFAULT,
        "encoder_sha256": backbone.encoder.sha256,
    }
    write_manifest(folder, table)
    for name, network in networks.items():
        config = {"kind": "style-network", "width": network.width, "depth": network.depth}
        config |= _read_loss(files[name])
        add_part(folder, name, half_precision(network), config=config, card=cards[name])
    return zoo.find_model(folder)


def _read_loss(file: str | Path) -> dict[str, object]:
    """Return with which loss a network was trained, where its file says so."""
    with safe_open(file, framework="pt") as opened:
        about = opened.metadata() or {}
    return {"loss": about["loss"]} if "loss" in about else {}
