"""The faults of an emulator, as people hold them."""

from pathlib import Path
from threading import RLock

from bytezkit_emulator._common.coercion import Misfit
from bytezkit_emulator._faults.fault import Fault, FaultError
from bytezkit_emulator._faults.matching import FaultRules
from bytezkit_emulator._faults.parse import PlainFault, read_file, read_plain


class Faults:
    """The faults that are declared, safe to use from any thread.

    A request meets at most one: the first that is for it and fires, in the order in which they were declared.
    Only the faults up to that one count the request.
    """

    def __init__(self, rules: FaultRules, lock: RLock) -> None:
        self._rules = rules
        self._lock = lock

    def add(self, *faults: Fault | PlainFault | Path) -> None:
        """Declare faults behind the others, all of them or none.

        Args:
            faults: Faults; names of presets; faults as plain data, whose form `docs/faults.md` shows; or YAML
                files of these.

        Raises:
            FaultError: One can not be declared, or one of its name already is; the text says where and why.
            TypeError: One is something else.
        """
        read = [fault for position, item in enumerate(faults) for fault in _read(item, position)]
        with self._lock:
            names = [*(rule.fault.name for rule in self._rules), *(fault.name for fault in read)]
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice is not None:
                raise FaultError(f"there is a fault {twice!r} already")
            for fault in read:
                self._rules.add(fault)

    def remove(self, name: str) -> None:
        """Forget a fault.

        Raises:
            FaultError: There is none of that name.
        """
        with self._lock:
            self._check(name)
            self._rules.remove(name)

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._rules.clear()

    def fired(self, name: str) -> int:
        """Return how often a fault has fired.

        Raises:
            FaultError: There is none of that name.
        """
        with self._lock:
            self._check(name)
            return self._rules[name].fired

    def list(self) -> tuple[Fault, ...]:
        """Return the faults in their order."""
        with self._lock:
            return tuple(rule.fault for rule in self._rules)

    def _check(self, name: str) -> None:
        if name not in self._rules:
            raise FaultError(f"there is no fault {name!r}")


def _read(item: Fault | PlainFault | Path, position: int) -> tuple[Fault, ...]:
    if isinstance(item, Fault):
        return (item,)
    if isinstance(item, Path):
        return tuple(read_file(item))
    if not isinstance(item, (str, dict)):
        raise TypeError(f"a fault is a Fault, a name, a mapping or a Path, not {type(item).__name__}")
    try:
        return (read_plain(item),)
    except Misfit as misfit:
        raise FaultError(f"faults/{misfit.below(position)}") from None
