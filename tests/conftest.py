"""What all tests share."""

pytest_plugins = ["tests.task_evidence"]
