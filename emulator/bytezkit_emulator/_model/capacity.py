"""Bounds and target of a cluster's number of instances."""

from collections.abc import Mapping
from typing import Self

import msgspec

from bytezkit_emulator._common.json import JsonObject


class CapacityError(ValueError):
    """Requested numbers contradict each other."""


class Capacity(msgspec.Struct, frozen=True):
    """Minimum, target and maximum number of instances: `0 <= min <= desired <= max`."""

    min: int = 0
    desired: int = 1
    max: int = 1

    def merged(self, sent: Mapping[str, int]) -> Self:
        """Return the capacity with the requested numbers; the others change as little as possible.

        Raises:
            CapacityError: The requested numbers are not in order.
        """
        names = ("min", "desired", "max")
        for position, lower in enumerate(names):
            for upper in names[position + 1 :]:
                if lower in sent and upper in sent and sent[lower] > sent[upper]:
                    raise CapacityError(f"{lower} {sent[lower]} is above {upper} {sent[upper]}")
        minimum, desired, maximum = (
            self._clamp(name, sent, below=names[:position], above=names[position + 1 :])
            for position, name in enumerate(names)
        )
        return type(self)(minimum, desired, maximum)

    def _clamp(
        self, name: str, sent: Mapping[str, int], *, below: tuple[str, ...], above: tuple[str, ...]
    ) -> int:
        if name in sent:
            return sent[name]
        value: int = getattr(self, name)
        value = max([value, *(sent[other] for other in below if other in sent)])
        return min([value, *(sent[other] for other in above if other in sent)])

    def as_json(self) -> JsonObject:
        """Return the JSON of the API."""
        return {"min": self.min, "desired": self.desired, "max": self.max}
