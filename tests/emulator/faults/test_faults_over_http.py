"""Faults over HTTP: the control API, the command line and real connections."""

import json
import logging
import socket
from typing import Any, Final

import httpx
import pytest
from httpx import Client

from bytezkit_emulator import Emulator, Fault, Interrupt, Then
from bytezkit_emulator._faults import presets
from tests.emulator.clients import GPT2, GPT2_ID, KEY, TASKS, control_error, error

FAULTS: Final = "/_emulator/faults"
AUTHORIZATION: Final = {"authorization": f"Key {KEY}"}
STREAM: Final = {"text": "Käse", "stream": True}


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

    def test_members_override_those_of_the_preset(self, control: Client) -> None:
        members = {"name": "gpt2-is-down", "match": {"model": GPT2_ID}}
        added = control.post(FAULTS, json={"preset": "server-error", **members}).json()
        assert added == {**members, "then": {"status": 500}, "fired": 0}

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


def send(emulator: Emulator, body: Any) -> socket.socket:
    """Send a run through a socket."""
    url = httpx.URL(emulator.url)
    connection = socket.create_connection((url.host, url.port or 0), timeout=10)
    content = json.dumps(body).encode()
    lines = [f"POST {GPT2} HTTP/1.1", "host: localhost", f"authorization: Key {KEY}"]
    head = "\r\n".join([*lines, f"content-length: {len(content)}", "", ""])
    connection.sendall(head.encode() + content)
    return connection


@pytest.mark.parametrize(("body", "expected"), [({"text": "a"}, b"{"), (STREAM, b"1\r\nK\r\n")])
def test_close_ends_a_stalled_connection(
    body: Any, expected: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    fault = Fault("stall", Then(interrupt=Interrupt("stall", after_bytes=1)))
    with Emulator(faults=[fault]) as emulator, send(emulator, body) as connection:
        received = b""
        while not received.partition(b"\r\n\r\n")[2]:
            received += connection.recv(65536)
        emulator.close()
        while chunk := connection.recv(65536):
            received += chunk
    assert received.partition(b"\r\n\r\n")[2] == expected
    assert caplog.text == ""
