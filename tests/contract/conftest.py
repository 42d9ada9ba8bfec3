"""Excludes the gate from coverage: tracing doubles its time, and other tests reach the same code."""

import pytest


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker("no_cover")
