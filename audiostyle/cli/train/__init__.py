"""The commands ``audiostyle train …``: domains, models from recipes, networks of pictures and of a metric.

=====================  ==================================================================================
:mod:`.domain`         ``domain``: an instrument, from recordings of it alone
:mod:`.wavenets`       ``universal``: WaveNet decoders of several domains
:mod:`.recipes`        ``encoder``, ``recipe``, ``timbre``, ``spectrogram``: what a TOML file describes
:mod:`.backbones`      ``image-decoders``, ``image-backbone``: networks for pictures
:mod:`.styles`         ``image-style``: a feed-forward network for one style
:mod:`.options`        options that these commands share
:mod:`.reporting`      what a training says about itself
=====================  ==================================================================================
"""

import typer

from audiostyle.cli.train import backbones, domain, recipes, styles, wavenets

app = typer.Typer()
train = typer.Typer(help="Train domains and models.", no_args_is_help=True)
app.add_typer(train, name="train")

for _module in (domain, wavenets, recipes, backbones, styles):
    train.add_typer(_module.app)
