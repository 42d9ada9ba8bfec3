"""Select the fault that fires for a request."""

from collections.abc import Iterator
from random import Random
from typing import Final

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._faults.fault import Fault
from bytezkit_emulator._faults.presets import presets
from bytezkit_emulator._service.request_context import RequestContext

HEADER: Final = "x-emulator-fault"


class FaultRule:
    """A fault with its counters.

    Args:
        fault: The fault.

    Attributes:
        fault: The fault.
        fired: Number of times that it fired.
    """

    def __init__(self, fault: Fault) -> None:
        self.fault: Final = fault
        self.fired: int = 0
        self._match_count = 0
        self._random = Random(fault.when.seed)  # noqa: S311  # a seeded sequence is wanted, not a secret

    def matches(self, context: RequestContext) -> bool:
        """Return whether the fault applies to a request."""
        match = self.fault.match
        return (
            match.operation in (None, context.operation)
            and match.headers.items() <= context.request.headers.items()
            and (match.model is None or match.model == context.model_id)
            and (match.tenant is None or match.tenant == context.tenant)
        )

    def fires(self) -> bool:
        """Count a matching request, and return whether the fault fires."""
        when = self.fault.when
        if self.fired == when.times:
            return False
        position = self._match_count - when.skip
        self._match_count += 1
        if position < 0 or position % when.every:
            return False
        if when.sequence is not None and when.sequence[position : position + 1] != (True,):
            return False
        # Last, so that only requests at which the fault could fire consume a random number.
        if when.probability is not None and self._random.random() >= when.probability:
            return False
        self.fired += 1
        return True


class FaultRules:
    """The declared faults in order. Callers hold the lock of the core."""

    def __init__(self) -> None:
        self._rules: dict[str, FaultRule] = {}
        self._preset_rules: dict[tuple[str, str | None], FaultRule] = {}

    def __iter__(self) -> Iterator[FaultRule]:
        """Iterate over the faults."""
        return iter(self._rules.values())

    def __contains__(self, name: str) -> bool:
        return name in self._rules

    def __getitem__(self, name: str) -> FaultRule:
        return self._rules[name]

    def add(self, fault: Fault) -> None:
        """Add a fault after the others."""
        self._rules[fault.name] = FaultRule(fault)

    def remove(self, name: str) -> None:
        """Remove a fault."""
        del self._rules[name]

    def clear(self) -> None:
        """Remove all faults, and reset the counters of presets that requests selected by header."""
        self._rules.clear()
        self._preset_rules.clear()

    def may_match(self, context: RequestContext) -> bool:
        """Return False if no fault can fire for a request; cheaper than `select`."""
        return bool(self._rules) or HEADER in context.request.headers

    def select(self, context: RequestContext) -> Fault | None:
        """Return the fault that fires for a request; faults after it do not count the request.

        Raises:
            Refusal: The header of the request names an unknown fault.
        """
        name = context.request.headers.get(HEADER)
        if name is not None:
            rule = self._named_rule(name, context)
            return rule.fault if rule.fires() else None
        return next((rule.fault for rule in self if rule.matches(context) and rule.fires()), None)

    def _named_rule(self, name: str, context: RequestContext) -> FaultRule:
        if name in self._rules:
            return self._rules[name]
        if name not in presets():
            raise HttpError(400, f"header/{HEADER}: must be the name of a preset or of a declared fault")
        # Counted per API key: test runs that share an emulator use a key each, and must not share counters.
        return self._preset_rules.setdefault((name, context.tenant), FaultRule(presets()[name]))
