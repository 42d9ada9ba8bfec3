"""Tasks that drive `map` of the asynchronous client."""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from math import inf
from types import TracebackType
from typing import Self, TypeAlias, TypeVar

import anyio
from anyio.abc import TaskGroup

from bytezkit._core.exchange import PreparedRun
from bytezkit._map.outcomes import Outcome
from bytezkit._map.scheduler import DeferredError, MapJob, MapScheduler, check_inputs
from bytezkit._transport.session import AsyncSession
from bytezkit.errors import BytezError

InputT = TypeVar("InputT")
OutputT = TypeVar("OutputT")

# Returns the members of the request body for an input.
AsyncEncode: TypeAlias = Callable[[InputT], Awaitable[Mapping[str, object]]]


class _Notification:
    """Wakes the waiting task. Unlike `anyio.Event`, it can be set many times."""

    def __init__(self) -> None:
        self._event: anyio.Event | None = None

    def set(self) -> None:
        if self._event is not None:
            self._event.set()

    async def wait(self) -> None:
        if self._event is None or self._event.is_set():
            self._event = anyio.Event()
        await self._event.wait()


class AsyncOutcomes(AsyncIterator[Outcome[InputT, OutputT]]):
    """Outcomes of an asynchronous `map`, for `async with` and, within it, `async for`.

    Leaving the block cancels the requests in flight.

    Iterating raises the exception of the iterable of inputs, after the outcomes of all inputs before it.
    """

    def __init__(
        self,
        session: AsyncSession,
        inputs: Iterable[InputT] | AsyncIterable[InputT],
        prepare: Callable[[InputT], Awaitable[PreparedRun[OutputT]]],
        *,
        model_of: Callable[[InputT], str],
        concurrency: int,
        ordered: bool,
        on_outcome: Callable[[Outcome[InputT, OutputT]], object] | None,
    ) -> None:
        check_inputs(inputs)
        self._session = session
        self._inputs = inputs
        self._prepare = prepare
        self._scheduler = MapScheduler[InputT, OutputT](
            session.context, model_of, concurrency, ordered=ordered, on_outcome=on_outcome
        )
        self._tasks: TaskGroup | None = None
        self._capacity_available, self._outcome_available = _Notification(), _Notification()
        self._started = False
        # The earliest time in seconds at which a pause ends, since each model has pauses of its own.
        self._pause_end = inf
        self._exhausted = False
        self._closed = False
        self._input_error = DeferredError()

    async def __aenter__(self) -> Self:
        self._tasks = await anyio.create_task_group().__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # At Ctrl-C, asyncio cancels the main task, and shows its error before the KeyboardInterrupt.
        if isinstance(error, (KeyboardInterrupt, anyio.get_cancelled_exc_class())):
            self._scheduler.explain_interrupt(error)
        self._closed = True
        self._outcome_available.set()
        if self._tasks is not None:
            self._tasks.cancel_scope.cancel()
            # Without the exception of the block: the task group would wrap it in an `ExceptionGroup`.
            await self._tasks.__aexit__(None, None, None)
        self._scheduler.close()

    async def __anext__(self) -> Outcome[InputT, OutputT]:
        if self._tasks is None:
            raise RuntimeError("the map is not started: enter it with `async with` first")
        while not self._closed:
            if not self._started:
                self._started = True
                self._tasks.start_soon(self._read_inputs, self._tasks)
            outcome = self._scheduler.pop_outcome()
            if outcome is not None:
                self._capacity_available.set()
                return outcome
            if self._exhausted and self._scheduler.is_drained:
                self._input_error.raise_if_set()
                break
            await self._outcome_available.wait()
        raise StopAsyncIteration

    async def _read_inputs(self, tasks: TaskGroup) -> None:
        with self._input_error:
            if isinstance(self._inputs, AsyncIterable):
                async for input in self._inputs:
                    await self._submit(tasks, input)
            else:
                for input in self._inputs:
                    await self._submit(tasks, input)
        self._exhausted = True
        self._outcome_available.set()

    async def _submit(self, tasks: TaskGroup, input: InputT) -> None:
        self._scheduler.accept(input)
        self._start_jobs(tasks)
        while not self._scheduler.can_accept:
            await self._capacity_available.wait()

    def _start_jobs(self, tasks: TaskGroup) -> None:
        """Start a task for each job that may be sent now."""
        while (job := self._next_job(tasks)) is not None:
            tasks.start_soon(self._send_jobs, tasks, job)

    def _next_job(self, tasks: TaskGroup) -> MapJob[InputT, OutputT] | None:
        """Return the job to send now, and start a task that waits for the end of a pause."""
        now = self._session.context.clock.monotonic()
        step = self._scheduler.next_step(now)
        # The scheduler may have failed jobs whose deadline passed.
        self._outcome_available.set()
        if isinstance(step, MapJob):
            return step
        if step is not None and now + step < self._pause_end:
            self._pause_end = now + step
            tasks.start_soon(self._pause, tasks, step)
        return None

    async def _pause(self, tasks: TaskGroup, seconds: float) -> None:
        await self._session.context.clock.sleep_async(seconds)
        self._pause_end = inf
        self._start_jobs(tasks)

    async def _send_jobs(self, tasks: TaskGroup, job: MapJob[InputT, OutputT] | None) -> None:
        # One task sends many jobs in turn: a new task for each job took a quarter of the time of a map.
        while job is not None:
            await self._send(job)
            job = self._next_job(tasks)
            if job is not None:
                # A success may have raised the limit, so that another job can start beside this one.
                self._start_jobs(tasks)

    async def _send(self, job: MapJob[InputT, OutputT]) -> None:
        clock = self._session.context.clock
        with self._scheduler.fatal:
            try:
                job.run = job.run or await self._prepare(job.input)
            except Exception as error:  # noqa: BLE001 - an input can be an object of the caller with any error
                self._scheduler.fail(job, error, clock.monotonic())
                return
            # Another exception is the caller's: a tracer or hook raised it.
            try:
                result = await self._session.perform(job.run, job.remaining(clock.monotonic()))
            except BytezError as error:
                self._scheduler.fail(job, error, clock.monotonic())
            else:
                self._scheduler.succeed(job, result)
