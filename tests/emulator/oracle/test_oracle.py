"""Compares emulators with the model in random histories."""

from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.emulator.oracle.clients import EmulatorClient, HttpClient, InProcessClient
from tests.emulator.oracle.machine import Histories


# HTTP has a share because it must start a server for each history.
@pytest.mark.parametrize(("client", "share"), [(InProcessClient, 2), (HttpClient, 0.2)])
def test_random_histories(client: type[EmulatorClient], share: float, catalog: Path) -> None:
    class ClientHistories(Histories):
        def __init__(self) -> None:
            super().__init__(client, catalog)

    count = int(settings().max_examples * share)
    run_state_machine_as_test(ClientHistories, settings=settings(max_examples=count, stateful_step_count=50))
