"""Who does the tasks of a batch: this process, several of this machine, or a cluster."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from audiostyle.cli.batch.ledger import FileTask, Ledger
from audiostyle.cli.batch.pool import run_tasks
from audiostyle.cli.batch.tasks import BatchProgress, Job, Outcome, Result

AnyTask = TypeVar("AnyTask", bound=FileTask)


@dataclass(frozen=True)
class Engine:
    """How the tasks of a batch are done.

    Attributes:
        jobs: processes, or tasks at a time on a cluster; 1 there means as many as it has cores.
        on_ray: whether a Ray cluster does them.
        address: of the cluster; None starts one on this machine.
        gpus: that a task on a cluster needs.
        ledger: where it is written down what is done; None if nowhere.
    """

    jobs: int = 1
    on_ray: bool = False
    address: str | None = None
    gpus: float = 0.0
    ledger: Ledger | None = None

    def stay_here(self) -> "Engine":
        """Return the engine that works in this process alone."""
        return replace(self, jobs=1, on_ray=False)

    @property
    def leaves_this_process(self) -> bool:
        """Whether other processes write files, and may be killed while they do."""
        return self.on_ray or self.jobs > 1

    def run(
        self, tasks: Sequence[AnyTask], job: Job[AnyTask, Result], on_progress: BatchProgress
    ) -> Generator[Outcome[Result]]:
        """Yield the outcome of each task, in order, and keep the ledger; see :func:`.pool.run_tasks`.

        Raises:
            AudiostyleError: what would fail every task.
        """
        if self.ledger:
            self.ledger.begin(tasks)
        if self.on_ray:
            yield from self._run_on_ray(tasks, job, on_progress)
            return
        outcomes = run_tasks(tasks, job, jobs=self.jobs, on_progress=on_progress)
        try:
            for task, outcome in zip(tasks, outcomes, strict=True):
                self._note(task, outcome)
                yield outcome
        finally:
            outcomes.close()

    def _run_on_ray(
        self, tasks: Sequence[AnyTask], job: Job[AnyTask, Result], on_progress: BatchProgress
    ) -> Generator[Outcome[Result]]:
        from audiostyle.cli.batch.cluster import ClusterSettings, run_on_cluster

        settings = ClusterSettings(self.address, self.jobs if self.jobs > 1 else None, self.gpus)
        note: Callable[[AnyTask, Outcome[Result]], None] = self._note
        yield from run_on_cluster(tasks, job, settings, on_progress, note)

    def _note(self, task: FileTask, outcome: Outcome[Result]) -> None:
        if self.ledger and outcome.error is None:
            self.ledger.finish(task)
