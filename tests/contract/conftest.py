"""The gate is run, and not measured: a tracer doubles its time, and it reaches nothing that others do not."""

import pytest


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker("no_cover")
