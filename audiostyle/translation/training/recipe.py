"""Recipes of models that translate: everything needed to train one again, and the training itself."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
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
class EncoderStage:
    """A stage of the encoder's training.

    Attributes:
        corpora: names of those to train on.
        schedule: how long and how fast.
    """

    corpora: tuple[str, ...]
    schedule: Schedule


@dataclass(frozen=True)
class EncoderRecipe:
    """How the shared encoder is trained.

    Attributes:
        valid: name of the corpus to validate on.
        settings: sizes of the encoder and of a batch.
        stages: each starts from the averaged weights of the one before.
        prune: share of a layer's variance that pruning may lose.
    """

    valid: str
    settings: EncoderSettings
    stages: tuple[EncoderStage, ...]
    prune: float


@dataclass(frozen=True)
class SpectralRecipe:
    """How the domains' spectral decoders are trained.

    Attributes:
        train, valid: names of the corpora, which have a folder for each domain.
        settings: sizes of the decoders and of a batch.
        schedules: of each domain.
        sounds_like: the sound of each domain in words.
    """

    train: str
    valid: str
    settings: DomainSettings
    schedules: Mapping[str, Schedule]
    sounds_like: Mapping[str, str]


@dataclass(frozen=True)
class WaveNetRecipe:
    """How the domains' WaveNets are trained.

    Attributes:
        train, valid: names of the corpora, which have a folder for each domain; empty without WaveNets.
        settings: of a batch, by domain, with the domain whose WaveNet each starts from.
        schedules: of each domain that has a WaveNet.
    """

    train: str
    valid: str
    settings: Mapping[str, CompactSettings]
    schedules: Mapping[str, Schedule]


@dataclass(frozen=True)
class TranslationRecipe:
    """A parsed recipe; see ``recipes/universal.toml`` for what each table holds.

    Attributes:
        name, summary: of the model.
        corpora: what to render, by name.
        encoder, domains, wavenets: what to train on them.

    Example:
        >>> stages = (EncoderStage(("songs",), Schedule(steps=500)),)
        >>> encoder = EncoderRecipe("valid", EncoderSettings(), stages, prune=1e-3)
        >>> schedules, sounds_like = {"piano": Schedule(steps=500)}, {"piano": "an upright piano"}
        >>> domains = SpectralRecipe("songs", "valid", DomainSettings(), schedules, sounds_like)
        >>> wavenets = WaveNetRecipe("", "", {}, {})
        >>> list(TranslationRecipe("mine", "a small one", {}, encoder, domains, wavenets).domains.schedules)
        ['piano']
    """

    name: str
    summary: str
    corpora: Mapping[str, CorpusSpec]
    encoder: EncoderRecipe
    domains: SpectralRecipe
    wavenets: WaveNetRecipe


def read_recipe(path: Path) -> TranslationRecipe:
    """Read a recipe of a model that translates.

    Args:
        path: of the TOML file; ``recipes/universal.toml`` is one.

    Raises:
        TrainingError: it is missing, damaged or incomplete, or names a corpus that it does not have.

    Example:
        >>> import tempfile
        >>> text = '''
        ... name = "mine"
        ... summary = "a small one"
        ... [corpora.songs]
        ... soundfont = "a.sf2"
        ... minutes = 10
        ... [encoder]
        ... valid = "songs"
        ... settings = {channels = 16}
        ... prune = 1e-3
        ... stages = [{train = ["songs"], steps = 500, learning_rate = 2e-3}]
        ... [domains]
        ... train = "songs"
        ... valid = "songs"
        ... settings = {channels = 32}
        ... each.piano = {steps = 500, learning_rate = 1e-3, sounds_like = "a piano"}
        ... '''
        >>> path = Path(tempfile.mkdtemp(), "mine.toml")
        >>> _ = path.write_text(text)
        >>> read_recipe(path).encoder.settings.channels
        16
    """
    return recipes.read_recipe(path, _parse)


def run_recipe(
    recipe: TranslationRecipe, out: Path, *, bfloat16: bool, jobs: int, log: Log, domains: bool = True
) -> None:
    """Render the corpora, train the encoder, then every domain; finished parts are not done again.

    Args:
        recipe: what to train.
        out: for corpora, checkpoints, and the model ``out / recipe.name``, a folder that ``--model`` takes.
        bfloat16: train encoder and spectral decoders in reduced precision.
        jobs: processes to render with.
        log: of all trainings.
        domains: False trains the encoder only.

    Raises:
        TrainingError: FluidSynth, a soundfont or music21 is missing, or ``out`` belongs to another training.

    Example:
        >>> recipe = read_recipe(Path("recipes/universal.toml"))  # doctest: +SKIP
        >>> run_recipe(recipe, Path("runs/mine"), bfloat16=True, jobs=4, log=print)  # doctest: +SKIP
    """
    for name, spec in recipe.corpora.items():
        log({"corpus": name, "recordings": spec.recordings})
        render_corpus(out / "corpora" / name, spec, jobs=jobs)
    model = out / recipe.name
    if not (model / f"{recipe.name}.toml").is_file():
        _train_encoder(recipe, out, model, bfloat16, log)
    if not domains:
        return
    for domain in recipe.domains.schedules:
        _train_spectral_decoder(recipe.domains, out, model, domain, bfloat16, log)
    for domain in recipe.wavenets.schedules:
        _train_wavenet(recipe.wavenets, out, model, domain, log)


def _train_encoder(recipe: TranslationRecipe, out: Path, model: Path, bfloat16: bool, log: Log) -> None:
    """Train the encoder in its stages, prune it, and start the model with it."""
    settings = EncoderSettings(**{**asdict(recipe.encoder.settings), "bfloat16": bfloat16})
    find = partial(_find_recordings, out, domain="ensemble")
    validation = CorpusExcerpts(find(recipe.encoder.valid), _VALIDATION_FRAMES)
    trained: EncoderTraining | None = None
    for number, stage in enumerate(recipe.encoder.stages):
        files = [pair for corpus in stage.corpora for pair in find(corpus)]
        torch.manual_seed(stage.schedule.seed)
        task = EncoderTask(CorpusExcerpts(files, settings.frames), validation, settings, stage.schedule.seed)
        if trained:
            task.module.load_state_dict(trained.state_dict())
        config = asdict(settings) | {"corpora": list(stage.corpora)}
        module = train(task, stage.schedule, out / f"encoder-{number + 1}", config, log)
        assert isinstance(module, EncoderTraining)
        trained = module
    assert trained is not None
    trained.encoder = prune_encoder(trained.encoder, task.waves(_PRUNING_BATCHES), recipe.encoder.prune)
    f1 = task.validate(trained)["score"]
    sizes: dict[str, object] = {"channels": settings.channels, "latent": settings.latent}
    sizes["widths"] = list(trained.encoder.widths)
    card = f"# Shared encoder\n\nNote F1 on held-out renderings: {f1:.3f} (mean).\n"
    tensors = half_precision(trained.encoder)
    add_encoder(model, tensors, config={"kind": "pitch-grid"} | sizes, card=card, summary=recipe.summary)


def _train_spectral_decoder(
    recipe: SpectralRecipe, out: Path, model: Path, domain: str, bfloat16: bool, log: Log
) -> None:
    """Train a domain's spectral decoder and add the domain to the model."""
    train_domain(
        domain,
        _find_recordings(out, recipe.train, domain),
        _find_recordings(out, recipe.valid, domain),
        model,
        out / domain,
        schedule=recipe.schedules[domain],
        settings=DomainSettings(**{**asdict(recipe.settings), "bfloat16": bfloat16}),
        sounds_like=recipe.sounds_like[domain],
        extends=None,
        log=log,
    )


def _train_wavenet(recipe: WaveNetRecipe, out: Path, model: Path, domain: str, log: Log) -> None:
    """Train a domain's WaveNet and add it to the model as the domain's further decoder."""
    start_from = recipe.settings[domain].start_from
    files = _find_recordings(out, recipe.train, domain), _find_recordings(out, recipe.valid, domain)
    trained = train_compact(
        {domain: files},
        {domain: load_predictor(zoo.find_model(model).domain(domain))},
        out / f"{domain}.wavenet",
        schedule=recipe.schedules[domain],
        settings=recipe.settings[domain],
        start=find_wavenet_weights(str(model), start_from) if start_from else None,
        bfloat16=multiplies_bfloat16(),
        log=log,
    )
    add_wavenets(model, trained)


def _find_recordings(out: Path, corpus: str, domain: str) -> list[tuple[Path, Path]]:
    """Return the rendered recordings of a domain, audio and MIDI."""
    return list(list_recordings(out / "corpora" / corpus / domain))


def _parse(table: Mapping[str, Any]) -> TranslationRecipe:
    corpora = {name: _parse_corpus(entry) for name, entry in table["corpora"].items()}
    recipe = TranslationRecipe(
        table["name"],
        table["summary"],
        corpora,
        _parse_encoder(table["encoder"]),
        _parse_domains(table["domains"]),
        _parse_wavenets(table.get("wavenets", {})),
    )
    used = [corpus for stage in recipe.encoder.stages for corpus in stage.corpora]
    used += [recipe.encoder.valid, recipe.domains.train, recipe.domains.valid]
    used += [recipe.wavenets.train, recipe.wavenets.valid] if recipe.wavenets.schedules else []
    for name in used:
        corpora[name]
    return recipe


def _parse_corpus(entry: Mapping[str, Any]) -> CorpusSpec:
    return CorpusSpec(**{"instruments": {}, **entry, "soundfont": Path(entry["soundfont"])})


def _parse_encoder(table: Mapping[str, Any]) -> EncoderRecipe:
    stages = tuple(
        EncoderStage(tuple(stage["train"]), Schedule(stage["steps"], stage["learning_rate"], seed=number))
        for number, stage in enumerate(table["stages"])
    )
    return EncoderRecipe(table["valid"], EncoderSettings(**table["settings"]), stages, table["prune"])


def _parse_domains(table: Mapping[str, Any]) -> SpectralRecipe:
    return SpectralRecipe(
        table["train"],
        table["valid"],
        DomainSettings(**table["settings"]),
        {name: Schedule(entry["steps"], entry["learning_rate"]) for name, entry in table["each"].items()},
        {name: entry["sounds_like"] for name, entry in table["each"].items()},
    )


def _parse_wavenets(table: Mapping[str, Any]) -> WaveNetRecipe:
    settings, each = table.get("settings", {}), table.get("each", {})
    CompactSettings(**settings)  # checked even where no domain has a WaveNet
    return WaveNetRecipe(
        table["train"] if each else "",
        table["valid"] if each else "",
        {
            name: CompactSettings(**settings, start_from=entry.get("start_from"))
            for name, entry in each.items()
        },
        {
            name: Schedule(entry["steps"], entry["learning_rate"], muon=entry["muon"])
            for name, entry in each.items()
        },
    )
