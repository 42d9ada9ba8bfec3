"""Compares emulators with the model in random histories."""

from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.emulator.oracle.catalog import write_catalog
from tests.emulator.oracle.machine import RandomHistory


# HTTP has a share because it must start a server for each history.
@pytest.mark.parametrize(("is_http", "share"), [(False, 2), (True, 0.2)], ids=["in-process", "http"])
def test_emulator_answers_random_histories_as_the_model(is_http: bool, share: float, tmp_path: Path) -> None:
    catalog = write_catalog(tmp_path / "catalog.json")

    class History(RandomHistory):
        def __init__(self) -> None:
            super().__init__(catalog, is_http=is_http)

    count = int(settings().max_examples * share)
    run_state_machine_as_test(History, settings=settings(max_examples=count, stateful_step_count=50))
