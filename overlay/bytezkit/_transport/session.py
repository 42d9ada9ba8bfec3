"""Performs operations: the synchronous driver and the asynchronous one."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from bytezkit._core.config import Limits
from bytezkit._core.effects import Operation, Send, SendResult
from bytezkit._core.exchange import Context
from bytezkit._core.tracing import note, observed
from bytezkit._transport.sender import Sender
from bytezkit.errors import BytezError

if TYPE_CHECKING:
    from bytezkit._transport.async_sender import AsyncSender

P = ParamSpec("P")
T = TypeVar("T")


class Session:
    """Performs operations synchronously."""

    def __init__(self, context: Context, http: Sender) -> None:
        self.context = context
        self.http = http

    def with_limits(self, limits: Limits) -> "Session":
        """Return a session with other limits over the same connections."""
        return Session(replace(self.context, limits=limits), self.http.share())

    def perform(
        self, operation: Callable[Concatenate[Context, P], Operation[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Perform the effects that an operation yields, and return its result."""
        flow = operation(self.context, *args, **kwargs)
        outcome: SendResult | None = None
        while True:
            try:
                effect = flow.send(outcome)
            except StopIteration as end:
                result: T = end.value
                return result
            except BytezError as error:
                # Frames in the traceback refer to the error, a cycle that only the garbage collector frees.
                raise error.with_traceback(None)  # noqa: B904 - it is the same error
            if isinstance(effect, Send):
                with observed(effect, self.context.clock, self.context.tracer) as attempt:
                    outcome = self.http.send(effect.request, effect.budget, attempt.headers)
                    note(attempt, outcome)
            else:
                self.context.clock.sleep(effect.seconds)
                outcome = None


class AsyncSession:
    """Performs operations asynchronously."""

    def __init__(self, context: Context, http: "AsyncSender") -> None:
        self.context = context
        self.http = http

    def with_limits(self, limits: Limits) -> "AsyncSession":
        """Return a session with other limits over the same connections."""
        return AsyncSession(replace(self.context, limits=limits), self.http.share())

    async def perform(
        self, operation: Callable[Concatenate[Context, P], Operation[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Perform the effects that an operation yields, and return its result."""
        flow = operation(self.context, *args, **kwargs)
        outcome: SendResult | None = None
        while True:
            try:
                effect = flow.send(outcome)
            except StopIteration as end:
                result: T = end.value
                return result
            except BytezError as error:
                # Frames in the traceback refer to the error, a cycle that only the garbage collector frees.
                raise error.with_traceback(None)  # noqa: B904 - it is the same error
            if isinstance(effect, Send):
                with observed(effect, self.context.clock, self.context.tracer) as attempt:
                    outcome = await self.http.send(effect.request, effect.budget, attempt.headers)
                    note(attempt, outcome)
            else:
                await self.context.clock.sleep_async(effect.seconds)
                outcome = None
