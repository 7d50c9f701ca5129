"""``audiostyle transfer``: the texture of one recording put onto another."""

from collections.abc import Mapping

import typer

from audiostyle.cli import options as shared
from audiostyle.cli import transfer_options as own
from audiostyle.cli.batch.conventions import NAME_BY_METHOD, STDIN, STDOUT, check_stdout
from audiostyle.cli.console import UsageError
from audiostyle.errors import AudiostyleError
from audiostyle.spectrogram.methods import DEFAULT, METHODS

app = typer.Typer()


@app.command()
def transfer(
    content: own.Content,
    style: own.Styles,
    out: shared.Out = None,
    filename: shared.Filename = NAME_BY_METHOD,
    overwrite: shared.Overwrite = False,
    skip_existing: shared.SkipExisting = False,
    method: own.Method = DEFAULT,
    strength: shared.Strength = 1.0,
    match: own.Match = None,
    levels: own.Levels = None,
    features: own.FeaturesChoice = None,
    start: own.StartChoice = None,
    optimize: own.OptimizeChoice = None,
    loss: own.Loss = None,
    iterations: own.Iterations = None,
    lags: own.Lags = None,
    centered: own.Centered = None,
    alpha: own.Alpha = None,
    pseudo: own.Pseudo = None,
    memory_limit: own.MemoryLimit = None,
    weights: shared.Weights = None,
    plot: own.Plot = None,
    format: shared.Format = None,
    subtype: shared.Subtype = None,
    clip: shared.ClipPolicy = shared.Clip.limit,
    device: shared.Device = "auto",
    jobs: shared.Jobs = 1,
    engine: shared.EngineChoice = shared.EngineName.processes,
    address: shared.Address = None,
    ledger: shared.LedgerFile = None,
    seed: shared.Seed = 0,
    json: shared.Json = False,
    dry_run: shared.DryRun = False,
    quiet: shared.Quiet = False,
) -> None:
    """Give recordings the texture of another.

    The result has the content's sample rate, channels and length.
    """
    from audiostyle.cli.batch.ledger import describe_files, open_ledger
    from audiostyle.cli.batch.plan import plan_batch
    from audiostyle.cli.batch.run import run_batch
    from audiostyle.cli.batch.transfers import TransferNaming, TransferReporter, find_style_recordings
    from audiostyle.cli.jobs.transfer import TransferJob

    steps = shared.parse_numbers("--levels", levels, int)
    delays = shared.parse_numbers("--lags", lags, float)
    options = shared.collect_options(match=match, levels=steps, seed=seed)
    options |= shared.collect_options(features=features, start=start, optimize=optimize)
    options |= shared.collect_options(lags=delays, centered=centered, alpha=alpha, pseudo=pseudo)
    options |= shared.collect_options(loss=loss, iterations=iterations, memory_limit=memory_limit)
    options = _select_options(options, method)
    _check_outputs(content, out, plot, json)
    styles = find_style_recordings(style)
    options |= {"strength": strength, "weights": _parse_weights(weights, len(styles)), "device": device}
    options |= {"format": format, "subtype": subtype, "clip": clip.value}
    naming = TransferNaming(out, filename, format, subtype, plot)
    identity = {"command": "transfer", "method": method, "styles": describe_files(styles), **options}
    book = open_ledger(ledger, out, identity, wanted=engine == shared.EngineName.ray and not dry_run)
    existing = {"overwrite": overwrite, "skip_existing": skip_existing}
    plan = plan_batch([content], [method], naming, also_read=styles, ledger=book, **existing)
    plan.tasks = [task for task in plan.tasks if method in task.outputs]  # a plot goes with its result
    reporter = TransferReporter(json=json, quiet=quiet, text_to_stderr=out == STDOUT)
    job = TransferJob(method, styles, options)
    chosen = shared.choose_engine(engine, address, jobs, device, book)
    raise typer.Exit(run_batch(plan, job, reporter, engine=chosen, dry_run=dry_run))


def _select_options(options: Mapping[str, object], method: str) -> dict[str, object]:
    """Select the options that a method has; a seed is left out where nothing is random.

    Raises:
        UsageError: there is no such method, or the user set an option that it does not have.
    """
    known = shared.choose_method(METHODS, method).options
    if "loss" in options and "loss" in known:
        _check_loss(str(options["loss"]))
    if foreign := options.keys() - known - {"seed"}:
        able = ", ".join(name for name, other in METHODS.items() if foreign <= other.options)
        remedy = f"leave it out, or use {able}" if able else "leave it out"
        raise UsageError(f"{shared.format_flag(foreign)}: --method {method} has no such option; {remedy}")
    return {name: value for name, value in options.items() if name in known}


def _check_loss(text: str) -> None:
    """Find a slip in ``--loss`` before anything is read.

    Raises:
        UsageError: it names a loss or an option that there is not.
    """
    from audiostyle.style.losses.specification import parse_losses

    try:
        parse_losses(text)
    except AudiostyleError as error:
        raise UsageError(f"--loss: {error}") from None


def _parse_weights(text: str | None, count: int) -> tuple[float, ...] | None:
    """Parse ``--weights``: a positive number for each of ``count`` styles.

    Raises:
        UsageError: they are others.
    """
    weights = shared.parse_numbers("--weights", text, float)
    if weights is not None and (len(weights) != count or not all(weight > 0 for weight in weights)):
        raise UsageError(f"--weights {text}: {count} style(s) need as many positive numbers")
    return weights


def _check_outputs(content: str, out: str | None, plot: str | None, json: bool) -> None:
    if plot is not None:
        from audiostyle.spectrogram.plot import require_matplotlib

        require_matplotlib()
        if out == STDOUT or content == STDIN:
            raise UsageError("--plot: what goes through a pipe cannot be read again; name files")
    check_stdout(out, json)
