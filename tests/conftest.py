"""Plugins and Hypothesis profiles of all tests."""

import gc

from hypothesis import settings

pytest_plugins = ["bytezkit._pytest_plugin", "pytester", "tests.task_evidence"]

# No deadline, because machines differ in speed; derandomized, so that failures are the same on each.
settings.register_profile("reproducible", deadline=None, derandomize=True, max_examples=50)
# For `make fuzz`, with other examples in each run.
settings.register_profile("long", deadline=None, max_examples=2800, print_blob=True)
settings.load_profile("reproducible")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a test by the start of a long value, because xdist sends the name with each report."""
    return f"{val[:40]!a}..." if isinstance(val, (str, bytes)) and len(val) > 400 else None


def pytest_collection_finish() -> None:
    """Exclude modules and test items from garbage collection: they live as long as the process."""
    gc.collect()
    gc.freeze()
