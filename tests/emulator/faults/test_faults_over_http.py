"""Faults over HTTP: the control API, the command line and real connections."""

from typing import Any, Final

import pytest
from httpx import Client

from bytezkit_emulator import Emulator
from bytezkit_emulator._faults import presets
from tests.emulator.clients import TASKS, control_error, error

FAULTS: Final = "/_emulator/faults"


class TestControlApi:
    def test_fault_is_added_read_and_deleted(self, client: Client, control: Client) -> None:
        declared = {
            "name": "busy",
            "match": {"operation": "listTasksV2"},
            "when": {"skip": 1, "times": 1},
            "then": {"status": 429, "retryAfter": 5},
        }
        response = control.post(FAULTS, json=declared)
        assert (response.status_code, response.json()) == (201, {**declared, "fired": 0})
        assert "already" in control_error(control.post(FAULTS, json=declared), 409)
        client.get(TASKS).raise_for_status()
        assert error(client.get(TASKS), 429) == "Too Many Requests"
        client.get(TASKS).raise_for_status()
        fired = {**declared, "fired": 1}
        assert control.get(f"{FAULTS}/busy").json() == fired
        assert control.get(FAULTS).json() == {"faults": [fired]}
        assert control.delete(f"{FAULTS}/busy").json() == fired
        assert control.get(FAULTS).json() == {"faults": []}
        for method in ("GET", "DELETE"):
            response = control.request(method, f"{FAULTS}/busy")
            assert control_error(response, 404) == "path/name: there is no fault 'busy'"

    def test_listed_presets_can_be_added_and_cleared(self, emulator: Emulator, control: Client) -> None:
        for preset in control.get(f"{FAULTS}/presets").json()["presets"]:
            control.post(FAULTS, json=preset).raise_for_status()
        assert emulator.faults.list() == tuple(presets().values())
        assert control.delete(FAULTS).json() == {"faults": []}

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ({"name": "a", "then": {"status": 200}}, "body/then/status: 200 is less than the minimum of 400"),
            ({"preset": "none"}, "body/preset: "),
            ({"name": "a"}, "body: "),
            ([], "body: "),
        ],
    )
    def test_invalid_fault_returns_400(
        self, emulator: Emulator, control: Client, body: Any, reason: str
    ) -> None:
        assert control_error(control.post(FAULTS, json=body), 400).startswith(reason)
        assert emulator.faults.list() == ()
