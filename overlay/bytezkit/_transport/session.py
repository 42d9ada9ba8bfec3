"""Performs operations: the synchronous driver and the asynchronous one."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from bytezkit._core.config import CallOptions, apply_options
from bytezkit._core.effects import Operation, Send, SendResult
from bytezkit._core.exchange import Context
from bytezkit._core.tracing import record_result, traced
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

    def with_options(self, options: CallOptions) -> "Session":
        """Return a session with other options over the same connections; errors as for `apply_options`."""
        limits, origin = apply_options(self.context.limits, self.http.origin, options)
        return Session(replace(self.context, limits=limits, origin=origin), self.http.share(origin))

    def perform(
        self, operation: Callable[Concatenate[Context, P], Operation[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Perform the effects that an operation yields, and return its result."""
        flow = operation(self.context, *args, **kwargs)
        result: SendResult | None = None
        while True:
            try:
                effect = flow.send(result)
            except StopIteration as end:
                value: T = end.value
                return value
            except BytezError as error:
                # Frames in the traceback refer to the error, a cycle that only the garbage collector frees.
                error.__traceback__ = None
                raise
            if isinstance(effect, Send):
                with traced(effect, self.context.clock, self.context.tracer) as attempt:
                    result = self.http.send(effect, attempt.headers)
                    record_result(attempt, result)
            else:
                self.context.clock.sleep(effect.seconds)
                result = None


class AsyncSession:
    """Performs operations asynchronously."""

    def __init__(self, context: Context, http: "AsyncSender") -> None:
        self.context = context
        self.http = http

    def with_options(self, options: CallOptions) -> "AsyncSession":
        """Return a session with other options over the same connections; errors as for `apply_options`."""
        limits, origin = apply_options(self.context.limits, self.http.origin, options)
        return AsyncSession(replace(self.context, limits=limits, origin=origin), self.http.share(origin))

    async def perform(
        self, operation: Callable[Concatenate[Context, P], Operation[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Perform the effects that an operation yields, and return its result."""
        flow = operation(self.context, *args, **kwargs)
        result: SendResult | None = None
        while True:
            try:
                effect = flow.send(result)
            except StopIteration as end:
                value: T = end.value
                return value
            except BytezError as error:
                # Frames in the traceback refer to the error, a cycle that only the garbage collector frees.
                error.__traceback__ = None
                raise
            if isinstance(effect, Send):
                with traced(effect, self.context.clock, self.context.tracer) as attempt:
                    result = await self.http.send(effect, attempt.headers)
                    record_result(attempt, result)
            else:
                await self.context.clock.sleep_async(effect.seconds)
                result = None
