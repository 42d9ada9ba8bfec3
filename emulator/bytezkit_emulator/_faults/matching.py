"""Which fault a request meets."""

from collections.abc import Iterator
from random import Random
from typing import Final

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._faults.fault import Fault
from bytezkit_emulator._faults.presets import presets
from bytezkit_emulator._service.request_context import RequestContext

HEADER: Final = "x-emulator-fault"


class FaultRule:
    """A fault that is declared.

    Args:
        fault: The fault.

    Attributes:
        fault: The fault.
        fired: How often it fired.
    """

    def __init__(self, fault: Fault) -> None:
        self.fault: Final = fault
        self.fired = 0
        self._met = 0
        self._chance = Random(fault.when.seed)  # noqa: S311 - a chance that can be repeated is what is wanted

    def concerns(self, visit: RequestContext) -> bool:
        """Say whether it is for a request."""
        match = self.fault.match
        return (
            match.operation in (None, visit.operation)
            and match.headers.items() <= visit.request.headers.items()
            and (match.model is None or match.model == visit.model_id)
            and (match.tenant is None or match.tenant == visit.tenant)
        )

    def fires(self) -> bool:
        """Count a request that it is for, and say whether it fires."""
        when = self.fault.when
        if self.fired == when.times:
            return False
        position = self._met - when.skip
        self._met += 1
        if position < 0 or position % when.every:
            return False
        if when.sequence is not None and when.sequence[position : position + 1] != (True,):
            return False
        if when.probability is not None and self._chance.random() >= when.probability:
            return False
        self.fired += 1
        return True


class FaultRules:
    """The faults that are declared, in their order. Callers hold the lock of the core."""

    def __init__(self) -> None:
        self._rules: dict[str, FaultRule] = {}
        self._named: dict[tuple[str, str | None], FaultRule] = {}

    def __iter__(self) -> Iterator[FaultRule]:
        """Iterate over them."""
        return iter(self._rules.values())

    def __contains__(self, name: str) -> bool:
        return name in self._rules

    def __getitem__(self, name: str) -> FaultRule:
        return self._rules[name]

    def add(self, fault: Fault) -> None:
        """Declare a fault behind the others."""
        self._rules[fault.name] = FaultRule(fault)

    def remove(self, name: str) -> None:
        """Forget a fault."""
        del self._rules[name]

    def clear(self) -> None:
        """Forget all faults, and how often presets fired that were named by requests."""
        self._rules.clear()
        self._named.clear()

    def spare(self, visit: RequestContext) -> bool:
        """Say at little cost whether a request surely meets none."""
        return not self._rules and HEADER not in visit.request.headers

    def choose(self, visit: RequestContext) -> Fault | None:
        """Return the fault that a request meets; it is counted by no rule behind that one.

        Raises:
            Refusal: It names a fault that is not there.
        """
        name = visit.request.headers.get(HEADER)
        if name is not None:
            rule = self._find(name, visit)
            return rule.fault if rule.fires() else None
        return next((rule.fault for rule in self if rule.concerns(visit) and rule.fires()), None)

    def _find(self, name: str, visit: RequestContext) -> FaultRule:
        if name in self._rules:
            return self._rules[name]
        if name not in presets():
            raise HttpError(400, f"header/{HEADER}: there is neither a preset nor a fault of that name")
        # Of two test runs that share an emulator, each has its own key.
        return self._named.setdefault((name, visit.tenant), FaultRule(presets()[name]))
