"""Letting a fault happen to an answer."""

from collections.abc import Callable, Generator
from datetime import timedelta
from http import HTTPStatus

from bytezkit_emulator._common.http_types import ConnectionCutError, HttpError, ReplyGenerator
from bytezkit_emulator._faults.delivery import Delivery
from bytezkit_emulator._faults.fault import Interrupt, Then
from bytezkit_emulator._faults.matching import FaultRules
from bytezkit_emulator._service.request_context import RequestContext
from bytezkit_emulator._time.future import Future
from bytezkit_emulator._time.scheduler import Scheduler


class Injector:
    """Lets faults happen. Callers hold the lock of the core.

    Args:
        rules: Which faults there are.
        scheduler: Virtual time.
        is_open: Says whether requests are taken. Those that are not meet no fault.
    """

    def __init__(self, rules: FaultRules, scheduler: Scheduler, is_open: Callable[[], bool]) -> None:
        self._rules = rules
        self._scheduler = scheduler
        self._is_open = is_open

    def applied(self, visit: RequestContext, answer: ReplyGenerator) -> ReplyGenerator:
        """Return the answer to a request as the fault leaves it that it meets, if any."""
        return answer if self._rules.spare(visit) else self._applied(visit, answer)

    def _applied(self, visit: RequestContext, answer: ReplyGenerator) -> ReplyGenerator:
        then = self._choose(visit)
        if then is None:
            return (yield from answer)
        if then.delay:
            yield from self._pause(then.delay)
        if then.status is not None:
            visit.error = _refusal(then.status, then)
        early = then.interrupt if then.interrupt is not None and then.interrupt.is_early else None
        if early is not None and not early.handled:
            yield from self._interrupt(early)
        reply = yield from answer
        if early is not None and early.handled:
            yield from self._interrupt(early)
        return Delivery(then, self._pause, self._interrupt).of(reply, has_body=visit.request.method != "HEAD")

    def _choose(self, visit: RequestContext) -> Then | None:
        if not self._is_open():
            return None
        try:
            fault = self._rules.choose(visit)
        except HttpError as refusal:
            visit.error = visit.error or refusal
            return None
        if fault is None:
            return None
        visit.faults.append(fault.name)
        return fault.then

    def _interrupt(self, interrupt: Interrupt) -> Generator[Future, None, None]:
        if interrupt.how != "stall":
            raise ConnectionCutError(interrupt.how)
        yield from self._pause(interrupt.seconds)

    def _pause(self, seconds: float | None) -> Generator[Future, None, None]:
        """Let time pass, or all time if it is not said how much; when the emulator is closed it is over."""
        if not self._is_open():
            return
        wait = (
            Future()
            if seconds is None
            else self._scheduler.sleep_until(self._scheduler.now + timedelta(seconds=seconds))
        )
        try:
            yield wait
        finally:
            wait.resolve()


def _refusal(status: int, then: Then) -> HttpError:
    names = {it.value: it.phrase for it in HTTPStatus}
    headers = {} if then.retry_after is None else {"retry-after": str(then.retry_after)}
    return HttpError(status, then.error or names.get(status, f"Status {status}"), headers=headers)
