"""Merging of capacities: sent members win, and the others move as little as needed."""

import pytest

from bytezkit_emulator._model.capacity import Capacity, CapacityError

STORED = Capacity(2, 3, 5)


@pytest.mark.parametrize(
    ("stored", "sent", "merged"),
    [
        (Capacity(), {}, (0, 1, 1)),
        (Capacity(), {"max": 5, "desired": 3}, (0, 3, 5)),
        (Capacity(), {"max": 0}, (0, 0, 0)),
        (Capacity(), {"desired": 0}, (0, 0, 1)),
        (STORED, {}, (2, 3, 5)),
        (STORED, {"desired": 4}, (2, 4, 5)),
        (STORED, {"desired": 1}, (1, 1, 5)),
        (STORED, {"desired": 9}, (2, 9, 9)),
        (STORED, {"max": 1}, (1, 1, 1)),
        (STORED, {"min": 4}, (4, 4, 5)),
        (STORED, {"min": 9}, (9, 9, 9)),
        (STORED, {"min": 0, "max": 2}, (0, 2, 2)),
        (STORED, {"min": 1, "desired": 2, "max": 3}, (1, 2, 3)),
    ],
)
def test_merged_capacity(stored: Capacity, sent: dict[str, int], merged: tuple[int, int, int]) -> None:
    assert stored.merged(sent) == Capacity(*merged)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"min": 3, "max": 2}, "min 3 is above max 2"),
        ({"min": 3, "desired": 2}, "min 3 is above desired 2"),
        ({"min": 1, "desired": 3, "max": 2}, "desired 3 is above max 2"),
    ],
)
def test_contradictory_capacity_raises(sent: dict[str, int], reason: str) -> None:
    with pytest.raises(CapacityError, match=f"^{reason}$"):
        STORED.merged(sent)
