"""Emulators against the model, in random histories through every way in."""

from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.oracle.faces import AsyncFace, Face, HttpFace, SyncFace
from tests.oracle.machine import Histories


# Most histories take the cheapest way; the others differ in how they wait, and HTTP has a server to start.
@pytest.mark.parametrize(("face", "share"), [(AsyncFace, 2), (SyncFace, 0.5), (HttpFace, 0.2)])
def test_random_histories(face: type[Face], share: float, catalog: Path) -> None:
    class Through(Histories):
        def __init__(self) -> None:
            super().__init__(face, catalog)

    count = int(settings().max_examples * share)
    run_state_machine_as_test(Through, settings=settings(max_examples=count, stateful_step_count=50))
