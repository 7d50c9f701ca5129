"""What commands that give pictures a style do before any work: masks and styles that fit, and a plan."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from audiostyle.cli.console import UsageError, print_message

if TYPE_CHECKING:
    from audiostyle.cli.batch.ledger import Ledger
    from audiostyle.cli.batch.pictures import PictureNaming
    from audiostyle.cli.batch.plan import BatchPlan
    from audiostyle.cli.jobs.stylize import StylizeJob


def split_names(text: str | None) -> tuple[str, ...] | None:
    """Return names with commas between them as a tuple."""
    return None if text is None else tuple(name.strip() for name in text.split(","))


def check_masks(content: str | None, styles: Sequence[str] | None) -> tuple[str | None, tuple[str, ...]]:
    """Return the masks of content and styles as they are.

    Raises:
        UsageError: only one of the two is given.
    """
    if bool(content) != bool(styles):
        raise UsageError("--content-mask and --style-mask go together; give both or none")
    return content, tuple(styles or ())


def list_style_files(styles: Sequence[str]) -> tuple[str, ...]:
    """Return every file that styles (files, globs, folders) stand for; what is not there stays as it is."""
    from audiostyle.cli.batch.inputs import find_inputs
    from audiostyle.cli.batch.pictures import PICTURES

    found, problems = find_inputs(styles, PICTURES)
    return (*(source.path for source in found), *(problem.input for problem in problems))


def plan_stylization(
    content: str,
    style: Sequence[str],
    job: "StylizeJob",
    naming: "PictureNaming",
    pairs: bool,
    overwrite: bool,
    skip_existing: bool,
    ledger: "Ledger | None",
) -> "BatchPlan":
    """Plan the batch, and tell the job the styles of every content.

    Raises:
        UsageError: the number of styles does not fit weights or masks, or there are no pairs to be had.
    """
    from audiostyle.cli.batch.pictures import find_style_pictures, pair_styles
    from audiostyle.cli.batch.plan import plan_batch

    if pairs and len(style) > 1:
        raise UsageError("--pairs takes two folders, one of contents and one of styles")
    styles = () if pairs else find_style_pictures(style)
    count, depth = len(styles) or 1, job.options.get("depth")
    weights = job.options.get("weights")
    for option, given in (("--weights", weights), ("--style-mask", job.style_masks)):
        if isinstance(given, tuple) and given and len(given) != count:
            raise UsageError(f"{option}: {count} style(s) need as many, not {len(given)}")
    plan = plan_batch(
        [content],
        [job.method],
        naming,
        overwrite=overwrite,
        skip_existing=skip_existing,
        also_read=[*styles, *job.list_masks(), *([str(depth)] if depth else [])],
        ledger=ledger,
    )
    if pairs:
        job.styles, unused = pair_styles(plan, content, style[0])
        for path in unused:
            print_message(f"{path}: no content has that name; not used")
    else:
        job.shared = styles
    return plan
