"""Tasks on many machines, through Ray: the same results in the same order, whatever dies meanwhile.

Ray finds room for tasks, starts them again where a process or a machine has died, and knows who is there.
What is here: a window of tasks, so that a million of them are no million objects; progress gathered by one
actor beside the command; and a second copy of what takes far too long when there is nothing else to do, of
which the first to end counts.  All of it rests on tasks that may be done twice: their files appear whole,
under their names, with the same bytes.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from audiostyle.cli.batch.ray_worker import Answer, Board, do_task
from audiostyle.cli.batch.tasks import BatchProgress, Job, Outcome, Result, Task
from audiostyle.errors import AudiostyleError

_log = logging.getLogger(__name__)

_TRIES = 4  # of a task whose process or machine dies
_LOOK = 1.0  # seconds between two looks at progress
_COUNT = 5.0  # seconds between two counts of the cluster's cores
_SLOW, _SLOWEST = 4.0, 60.0  # times the longest task so far, and seconds: then a second copy is begun
_PATIENCE = 10.0  # seconds for a cluster to answer at all
_STORE = 100_000_000  # bytes of Ray's memory for objects: ours are small
_VARIABLES = ("OMP_NUM_THREADS", "OMP_WAIT_POLICY", "THP_MEM_ALLOC_ENABLE", "AUDIOSTYLE_HOME")
_RAY = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is told to anybody
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # a task without a GPU of its own may use the machine's
    "RAY_worker_niceness": "0",  # as patient as the command, and no more (Ray: 15)
}


@dataclass(frozen=True)
class ClusterSettings:
    """Where tasks are done.

    Attributes:
        address: of a Ray cluster, such as ``auto`` or ``head:6379``; None starts one on this machine.
        at_once: tasks at a time at most; None is one for each core.
        gpus: of each task.
    """

    address: str | None = None
    at_once: int | None = None
    gpus: float = 0.0


@dataclass
class _Flight:
    """A task that is under way, in one copy or two."""

    index: int
    refs: dict[Any, float] = field(default_factory=dict)  # of the copies, and when they were begun


def run_on_cluster(
    tasks: Sequence[Task],
    job: Job[Task, Result],
    settings: ClusterSettings,
    on_progress: BatchProgress,
    on_finish: Callable[[Task, Outcome[Result]], None] = lambda task, outcome: None,
) -> Generator[Outcome[Result]]:
    """Yield the outcome of each task, in order; see :func:`audiostyle.cli.batch.pool.run_tasks`.

    Args:
        tasks: what to do; paths are the same on all machines.
        job: the work on each of them.
        settings: where.
        on_progress: told how far each task is.
        on_finish: told of each outcome as soon as it is there, in any order.

    Raises:
        AudiostyleError: what would fail every task: Ray is not installed, there is no cluster, no model.
    """
    if not tasks:
        return
    with _connect(settings) as ray:
        flights = _Flights(ray, job, settings, on_progress)
        waiting = iter(enumerate(tasks))
        finished: dict[int, Outcome[Result]] = {}
        try:
            for index in range(len(tasks)):
                while index not in finished:
                    while flights.has_room() and (following := next(waiting, None)):
                        flights.begin(following[0], following[1])
                    flights.help_the_slowest(tasks)
                    for done, outcome in flights.collect(tasks):
                        on_finish(tasks[done], outcome)
                        finished[done] = outcome
                yield finished.pop(index)
        finally:  # on Ctrl-C too
            flights.cancel()


class _Flights:
    """All tasks that are under way."""

    def __init__(self, ray: Any, job: object, settings: ClusterSettings, on_progress: BatchProgress) -> None:
        self._ray, self._settings, self._on_progress = ray, settings, on_progress
        self._job = ray.put(job)
        self._token = os.urandom(8).hex()  # of the job, which a process keeps as long as it is the same
        here = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(
            ray.get_runtime_context().get_node_id(), soft=False
        )
        self._board = ray.remote(Board).options(num_cpus=0, scheduling_strategy=here).remote()
        self._do = ray.remote(do_task).options(
            num_cpus=1, num_gpus=settings.gpus, max_retries=_TRIES - 1, scheduling_strategy="SPREAD"
        )
        self._flights: dict[int, _Flight] = {}
        self._room, self._counted, self._looked = 1, -_COUNT, 0.0
        self._longest = 0.0

    def has_room(self) -> bool:
        """Whether another task may be begun: one for each core of the machines that are there now."""
        now = time.monotonic()
        if now - self._counted >= _COUNT:
            self._counted = now
            cores = int(self._ray.cluster_resources().get("CPU", 1))
            if self._settings.gpus:
                cores = min(cores, int(self._ray.cluster_resources().get("GPU", 0) / self._settings.gpus))
            self._room = max(1, min(cores, self._settings.at_once or cores))
        return sum(len(flight.refs) for flight in self._flights.values()) < self._room

    def begin(self, index: int, task: object) -> None:
        """Have a task done, once more if it is under way."""
        ref = self._do.remote(self._token, self._job, index, task, self._board, os.getcwd())
        self._flights.setdefault(index, _Flight(index)).refs[ref] = time.monotonic()

    def help_the_slowest(self, tasks: Sequence[object]) -> None:
        """Begin a second copy of what takes far longer than anything before, where there is room for it."""
        if not self._longest or not self.has_room():
            return
        patience = max(_SLOWEST, _SLOW * self._longest)
        for flight in self._flights.values():
            begun = min(flight.refs.values())
            if len(flight.refs) == 1 and time.monotonic() - begun > patience:
                _log.debug("task %d is slow; a second copy is begun", flight.index)
                self.begin(flight.index, tasks[flight.index])
                return

    def collect(self, tasks: Sequence[object]) -> Iterator[tuple[int, Outcome[Any]]]:
        """Wait for something to happen; yield what is done.

        Raises:
            AudiostyleError: what would fail every task.
        """
        owners = {ref: flight for flight in self._flights.values() for ref in flight.refs}
        ready, _ = self._ray.wait(list(owners), num_returns=len(owners), timeout=0) if owners else ([], [])
        if not ready and owners:
            ready, _ = self._ray.wait(list(owners), num_returns=1, timeout=_LOOK)
        self._show_progress()
        for ref in ready:
            flight = owners[ref]
            if flight.index not in self._flights:
                continue  # its other copy was first
            answer = self._get(ref, tasks[flight.index])
            if isinstance(answer.outcome, Exception):
                raise answer.outcome
            for level, text in answer.notices:
                _log.log(level, "%s", text)
            self._longest = max(self._longest, time.monotonic() - flight.refs.pop(ref))
            for other in flight.refs:
                self._ray.cancel(other, force=True)
            del self._flights[flight.index]
            yield flight.index, answer.outcome

    def cancel(self) -> None:
        """End all that is under way: nobody wants the results."""
        for flight in self._flights.values():
            for ref in flight.refs:
                self._ray.cancel(ref, force=True)

    def _get(self, ref: Any, task: object) -> Answer:
        """Return what a task has answered; that it could not is the failure of this task alone."""
        name = getattr(task, "input", "a task")
        try:
            answer: Answer = self._ray.get(ref)
            return answer
        except self._ray.exceptions.RaySystemError as error:
            raise AudiostyleError(
                f"the Ray cluster is gone ({_shorten(error)}); start the command again, it does what is left"
            ) from None
        except self._ray.exceptions.RayError as error:
            died = f"{name}: its process or machine died {_TRIES} times, perhaps for want of memory"
            return Answer(Outcome(error=died, details=str(error)), [])

    def _show_progress(self) -> None:
        now = time.monotonic()
        if now - self._looked < _LOOK:
            return
        self._looked = now
        for index, (done, total) in self._ray.get(self._board.take.remote()).items():
            if index in self._flights:
                self._on_progress(index, done, total)


@contextmanager
def _connect(settings: ClusterSettings) -> Iterator[Any]:
    """Join a cluster, or start one on this machine that ends with the command.

    Raises:
        AudiostyleError: Ray is not installed, or there is no such cluster.
    """
    for name, value in _RAY.items():
        os.environ.setdefault(name, value)
    try:
        import ray
        import ray.util.scheduling_strategies
    except ImportError:
        raise AudiostyleError("--engine ray needs Ray; install it: pip install 'audiostyle[ray]'") from None
    logging.getLogger("ray").setLevel(logging.ERROR)  # else it tells of its settings
    if settings.address:
        _check_reachable(settings.address)
    variables = {name: os.environ[name] for name in _VARIABLES if name in os.environ}
    options: dict[str, Any] = {"address": settings.address} if settings.address else _make_local(settings)
    with _keep_signals():
        if ray.is_initialized():  # by the program that calls us
            yield ray
            return
        try:
            ray.init(
                **options,
                runtime_env={"env_vars": variables},
                log_to_driver=False,
                logging_level=logging.ERROR,
                configure_logging=False,
            )
        except (ConnectionError, ValueError, RuntimeError, OSError) as error:
            place = settings.address or "this machine"
            raise AudiostyleError(f"--engine ray: no cluster at {place} ({_shorten(error)})") from None
        _silence(ray)
        try:
            yield ray
        finally:
            ray.shutdown()


def _check_reachable(address: str) -> None:
    """Check that something listens at an address: Ray itself would try for minutes, and tell of it.

    Raises:
        AudiostyleError: nothing does.
    """
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if not host or not port.isdigit():
        return  # auto, or a name that Ray knows
    try:
        socket.create_connection((host, int(port)), timeout=_PATIENCE).close()
    except (OSError, OverflowError) as error:
        raise AudiostyleError(
            f"--address {address}: no cluster is there ({error}); 'ray start --head' starts one"
        ) from None


def _silence(ray: Any) -> None:
    """Keep Ray from printing, where machines die, on a stdout that may be one of results."""
    worker = getattr(getattr(ray, "_private", None), "worker", None)
    if worker is not None and hasattr(worker, "_worker_logs_enabled"):
        worker._worker_logs_enabled = False  # what its debugger does; there is no public way


def _make_local(settings: ClusterSettings) -> dict[str, Any]:
    """Return how a cluster is started on this machine."""
    local: dict[str, Any] = {
        "address": "local",
        "_node_ip_address": "127.0.0.1",  # nobody else can reach it
        "include_dashboard": False,
        "object_store_memory": _STORE,
    }
    return local | ({"num_cpus": settings.at_once} if settings.at_once else {})


@contextmanager
def _keep_signals() -> Iterator[None]:
    """Keep our handlers of signals, which Ray replaces by its own."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)


def _shorten(error: Exception) -> str:
    """Return the first line of what Ray says, which is often many."""
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
