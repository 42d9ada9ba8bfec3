"""Operation of the emulator: limits, secrets, port file, log and shutdown."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any, Final, TypeAlias

import httpx
import pytest

from bytezkit_emulator import Emulator, Settings
from bytezkit_emulator.__main__ import main, write_port
from bytezkit_emulator._common.http_types import ConnectionCutError
from bytezkit_emulator._server.server import Server
from tests.emulator.clients import GPT2, LOAD, TASKS, error, open_client, output, v1_error
from tests.emulator.server.test_asgi import BODY, LONG, Messages, scope
from tests.emulator.server.test_server import open_http_client

Start: TypeAlias = Callable[..., AbstractContextManager[subprocess.Popen[str]]]

POSIX: Final = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


@pytest.fixture
def start() -> Start:
    """Start the command, and kill it at exit."""

    @contextmanager
    def start(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, "-m", "bytezkit_emulator", "--port=0", *arguments]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, env={**os.environ, **environment}, **pipes) as process:
            try:
                yield process
            finally:
                process.kill()

    return start


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def open_admin_client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, trust_env=False)


def start_cluster(emulator: Emulator, client: httpx.Client) -> None:
    client.put(GPT2)
    emulator.clock.advance(timedelta(seconds=60))


def test_headers_above_limit_return_431() -> None:
    large = {"x-large": "a" * 1000}
    message = "header: larger than 1000 bytes in all"
    with open_client(Emulator(settings=Settings(header_limit=1000))) as client:
        # The contract does not document 431.
        client.event_hooks = {}
        assert output(client.get(TASKS, headers={"x-large": "a" * 500}))
        assert error(client.get(TASKS, headers=large), 431) == message
        assert v1_error(client.post(LOAD, headers=large, json={}), 431) == message


def test_server_passes_large_headers_to_emulator() -> None:
    with Emulator() as emulator, open_admin_client(emulator.url) as client:
        response = client.get(TASKS, headers={"x-large": "a" * 100_000})
        assert error(response, 431) == "header: larger than 32768 bytes in all"
        assert emulator.journal.entries()[0].status == 431


def test_requests_above_limit_return_503_until_one_ends() -> None:
    emulator = Emulator(clock="manual", settings=Settings(request_limit=1))
    with open_client(emulator) as client:
        start_cluster(emulator, client)
        with client.stream("POST", GPT2, json=LONG):
            response = client.get(TASKS)
            assert error(response, 503) == "More than 1 requests are under way"
            assert response.headers["retry-after"] == "1"
        assert output(client.get(TASKS))


def test_request_limit_does_not_apply_to_admin_api() -> None:
    emulator = Emulator(settings=Settings(request_limit=0))
    with open_client(emulator) as client:
        assert client.get(TASKS).status_code == 503
    with httpx.Client(transport=emulator.transport, base_url="http://localhost") as admin:
        assert admin.get("/_emulator/health/ready").status_code == 200


@pytest.mark.anyio
async def test_stream_limit_cuts_stream() -> None:
    emulator = Emulator(clock="manual", settings=Settings(stream_limit=timedelta()))
    with open_client(emulator) as client:
        start_cluster(emulator, client)
        messages = Messages({**BODY, "body": json.dumps(LONG).encode()})
        with pytest.raises(ConnectionCutError):
            await emulator.app(scope("POST", GPT2), messages.receive, messages.send)
        assert [message["type"] for message in messages.sent] == ["http.response.start"]
        assert output(client.get(GPT2))["inferences"] == 1
    assert emulator.journal.entries()[1].outcome == "abandoned"


def test_stream_limit_resets_connection() -> None:
    emulator = Emulator(clock="manual", settings=Settings(stream_limit=timedelta(milliseconds=1)))
    with emulator, open_http_client(emulator.url) as client:
        start_cluster(emulator, client)
        with pytest.raises(httpx.TransportError):
            client.post(GPT2, json=LONG)
        assert output(client.get(TASKS))


def test_port_file_is_replaced_atomically(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "port"
    file.write_text("old")
    drafts: list[str] = []
    replace = Path.replace

    def record(draft: Path, target: Path) -> Path:
        assert file.read_text() == "old"
        drafts.append(draft.read_text())
        return replace(draft, target)

    monkeypatch.setattr(Path, "replace", record)
    write_port(file, 8080)
    assert (drafts, file.read_text()) == (["8080\n"], "8080\n")
    assert [*tmp_path.iterdir()] == [file]


def test_failed_start_keeps_existing_port_file(tmp_path: Path) -> None:
    file = tmp_path / "port"
    file.write_text("8080\n")
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit):
        main([f"--port={taken.getsockname()[1]}", "--host=127.0.0.1", f"--port-file={file}"])
    assert file.read_text() == "8080\n"


@POSIX
def test_unwritable_port_file_ends_command_with_one_line(start: Start, tmp_path: Path) -> None:
    with start(f"--port-file={tmp_path / 'none' / 'port'}") as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.startswith("bytezkit_emulator: ")
    assert errors.count("\n") == 1


@POSIX
def test_sigterm_cuts_streams_and_removes_port_file(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "port"
    with start("--clock=manual", f"--port-file={file}") as process:
        url = url_of(process)
        with open_http_client(url) as client, open_admin_client(url) as admin:
            client.put(GPT2)
            admin.post("/_emulator/clock/advance", json={"seconds": 60}).raise_for_status()
            assert url.endswith(f":{file.read_text().strip()}")
            with client.stream("POST", GPT2, json=LONG) as response:
                process.send_signal(signal.SIGTERM)
                with pytest.raises(httpx.RemoteProtocolError):
                    response.read()
        assert process.wait(20) == 0
    assert not file.exists()


@POSIX
def test_sigterm_does_not_wait_for_incomplete_request(start: Start) -> None:
    with start() as process:
        host, _, port = url_of(process).rpartition("/")[2].rpartition(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n")
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0


@POSIX
def test_json_log_has_one_line_per_request_without_key(start: Start) -> None:
    with start("--log=json", "--clock=auto") as process:
        with open_http_client(url_of(process)) as client:
            client.post(GPT2, json={"text": "a"})
            client.post("/nothing?key=test-key")
        process.send_signal(signal.SIGTERM)
        printed, errors = process.communicate(timeout=60)
    lines = [json.loads(line) for line in errors.splitlines()]
    assert printed == ""
    assert [(line["operation"], line["status"]) for line in lines] == [("runModelV2", 200), (None, 404)]
    assert "test-key" not in errors


@POSIX
@pytest.mark.parametrize(
    ("arguments", "keys", "statuses", "token_statuses"),
    [
        ([], "test-key,two", {"two": 200, "three": 401}, {"": 403, "one": 200}),
        # An argument takes precedence over its variable, and an empty variable counts as missing.
        (["--admin-token=two"], "", {"three": 200}, {"one": 403, "two": 200}),
    ],
)
def test_secrets_come_from_environment(
    start: Start, arguments: list[str], keys: str, statuses: dict[str, int], token_statuses: dict[str, int]
) -> None:
    environment = {"BYTEZKIT_EMULATOR_KEYS": keys, "BYTEZKIT_EMULATOR_TOKEN": "one"}
    with start(*arguments, **environment) as process, open_admin_client(url_of(process)) as client:
        for path, expected in ((TASKS, statuses), ("/_emulator/clock", token_statuses)):
            for secret, status in expected.items():
                headers = {"authorization": f"Bearer {secret}"} if secret else {}
                assert client.get(path, headers=headers).status_code == status


@POSIX
def test_help_does_not_show_secrets(start: Start) -> None:
    with start("--help", BYTEZKIT_EMULATOR_KEYS="test-key", BYTEZKIT_EMULATOR_TOKEN="secret") as process:
        printed, _ = process.communicate(timeout=60)
    assert "BYTEZKIT_EMULATOR_TOKEN" in printed
    assert "test-key" not in printed
    assert "secret" not in printed


def test_empty_admin_token_raises() -> None:
    with pytest.raises(ValueError, match="admin_token must not be empty"):
        Emulator(admin_token="")


@pytest.mark.parametrize("option", ["--body-limit", "--header-limit", "--request-limit", "--journal-limit"])
@pytest.mark.parametrize("value", ["-1", "many"])
def test_invalid_limit_is_rejected(capsys: pytest.CaptureFixture[str], option: str, value: str) -> None:
    with pytest.raises(SystemExit):
        main([f"{option}={value}"])
    assert option in capsys.readouterr().err


@POSIX
def test_command_line_sets_limits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[tuple[int, str]] = []
    original = Server.run

    def send_requests(url: str) -> None:
        with open_admin_client(url) as client:
            for size, headers in ((0, {"x-large": "a" * 500}), (11, {"authorization": "k"})):
                response = client.put(GPT2, content=b"a" * size, headers=headers)
                seen.append((response.status_code, response.json()["error"]))
            entries = client.get("/_emulator/journal").json()["entries"]
            seen.append((len(entries), entries[0]["reason"]))
        signal.raise_signal(signal.SIGTERM)

    def run(server: Server) -> None:
        thread = Thread(target=send_requests, args=[server.url])
        thread.start()
        original(server)
        thread.join()

    monkeypatch.setattr(Server, "run", run)
    limits = ["--body-limit=10", "--header-limit=500", "--request-limit=5", "--journal-limit=1"]
    main(["--port=0", "--host=127.0.0.1", *limits, "--stream-limit=60", f"--port-file={tmp_path / 'port'}"])
    too_large = "body: larger than 10 bytes"
    assert seen == [(431, "header: larger than 500 bytes in all"), (413, too_large), (1, too_large)]
    assert [*tmp_path.iterdir()] == []
