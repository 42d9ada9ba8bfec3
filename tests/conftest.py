"""What all tests share."""

from hypothesis import settings

pytest_plugins = ["tests.task_evidence"]

# Machines differ in speed, and a failure should be the same on all of them.
settings.register_profile("reproducible", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("reproducible")
