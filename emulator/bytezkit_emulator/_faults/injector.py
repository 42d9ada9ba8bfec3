"""Inject faults into responses."""

from collections.abc import Callable, Generator
from http import HTTPStatus

from bytezkit_emulator._common.http_types import ConnectionCutError, HttpError, ReplyGenerator
from bytezkit_emulator._faults.delivery import Delivery
from bytezkit_emulator._faults.fault import Interrupt, Then
from bytezkit_emulator._faults.matching import FaultRules
from bytezkit_emulator._service.request_context import RequestContext
from bytezkit_emulator._time.future import Future
from bytezkit_emulator._time.scheduler import Scheduler


class Injector:
    """Injects faults into responses. Callers hold the lock of the core.

    Args:
        rules: The declared faults.
        scheduler: The scheduler of virtual time.
        is_open: Returns whether the emulator accepts requests. Faults do not fire while it shuts down.
    """

    def __init__(self, rules: FaultRules, scheduler: Scheduler, is_open: Callable[[], bool]) -> None:
        self._rules = rules
        self._scheduler = scheduler
        self._is_open = is_open

    def apply(self, context: RequestContext, response: ReplyGenerator) -> ReplyGenerator:
        """Return the response with the effects of the fault that fires for the request, if any."""
        # Without faults the generator is returned unwrapped, which spares every request a layer.
        return self._inject(context, response) if self._rules.may_match(context) else response

    def _inject(self, context: RequestContext, response: ReplyGenerator) -> ReplyGenerator:
        then = self._select_effects(context)
        if then is None:
            return (yield from response)
        if then.delay:
            yield from self._pause(then.delay)
        if then.status is not None:
            # The service raises the refusal before it processes the request.
            context.error = _refusal(then.status, then)
        early = then.interrupt if then.interrupt is not None and then.interrupt.is_early else None
        if early is not None and not early.handled:
            yield from self._interrupt(early)
        reply = yield from response
        if early is not None and early.handled:
            yield from self._interrupt(early)
        delivery = Delivery(then, self._pause, self._interrupt)
        return delivery.apply(reply, has_body=context.request.method != "HEAD")

    def _select_effects(self, context: RequestContext) -> Then | None:
        if not self._is_open():
            return None
        try:
            fault = self._rules.select(context)
        except HttpError as refusal:
            # A missing route has precedence over a wrong fault header.
            context.error = context.error or refusal
            return None
        if fault is None:
            return None
        context.faults.append(fault.name)
        return fault.then

    def _interrupt(self, interrupt: Interrupt) -> Generator[Future, None, None]:
        if interrupt.how != "stall":
            raise ConnectionCutError(interrupt.how)
        yield from self._pause(interrupt.seconds)

    def _pause(self, seconds: float | None) -> Generator[Future, None, None]:
        """Wait a number of virtual seconds, or forever if None."""
        wait = Future() if seconds is None else self._scheduler.sleep(seconds)
        try:
            yield wait
        finally:
            # If the client disconnects first, this cancels the timer, so that time does not advance for it.
            wait.resolve()


def _refusal(status: int, then: Then) -> HttpError:
    phrases = {it.value: it.phrase for it in HTTPStatus}
    headers = {} if then.retry_after is None else {"retry-after": str(then.retry_after)}
    return HttpError(status, then.error or phrases.get(status, f"Status {status}"), headers=headers)
