"""Faults over HTTP: declared over the control API, and met on a real connection."""

import asyncio
import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from bytezkit_emulator import Emulator, Fault, Interrupt, Then
from bytezkit_emulator.__main__ import main
from bytezkit_emulator._faults import presets
from bytezkit_emulator._server.server import Server
from tests.emulator.admin.test_admin import open_control, refusal
from tests.emulator.clients import CHAT, GPT2, GPT2_ID, KEY, MODELS, TASKS, V1_RUN, error, open_client

FAULTS: Final = "/_emulator/faults"
AUTHORIZATION: Final = {"authorization": f"Key {KEY}"}
STREAM: Final = {"text": "Käse", "stream": True}


class TestControl:
    @pytest.fixture
    def emulator(self) -> Emulator:
        return Emulator()

    @pytest.fixture
    def control(self, emulator: Emulator) -> Iterator[httpx.Client]:
        with open_control(emulator) as client:
            yield client

    def test_a_fault_from_its_declaration_to_its_end(self, emulator: Emulator, control: httpx.Client) -> None:
        declared = {
            "name": "busy",
            "match": {"operation": "listTasksV2"},
            "when": {"skip": 1, "times": 1},
            "then": {"status": 429, "retryAfter": 5},
        }
        response = control.post(FAULTS, json=declared)
        assert (response.status_code, response.json()) == (201, {**declared, "fired": 0})
        with open_client(emulator) as client:
            client.get(TASKS).raise_for_status()
            assert error(client.get(TASKS), 429) == "Too Many Requests"
            client.get(TASKS).raise_for_status()
        fired = {**declared, "fired": 1}
        assert control.get(f"{FAULTS}/busy").json() == fired
        assert control.get(FAULTS).json() == {"faults": [fired]}
        assert control.delete(f"{FAULTS}/busy").json() == fired
        assert control.get(FAULTS).json() == {"faults": []}
        for method in ("GET", "DELETE"):
            assert (
                refusal(control.request(method, f"{FAULTS}/busy"), 404)
                == "path/name: there is no fault 'busy'"
            )

    def test_presets(self, emulator: Emulator, control: httpx.Client) -> None:
        listed = control.get(f"{FAULTS}/presets").json()["presets"]
        assert [preset["name"] for preset in listed] == [*presets()]
        for preset in listed:
            control.post(FAULTS, json=preset).raise_for_status()
        assert emulator.faults.list() == tuple(presets().values())
        assert control.delete(FAULTS).json() == {"faults": []}
        body = {"preset": "server-error", "name": "gpt2-is-down", "match": {"model": GPT2_ID}}
        added = {"name": "gpt2-is-down", "match": {"model": GPT2_ID}, "then": {"status": 500}, "fired": 0}
        assert control.post(FAULTS, json=body).json() == added
        with open_client(emulator) as client:
            assert client.post(GPT2, json={"text": "a"}).status_code == 500
            assert client.post(CHAT, json={"text": "a"}).status_code == 422

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ({"name": "a", "then": {"status": 200}}, "body/then/status: 200 is less than the minimum of 400"),
            ({"name": "a", "then": {"interrupt": {"how": "drop"}}}, "body/then/interrupt/how: "),
            (
                {"name": "a", "then": {"malformed": True}, "match": {"operation": "run"}},
                "body/match/operation: ",
            ),
            ({"name": "a/b", "then": {"malformed": True}}, "body/name: "),
            ({"preset": "none"}, "body/preset: "),
            ({"name": "a"}, "body: "),
            ([], "body: "),
        ],
    )
    def test_mistakes(self, emulator: Emulator, control: httpx.Client, body: Any, reason: str) -> None:
        assert refusal(control.post(FAULTS, json=body), 400).startswith(reason)
        assert emulator.faults.list() == ()

    def test_a_name_is_taken_once(self, control: httpx.Client) -> None:
        control.post(FAULTS, json={"preset": "lost-answer"}).raise_for_status()
        assert "already" in refusal(control.post(FAULTS, json={"preset": "lost-answer"}), 409)


HISTORY: Final[list[tuple[str, str, str, Any]]] = [
    ("GET", TASKS, "rate-limit-then-ok", None),
    ("GET", TASKS, "rate-limit-then-ok", None),
    ("GET", TASKS, "rate-limit-then-ok", None),
    ("POST", GPT2, "cold-boot-timeout", {"text": "a"}),
    ("PUT", CHAT, "lost-answer", None),
    ("PUT", CHAT, "lost-request", None),
    ("GET", CHAT, "slow-answer", None),
    ("POST", GPT2, "mid-stream-cut", {"text": "a"}),
    ("POST", GPT2, "mid-stream-cut", STREAM),
    ("POST", GPT2, "mid-stream-reset", {"text": "a"}),
    ("POST", GPT2, "mid-stream-reset", STREAM),
    ("POST", GPT2, "single-bytes", {"text": "a"}),
    ("POST", GPT2, "single-bytes", STREAM),
    ("POST", GPT2, "slow-stream", STREAM),
    ("POST", GPT2, "truncated-body", {"text": "a"}),
    ("POST", GPT2, "malformed-body", STREAM),
    ("HEAD", TASKS, "malformed-body", None),
    ("POST", GPT2, "wrong-content-type", {"text": "a"}),
    ("POST", GPT2, "gateway-page", {"text": "a"}),
    ("POST", V1_RUN, "out-of-credits", {"model": GPT2_ID}),
    ("GET", TASKS, "unknown", None),
]


def replay(client: httpx.Client) -> list[object]:
    seen: list[object] = []
    for method, path, fault, body in HISTORY:
        content: list[bytes] = []
        try:
            with client.stream(method, path, json=body, headers={"x-emulator-fault": fault}) as response:
                headers = dict(response.headers)
                headers.pop("transfer-encoding", None)
                seen.append((fault, response.status_code, headers))
                content.extend(response.iter_bytes())
        except httpx.TransportError as failure:
            seen.append((fault, type(failure)))
        seen.append(b"".join(content))
    return seen


def test_a_connection_and_a_transport_show_the_same() -> None:
    with (
        Emulator() as served,
        httpx.Client(base_url=served.url, headers=AUTHORIZATION, trust_env=False) as client,
    ):
        over_http = replay(client)
    emulator = Emulator()
    with httpx.Client(
        transport=emulator.transport, base_url="http://localhost", headers=AUTHORIZATION
    ) as client:
        assert replay(client) == over_http
    assert served.clock.now == emulator.clock.now


def begin(emulator: Emulator, path: str, body: Any) -> socket.socket:
    """Send a request with a plain socket."""
    url = httpx.URL(emulator.url)
    connection = socket.create_connection((url.host, url.port or 0), timeout=10)
    content = json.dumps(body).encode()
    lines = [f"POST {path} HTTP/1.1", "host: localhost", f"authorization: Key {KEY}"]
    head = "\r\n".join([*lines, f"content-length: {len(content)}", "", ""])
    connection.sendall(head.encode() + content)
    return connection


@pytest.mark.parametrize("body", [{"text": "a"}, STREAM])
def test_the_end_of_the_emulator_ends_a_stall(body: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    fault = Fault("stall", Then(interrupt=Interrupt("stall", after_bytes=1)))
    with Emulator(faults=[fault]) as emulator, begin(emulator, GPT2, body) as connection:
        received = b""
        while not received.partition(b"\r\n\r\n")[2]:
            received += connection.recv(65536)
        emulator.close()
        while chunk := connection.recv(65536):
            received += chunk
    assert received.partition(b"\r\n\r\n")[2] == (b"{" if body is not STREAM else b"1\r\nK\r\n0\r\n\r\n")
    assert caplog.text == ""


def test_a_client_that_leaves_a_stall_leaves_nothing_behind() -> None:
    with Emulator(faults=["no-answer"]) as emulator:
        with begin(emulator, GPT2, STREAM):
            wait_until(lambda: bool(emulator._runtime._pending))
        wait_until(lambda: not emulator._runtime._pending)


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end


def test_a_file_that_the_command_line_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text("- preset: server-error\n  match: {operation: listTasksV2}\n")
    seen: list[int] = []

    async def ask(app: Any) -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            seen.extend(
                [(await client.get(path, headers=AUTHORIZATION)).status_code for path in (TASKS, MODELS)]
            )

    def run(server: Server) -> None:
        asyncio.run(ask(server.app))
        for listener in server._sockets:
            listener.close()

    monkeypatch.setattr(Server, "run", run)
    main(["--port=0", "--clock=auto", f"--faults={file}"])
    assert seen == [500, 200]
    with pytest.raises(SystemExit, match="/nowhere: "):
        main(["--port=0", "--faults=/nowhere"])
