"""Recipes: a TOML file that says everything needed to train a model again, and the run that follows it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from audiostyle.models import zoo
from audiostyle.models.device import multiplies_bfloat16
from audiostyle.models.saving import add_encoder, half_precision
from audiostyle.music.corpus import CorpusSpec, list_recordings, render_corpus
from audiostyle.training import recipes
from audiostyle.training.loop import Log, Schedule, train
from audiostyle.translation.training.domain import DomainSettings, train_domain
from audiostyle.translation.training.encoder import EncoderSettings, EncoderTask, EncoderTraining
from audiostyle.translation.training.excerpts import CorpusExcerpts
from audiostyle.translation.training.pruning import prune_encoder
from audiostyle.translation.training.wavenet.compact import CompactSettings, train_compact
from audiostyle.translation.training.wavenet.export import add_wavenets, find_wavenet_weights
from audiostyle.translation.wavenet.loading import load_predictor

_VALIDATION_FRAMES = 1723  # twenty seconds
_PRUNING_BATCHES = 6


@dataclass(frozen=True)
class TranslationRecipe:
    """A parsed recipe; see ``recipes/universal.toml`` for what each table holds."""

    name: str
    summary: str
    corpora: Mapping[str, CorpusSpec]
    encoder: Mapping[str, Any]
    domains: Mapping[str, Any]
    wavenets: Mapping[str, Any]


def read_recipe(path: Path) -> TranslationRecipe:
    """Read a recipe; raises TrainingError, see :func:`audiostyle.training.recipes.read_recipe`."""
    return recipes.read_recipe(path, _parse)


def _parse(table: Mapping[str, Any]) -> TranslationRecipe:
    corpora = {name: _parse_corpus(entry) for name, entry in table["corpora"].items()}
    wavenets = {"each": {}, "settings": {}, **table.get("wavenets", {})}
    _check(table, wavenets)
    return TranslationRecipe(
        table["name"],
        table["summary"],
        corpora,
        table["encoder"],
        table["domains"],
        wavenets,
    )


def run_recipe(
    recipe: TranslationRecipe, out: Path, *, bfloat16: bool, jobs: int, log: Log, domains: bool = True
) -> None:
    """Render, train the encoder, then (unless told not to) every domain; what is done is not done again.

    The model is ``out / recipe.name``, a folder that ``--model`` takes.
    """
    for name, plan in recipe.corpora.items():
        log({"corpus": name, "recordings": plan.recordings})
        render_corpus(out / "corpora" / name, plan, jobs=jobs)
    model = out / recipe.name
    if not (model / f"{recipe.name}.toml").is_file():
        _train_encoder(recipe, out, model, bfloat16, log)
    table = recipe.domains
    for domain, entry in table["each"].items() if domains else ():
        files, held_out = (
            list(list_recordings(out / "corpora" / table[split] / domain)) for split in ("train", "valid")
        )
        train_domain(
            domain,
            files,
            held_out,
            model,
            out / domain,
            schedule=Schedule(entry["steps"], entry["learning_rate"]),
            settings=DomainSettings(**table["settings"], bfloat16=bfloat16),
            sounds_like=entry["sounds_like"],
            extends=None,
            log=log,
        )
    for domain in recipe.wavenets["each"] if domains else ():
        _train_wavenet(recipe, out, model, domain, log)


def _train_wavenet(recipe: TranslationRecipe, out: Path, model: Path, domain: str, log: Log) -> None:
    """Train a domain's WaveNet and add it to the model as the domain's further decoder."""
    table, entry = recipe.wavenets, recipe.wavenets["each"][domain]
    pairs = {
        split: list(list_recordings(out / "corpora" / table[split] / domain)) for split in ("train", "valid")
    }
    start_from = entry.get("start_from")
    learned = train_compact(
        {domain: (pairs["train"], pairs["valid"])},
        {domain: load_predictor(zoo.find_model(model).domain(domain))},
        out / f"{domain}.wavenet",
        schedule=Schedule(entry["steps"], entry["learning_rate"], muon=entry["muon"]),
        settings=CompactSettings(**table["settings"], start_from=start_from),
        start=find_wavenet_weights(str(model), start_from) if start_from else None,
        bfloat16=multiplies_bfloat16(),
        log=log,
    )
    add_wavenets(model, learned)


def _train_encoder(recipe: TranslationRecipe, out: Path, model: Path, bfloat16: bool, log: Log) -> None:
    """Train the encoder in its stages, each starting from the averaged weights of the one before."""
    table = recipe.encoder
    settings = EncoderSettings(**table["settings"], bfloat16=bfloat16)
    validation = CorpusExcerpts(
        list_recordings(out / "corpora" / table["valid"] / "ensemble"), _VALIDATION_FRAMES
    )
    trained: EncoderTraining | None = None
    for number, stage in enumerate(table["stages"]):
        files = [
            pair for name in stage["train"] for pair in list_recordings(out / "corpora" / name / "ensemble")
        ]
        schedule = Schedule(stage["steps"], stage["learning_rate"], seed=number)
        torch.manual_seed(schedule.seed)
        task = EncoderTask(CorpusExcerpts(files, settings.frames), validation, settings, schedule.seed)
        if trained:
            task.module.load_state_dict(trained.state_dict())
        config = asdict(settings) | {"corpora": stage["train"]}
        module = train(task, schedule, out / f"encoder-{number + 1}", config, log)
        assert isinstance(module, EncoderTraining)
        trained = module
    assert trained is not None
    trained.encoder = prune_encoder(trained.encoder, task.waves(_PRUNING_BATCHES), table["prune"])
    f1 = task.validate(trained)["score"]
    tensors = half_precision(trained.encoder)
    config = {"kind": "pitch-grid", "channels": settings.channels, "latent": settings.latent}
    config["widths"] = list(trained.encoder.widths)
    card = f"# Shared encoder\n\nNote F1 on held-out renderings: {f1:.3f} (mean).\n"
    add_encoder(model, tensors, config=config, card=card, summary=recipe.summary)


def _check(table: Mapping[str, Any], wavenets: Mapping[str, Any]) -> None:
    """Touch everything that is needed later, so that a slip does not show after hours of training."""
    encoder, domains = table["encoder"], table["domains"]
    EncoderSettings(**encoder["settings"])
    encoder["prune"]
    DomainSettings(**domains["settings"])
    for entry in (*encoder["stages"], *domains["each"].values()):
        Schedule(entry["steps"], entry["learning_rate"])
    heard = [name for stage in encoder["stages"] for name in stage["train"]]
    CompactSettings(**wavenets["settings"])
    for entry in wavenets["each"].values():
        Schedule(entry["steps"], entry["learning_rate"], muon=entry["muon"])
    heard += [wavenets[split] for split in ("train", "valid") if wavenets["each"]]
    for name in (*heard, encoder["valid"], domains["train"], domains["valid"]):
        table["corpora"][name]
    for entry in domains["each"].values():
        entry["sounds_like"]


def _parse_corpus(entry: Mapping[str, Any]) -> CorpusSpec:
    return CorpusSpec(**{"instruments": {}, **entry, "soundfont": Path(entry["soundfont"])})
