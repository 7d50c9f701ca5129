"""A training kit for some minutes of an accelerator that is lent: jobs, what they need, what comes back.

    python -m audiostyle.training.kit recipes/gpu/plan.toml dry-run
    python -m audiostyle.training.kit recipes/gpu/plan.toml pack .gpu
    python -m audiostyle.training.kit recipes/gpu/plan.toml run .gpu --seconds 540 --out results   # there
    python -m audiostyle.training.kit recipes/gpu/plan.toml unpack results runs/gpu                # back here

The machine that is lent may be reached only by copies of limited size, called *calls* here, and may have
neither network nor disk that outlasts it.  So what jobs need is planned by bytes, and what they made comes
back in few files.

===================  ==============================================================================
:mod:`.plan`         TOML plans: jobs, their inputs, and the limits of the machine
:mod:`.packing`      inputs shared out over calls, and put together again where they arrive
:mod:`.jobs`         jobs side by side against one deadline, in processes of their own
:mod:`.gathering`    results in few files of limited size, and back into folders
===================  ==============================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.training.kit.gathering import gather_results as gather_results
    from audiostyle.training.kit.gathering import unpack_results as unpack_results
    from audiostyle.training.kit.jobs import run_jobs as run_jobs
    from audiostyle.training.kit.packing import assign_calls as assign_calls
    from audiostyle.training.kit.packing import pack_inputs as pack_inputs
    from audiostyle.training.kit.plan import Job as Job
    from audiostyle.training.kit.plan import Plan as Plan
    from audiostyle.training.kit.plan import read_plan as read_plan

export_lazily(
    __name__,
    {
        "audiostyle.training.kit.gathering": ("gather_results", "unpack_results"),
        "audiostyle.training.kit.jobs": ("run_jobs",),
        "audiostyle.training.kit.packing": ("assign_calls", "pack_inputs"),
        "audiostyle.training.kit.plan": ("Job", "Plan", "read_plan"),
    },
)
