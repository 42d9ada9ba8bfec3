"""Public API for configuring faults."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from threading import RLock

from bytezkit_emulator._common.coercion import InvalidValueError
from bytezkit_emulator._faults.fault import Fault, FaultError
from bytezkit_emulator._faults.matching import FaultRules
from bytezkit_emulator._faults.parse import PlainFault, read_fault, read_fault_file


class Faults:
    """The declared faults of an emulator, safe to use from any thread.

    At most one fault fires for a request: the first that matches and fires, in the order of declaration.
    Faults after it do not count the request.
    """

    def __init__(self, rules: FaultRules, lock: RLock) -> None:
        self._rules = rules
        self._lock = lock

    def add(self, *faults: Fault | PlainFault | Path) -> None:
        """Declare faults after the others. If one is invalid, none is added.

        Args:
            faults: `Fault`s; names of presets; plain data in the form that `docs/faults.md` shows; or YAML
                files with a list of it.

        Raises:
            FaultError: A fault is invalid, or its name is taken; the message has the location and the reason.
            TypeError: An argument has another type.
        """
        added = [fault for position, item in enumerate(faults) for fault in _read_argument(item, position)]
        with self._lock:
            names = [*(rule.fault.name for rule in self._rules), *(fault.name for fault in added)]
            duplicate = next((name for name, count in Counter(names).items() if count > 1), None)
            if duplicate is not None:
                raise FaultError(f"there is a fault {duplicate!r} already")
            for fault in added:
                self._rules.add(fault)

    def remove(self, name: str) -> None:
        """Remove a fault.

        Raises:
            FaultError: There is no fault of that name.
        """
        with self._lock:
            self._require(name)
            self._rules.remove(name)

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._rules.clear()

    def fired(self, name: str) -> int:
        """Return how often a fault has fired.

        Raises:
            FaultError: There is no fault of that name.
        """
        with self._lock:
            self._require(name)
            return self._rules[name].fired

    def list(self) -> tuple[Fault, ...]:
        """Return the faults in the order of declaration."""
        with self._lock:
            return tuple(rule.fault for rule in self._rules)

    def _require(self, name: str) -> None:
        if name not in self._rules:
            raise FaultError(f"there is no fault {name!r}")


def _read_argument(item: Fault | PlainFault | Path, position: int) -> tuple[Fault, ...]:
    if isinstance(item, Fault):
        return (item,)
    if isinstance(item, Path):
        return tuple(read_fault_file(item))
    if not isinstance(item, (str, Mapping)):
        raise TypeError(
            f"a fault must be a Fault, a preset name, a mapping or a Path, not {type(item).__name__}"
        )
    try:
        return (read_fault(item),)
    except InvalidValueError as error:
        raise FaultError(f"faults/{error.prefixed(position)}") from None
