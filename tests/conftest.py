"""What all tests share."""

from hypothesis import settings

pytest_plugins = ["bytezkit._pytest_plugin", "pytester", "tests.task_evidence"]

# Machines differ in speed, and a failure should be the same on all of them.
settings.register_profile("reproducible", deadline=None, derandomize=True, max_examples=50)
# For `make fuzz`, which looks elsewhere each time.
settings.register_profile("long", deadline=None, max_examples=2800, print_blob=True)
settings.load_profile("reproducible")
