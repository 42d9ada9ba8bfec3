"""What a waiter's progress looks like when it is printed."""

from datetime import timedelta

import pytest

from bytezkit import Progress


@pytest.mark.parametrize(
    ("instances", "text"),
    [(None, "a/b: booting instance (61.2 s)"), (2, "a/b: booting instance, 2 instances (61.2 s)")],
)
def test_progress_prints_as_one_line(instances: int | None, text: str) -> None:
    assert str(Progress("a/b", "booting instance", instances, timedelta(seconds=61.24))) == text
