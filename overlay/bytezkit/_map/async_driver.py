"""Running a model on many inputs, by tasks."""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from types import TracebackType
from typing import Self, TypeAlias, TypeVar

import anyio
from anyio.abc import TaskGroup

from bytezkit._api.runs import PreparedRun
from bytezkit._map.outcomes import Outcome
from bytezkit._map.scheduler import EXPECTED, Desk, Job, check_inputs
from bytezkit._transport.session import AsyncSession

InputT = TypeVar("InputT")
OutputT = TypeVar("OutputT")

# Returns the members of the body for an input.
AsyncEncode: TypeAlias = Callable[[InputT], Awaitable[Mapping[str, object]]]


class _Signal:
    """Wakes whoever waits for a change."""

    def __init__(self) -> None:
        self._event: anyio.Event | None = None

    def give(self) -> None:
        if self._event is not None:
            self._event.set()

    async def wait(self) -> None:
        if self._event is None or self._event.is_set():
            self._event = anyio.Event()
        await self._event.wait()


class AsyncOutcomes(AsyncIterator[Outcome[InputT, OutputT]]):
    """As `Outcomes`, for `async with` and, within it, `async for`.

    Leaving its block cancels what is under way.
    """

    def __init__(
        self,
        session: AsyncSession,
        inputs: Iterable[InputT] | AsyncIterable[InputT],
        prepare: Callable[[InputT], Awaitable[PreparedRun[OutputT]]],
        *,
        concurrency: int,
        ordered: bool,
        on_outcome: Callable[[Outcome[InputT, OutputT]], object] | None,
    ) -> None:
        check_inputs(inputs)
        self._session = session
        self._inputs = inputs
        self._prepare = prepare
        self._desk = Desk[InputT, OutputT](
            session.context, concurrency, ordered=ordered, on_outcome=on_outcome
        )
        self._tasks: TaskGroup | None = None
        self._room, self._change = _Signal(), _Signal()
        self._begun = False
        self._resting = False
        self._ended = False
        self._left = False
        self._broken: Exception | None = None

    async def __aenter__(self) -> Self:
        self._tasks = await anyio.create_task_group().__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._left = True
        self._change.give()
        if self._tasks is not None:
            self._tasks.cancel_scope.cancel()
            # What is raised in the block stays as it is, and is in no group.
            await self._tasks.__aexit__(None, None, None)

    async def __anext__(self) -> Outcome[InputT, OutputT]:
        if self._tasks is None:
            raise RuntimeError("nothing is sent yet: enter it with `async with` first")
        while not self._left:
            if not self._begun:
                self._begun = True
                self._tasks.start_soon(self._take_all, self._tasks)
            outcome = self._desk.give()
            if outcome is not None:
                self._room.give()
                return outcome
            if self._ended and self._desk.is_empty:
                if self._broken is not None:
                    raise self._broken
                break
            await self._change.wait()
        raise StopAsyncIteration

    async def _take_all(self, tasks: TaskGroup) -> None:
        try:
            if isinstance(self._inputs, AsyncIterable):
                async for input in self._inputs:
                    await self._take(tasks, input)
            else:
                for input in self._inputs:
                    await self._take(tasks, input)
        except Exception as error:  # noqa: BLE001 - raised when the outcomes before it have been given out
            self._broken = error
        self._ended = True
        self._change.give()

    async def _take(self, tasks: TaskGroup, input: InputT) -> None:
        self._desk.take(input)
        self._begin(tasks)
        while not self._desk.has_room:
            await self._room.wait()

    def _begin(self, tasks: TaskGroup) -> None:
        """Begin what may begin now."""
        while (job := self._next_job(tasks)) is not None:
            tasks.start_soon(self._send_all, tasks, job)

    def _next_job(self, tasks: TaskGroup) -> Job[InputT, OutputT] | None:
        """Return what may begin now, and see to the end of a pause if there is one."""
        step = self._desk.next(self._session.context.clock.monotonic())
        self._change.give()
        if isinstance(step, Job):
            return step
        if step is not None and not self._resting:
            self._resting = True
            tasks.start_soon(self._rest, tasks, step)
        return None

    async def _rest(self, tasks: TaskGroup, seconds: float) -> None:
        await self._session.context.clock.sleep_async(seconds)
        self._resting = False
        self._begin(tasks)

    async def _send_all(self, tasks: TaskGroup, job: Job[InputT, OutputT] | None) -> None:
        """Send a job, and then one after the other: to begin a task for each takes a quarter of the time."""
        while job is not None:
            await self._send(job)
            job = self._next_job(tasks)
            if job is not None:
                self._begin(tasks)

    async def _send(self, job: Job[InputT, OutputT]) -> None:
        clock = self._session.context.clock
        try:
            job.run = job.run or await self._prepare(job.input)
            result = await self._session.perform(job.run, job.left(clock.monotonic()))
        except EXPECTED as error:
            self._desk.fail(job, error, clock.monotonic())
        except Exception as error:  # noqa: BLE001 - raised where the outcomes are asked for
            self._desk.problem = error
        else:
            self._desk.succeed(job, result)
