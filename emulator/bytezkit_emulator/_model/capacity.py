"""How many instances a cluster aims for."""

from collections.abc import Mapping
from typing import Self

import msgspec

from bytezkit_emulator._common.json import JsonObject


class CapacityError(ValueError):
    """Members that were sent contradict each other; the text says which."""


class Capacity(msgspec.Struct, frozen=True):
    """Numbers of instances, with `0 <= min <= desired <= max`."""

    min: int = 0
    desired: int = 1
    max: int = 1

    def merged(self, sent: Mapping[str, int]) -> Self:
        """Return the capacity with what was sent; the other members move as little as needed.

        Raises:
            CapacityError: The members that were sent have no order.
        """
        names = ("min", "desired", "max")
        for position, lower in enumerate(names):
            for upper in names[position + 1 :]:
                if lower in sent and upper in sent and sent[lower] > sent[upper]:
                    raise CapacityError(f"{lower} {sent[lower]} is above {upper} {sent[upper]}")
        minimum, desired, maximum = (
            self._moved(name, sent, below=names[:position], above=names[position + 1 :])
            for position, name in enumerate(names)
        )
        return type(self)(minimum, desired, maximum)

    def _moved(
        self, name: str, sent: Mapping[str, int], *, below: tuple[str, ...], above: tuple[str, ...]
    ) -> int:
        if name in sent:
            return sent[name]
        value: int = getattr(self, name)
        value = max([value, *(sent[other] for other in below if other in sent)])
        return min([value, *(sent[other] for other in above if other in sent)])

    def as_json(self) -> JsonObject:
        """Spell it as the wire does."""
        return {"min": self.min, "desired": self.desired, "max": self.max}
