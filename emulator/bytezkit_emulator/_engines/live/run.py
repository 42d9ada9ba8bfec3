"""A run of a live engine, in a thread."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import RLock
from time import monotonic
from typing import Final, Protocol

from msgspec.structs import replace

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._common.json import write_json
from bytezkit_emulator._engines.canned import text_of_output
from bytezkit_emulator._engines.inputs import InputError
from bytezkit_emulator._engines.job import Job, MediaOutput, Output
from bytezkit_emulator._openapi.contract import Contract
from bytezkit_emulator._time.future import RealTimeFuture
from bytezkit_emulator._time.threaded_call import ThreadedCall
from bytezkit_models.json_value import JsonValue

_LOGGER: Final = logging.getLogger("bytezkit_emulator")


class EngineError(ValueError):
    """A live engine cannot work: its configuration is invalid, or what it runs on is missing."""


class RunCancelledError(Exception):
    """The run was cancelled; the engine stops working on it."""


class Slots:
    """Limit of runs that work at once; further runs wait in order. Callers hold the runtime's lock.

    Args:
        limit: Maximum number of runs.
    """

    def __init__(self, limit: int) -> None:
        self._free = limit
        self._queue: deque[RealTimeFuture] = deque()

    def acquire(self) -> RealTimeFuture:
        """Return a future that is resolved when a slot is taken, which `release` frees."""
        turn = RealTimeFuture()
        if self._free > 0:
            self._free -= 1
            turn.resolve()
        else:
            self._queue.append(turn)
        return turn

    def withdraw(self, turn: RealTimeFuture) -> None:
        """Stop to wait for a slot."""
        self._queue.remove(turn)

    def release(self) -> None:
        """Free a slot."""
        if self._queue:
            self._queue.popleft().resolve()
        else:
            self._free += 1


class LiveEngine(Protocol):
    """An engine whose runs take real time; the docstring of this package describes it."""

    def open(self, tasks: Mapping[str, str]) -> Mapping[str, str]:
        """Prepare the engine, and return the task of each model that it adds, by model id.

        Args:
            tasks: Task of each model of the catalog, by model id.

        Raises:
            EngineError: The engine cannot work.
        """
        ...

    def admit(self, job: Job) -> Slots | None:
        """Return the slots in which a job runs, or None if the engine does not serve it."""

    def run(self, job: Job, live_run: "LiveRun") -> Output | MediaOutput:
        """Return the output of a job, and write the pieces of a text meanwhile."""
        ...


class LiveRun:
    """A run of a live engine. Callers hold the runtime's lock, except for `write` and `on_cancel`.

    Args:
        engine: The engine.
        job: Input of the engine.
        slots: The slots in which the engine runs it.
        contract: Its schemas validate the output.
        lock: The runtime's lock.
        under_way: Contains the run from its start until it has finished.

    Attributes:
        job: Input of the engine.
        finished: Resolved when the run has an output, has failed or is cancelled.
        pieces: Pieces of the text that the client has not been sent.
    """

    def __init__(
        self,
        engine: LiveEngine,
        job: Job,
        slots: Slots,
        *,
        contract: Contract,
        lock: RLock,
        under_way: set["LiveRun"],
    ) -> None:
        self.job: Final = job
        self.finished: Final = RealTimeFuture()
        self.pieces: Final[deque[str]] = deque()
        self._engine = engine
        self._slots = slots
        self._contract = contract
        self._lock = lock
        self._under_way = under_way
        self._call = ThreadedCall(self._run)
        self._turn: RealTimeFuture | None = None
        self._arrival = RealTimeFuture()
        self._written: list[str] = []
        self._cancellations: list[Callable[[], object]] = []
        self._is_cancelled = False
        self._started_at: float | None = None
        self._elapsed = timedelta()

    @property
    def elapsed(self) -> timedelta:
        """Real time from the start of the engine's work to its end, or until now."""
        if self._started_at is None or self.finished.resolved:
            return self._elapsed
        return timedelta(seconds=monotonic() - self._started_at)

    def start(self) -> None:
        """Let the engine work as soon as a slot is free, unless the run is cancelled."""
        if not self.finished.resolved:
            self._under_way.add(self)
            self._turn = self._slots.acquire()
            self._turn.add_callback(self._begin)

    def arrival(self) -> RealTimeFuture:
        """Return a future that is resolved when there are pieces, or when the run has finished."""
        if self._arrival.resolved and not (self.pieces or self.finished.resolved):
            self._arrival = RealTimeFuture()
        return self._arrival

    def result(self) -> Output | MediaOutput:
        """Return the output of the finished run.

        Raises:
            HttpError: The engine failed.
        """
        return self._call.result()

    def cancel(self) -> None:
        """Cancel the run, unless it has finished."""
        if self.finished.resolved:
            return
        self._is_cancelled = True
        if self._turn is not None and not self._turn.resolved:
            self._slots.withdraw(self._turn)
        self._finish()
        for callback in self._cancellations:
            callback()

    def write(self, piece: str) -> None:
        """Add a piece of the text. The engine calls it.

        Raises:
            RunCancelledError: The run was cancelled.
        """
        with self._lock:
            if self._is_cancelled:
                raise RunCancelledError
            if piece:
                self._written.append(piece)
                self.pieces.append(piece)
                self._arrival.resolve()

    def on_cancel(self, callback: Callable[[], object]) -> None:
        """Call a function when the run is cancelled, under the lock; now if it is. The engine calls it."""
        with self._lock:
            if self._is_cancelled:
                callback()
            else:
                self._cancellations.append(callback)

    def _begin(self) -> None:
        self._started_at = monotonic()
        self._call.add_callback(self._end)
        self._call.start(self._lock)

    def _end(self) -> None:
        self._finish()
        self._slots.release()

    def _finish(self) -> None:
        if not self.finished.resolved:
            self._elapsed = self.elapsed
            self._under_way.discard(self)
            self.finished.resolve()
            self._arrival.resolve()

    def _run(self) -> Output | MediaOutput:
        """Return the validated output; run in the thread."""
        try:
            output = self._engine.run(self.job, self)
            return output if isinstance(output, MediaOutput) else self._validated(output)
        except InputError as error:
            raise HttpError(422, str(error)) from None
        except HttpError:
            raise
        # Whatever a model or its library raises, the run needs a response.
        except Exception as error:
            if not self._is_cancelled:
                _LOGGER.exception("the engine failed to run %s", self.job.model_id)
            raise HttpError(500, f"the engine failed: {type(error).__name__}: {error}") from None

    def _validated(self, output: Output) -> Output:
        text = text_of_output(output.value)
        if self.job.task.stream == "text" and not self._written:
            self.write(text)
        reason = self._misfit(output.value)
        if reason is None and self._written and "".join(self._written) != text:
            reason = "output: differs from the text of the stream"
        if reason is not None:
            raise HttpError(500, f"the engine failed: its output violates the contract: {reason}")
        pieces = tuple(self._written)
        return replace(output, pieces=pieces, tokens=output.tokens or len(pieces))

    def _misfit(self, value: JsonValue) -> str | None:
        """Return why a value is no output of the task, or None if it is one."""
        try:
            # The validator reads NaN as null.
            write_json(value)
        except ValueError:
            return "output: NaN and infinity are not valid JSON"
        return self._contract.result(self.job.task).error_message(value, "output")
