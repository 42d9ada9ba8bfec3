"""Running the emulator: limits, secrets, the port file, the log, and the end."""

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

POSIX: Final = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture
def start() -> Start:
    """Start the command; whatever becomes of the test, it ends."""

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


class TestHeaders:
    def test_too_many_bytes_of_headers(self) -> None:
        emulator = Emulator(settings=Settings(header_limit=1000))
        with open_client(emulator) as client:
            client.event_hooks = {}
            assert output(client.get(TASKS, headers={"x-large": "a" * 500}))
            response = client.get(TASKS, headers={"x-large": "a" * 1000})
            assert error(response, 431) == "header: larger than 1000 bytes in all"
            response = client.post(LOAD, headers={"x-large": "a" * 1000}, json={})
            assert v1_error(response, 431) == "header: larger than 1000 bytes in all"

    def test_the_server_leaves_the_refusal_to_the_emulator(self) -> None:
        with Emulator() as emulator, httpx.Client(base_url=emulator.url, trust_env=False) as client:
            response = client.get(TASKS, headers={"x-large": "a" * 100_000})
            assert error(response, 431) == "header: larger than 32768 bytes in all"
            assert emulator.journal.entries()[0].status == 431


class TestRequestsAtOnce:
    def test_more_than_may_be(self) -> None:
        emulator = Emulator(clock="manual", settings=Settings(request_limit=1))
        with open_client(emulator) as client:
            client.put(GPT2)
            emulator.clock.advance(timedelta(seconds=60))
            with client.stream("POST", GPT2, json=LONG):
                response = client.get(TASKS)
                assert error(response, 503) == "More than 1 requests are under way"
                assert response.headers["retry-after"] == "1"
            assert output(client.get(TASKS))

    def test_the_control_api_is_not_counted(self) -> None:
        emulator = Emulator(settings=Settings(request_limit=0))
        with open_client(emulator) as client:
            assert client.get(TASKS).status_code == 503
        with httpx.Client(transport=emulator.transport, base_url="http://localhost") as control:
            assert control.get("/_emulator/health/ready").status_code == 200


class TestStreamLimit:
    @pytest.mark.anyio
    async def test_a_stream_that_takes_too_long_is_cut(self) -> None:
        emulator = Emulator(clock="manual", settings=Settings(stream_limit=timedelta()))
        with open_client(emulator) as client:
            client.put(GPT2)
            emulator.clock.advance(timedelta(seconds=60))
            messages = Messages({**BODY, "body": json.dumps(LONG).encode()})
            with pytest.raises(ConnectionCutError):
                await emulator.app(scope("POST", GPT2), messages.receive, messages.send)
            assert [message["type"] for message in messages.sent] == ["http.response.start"]
            assert output(client.get(GPT2))["inferences"] == 1
        assert emulator.journal.entries()[1].outcome == "abandoned"

    def test_the_connection_is_reset(self) -> None:
        emulator = Emulator(clock="manual", settings=Settings(stream_limit=timedelta(milliseconds=1)))
        with emulator, open_http_client(emulator.url) as client:
            client.put(GPT2)
            emulator.clock.advance(timedelta(seconds=60))
            with pytest.raises(httpx.TransportError):
                client.post(GPT2, json=LONG)
            assert output(client.get(TASKS))


class TestPortFile:
    def test_it_is_written_at_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "port"
        file.write_text("of another one")
        drafts: list[str] = []
        replace = Path.replace

        def note(draft: Path, target: Path) -> Path:
            assert file.read_text() == "of another one"
            drafts.append(draft.read_text())
            return replace(draft, target)

        monkeypatch.setattr(Path, "replace", note)
        write_port(file, 8080)
        assert (drafts, file.read_text()) == (["8080\n"], "8080\n")
        assert [*tmp_path.iterdir()] == [file]

    def test_an_emulator_that_cannot_start_leaves_the_file_of_another(self, tmp_path: Path) -> None:
        file = tmp_path / "port"
        file.write_text("8080\n")
        with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit):
            main([f"--port={taken.getsockname()[1]}", "--host=127.0.0.1", f"--port-file={file}"])
        assert file.read_text() == "8080\n"

    @POSIX
    def test_one_that_cannot_be_written(self, start: Start, tmp_path: Path) -> None:
        with start(f"--port-file={tmp_path / 'none' / 'port'}") as process:
            _, errors = process.communicate(timeout=60)
        assert process.returncode == 1
        assert errors.startswith("bytezkit_emulator: ")
        assert errors.count("\n") == 1


@POSIX
class TestEnd:
    def test_a_signal_ends_open_streams_and_removes_the_port_file(self, start: Start, tmp_path: Path) -> None:
        file = tmp_path / "port"
        with start("--clock=manual", f"--port-file={file}") as process:
            url = url_of(process)
            with open_http_client(url) as client, httpx.Client(base_url=url, trust_env=False) as control:
                client.put(GPT2)
                control.post("/_emulator/clock/advance", json={"seconds": 60}).raise_for_status()
                assert url.endswith(f":{file.read_text().strip()}")
                with client.stream("POST", GPT2, json=LONG) as response:
                    process.send_signal(signal.SIGTERM)
                    assert response.read() == b""
            assert process.wait(20) == 0
        assert not file.exists()

    def test_a_client_that_never_sends_its_request_does_not_keep_it(self, start: Start) -> None:
        with start() as process:
            host, _, port = url_of(process).rpartition("/")[2].rpartition(":")
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall(b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n")
                process.send_signal(signal.SIGTERM)
                assert process.wait(20) == 0


@POSIX
class TestLog:
    def test_lines_of_json_without_a_key(self, start: Start) -> None:
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
class TestSecrets:
    def test_they_may_stand_in_the_environment(self, start: Start) -> None:
        secrets = {"BYTEZKIT_EMULATOR_KEYS": "test-key,two", "BYTEZKIT_EMULATOR_TOKEN": "top-secret"}
        with start(**secrets) as process:
            url = url_of(process)
            with open_http_client(url) as client, httpx.Client(base_url=url, trust_env=False) as control:
                assert output(client.get(TASKS))
                assert error(client.get(TASKS, headers={"authorization": "Key three"}), 401) == "Unauthorized"
                assert control.get("/_emulator/clock").status_code == 403
                allowed = {"authorization": "Bearer top-secret"}
                assert control.get("/_emulator/clock", headers=allowed).json()["mode"] == "scaled"

    def test_an_argument_goes_before_and_an_empty_variable_is_none(self, start: Start) -> None:
        environment = {"BYTEZKIT_EMULATOR_KEYS": "", "BYTEZKIT_EMULATOR_TOKEN": "one"}
        with start("--admin-token=two", **environment) as process:
            url = url_of(process)
            with open_http_client(url) as client, httpx.Client(base_url=url, trust_env=False) as control:
                assert output(client.get(TASKS))
                for token, status in (("one", 403), ("two", 200)):
                    allowed = {"authorization": f"Bearer {token}"}
                    assert control.get("/_emulator/clock", headers=allowed).status_code == status

    def test_the_help_shows_none(self, start: Start) -> None:
        with start("--help", BYTEZKIT_EMULATOR_KEYS="test-key", BYTEZKIT_EMULATOR_TOKEN="secret") as process:
            printed, _ = process.communicate(timeout=60)
        assert "BYTEZKIT_EMULATOR_TOKEN" in printed
        assert "test-key" not in printed
        assert "secret" not in printed


def test_an_empty_token_opens_nothing() -> None:
    with pytest.raises(ValueError, match="admin_token must not be empty"):
        Emulator(admin_token="")


@pytest.mark.parametrize("option", ["--body-limit", "--header-limit", "--request-limit", "--journal-limit"])
@pytest.mark.parametrize("value", ["-1", "many"])
def test_wrong_limits(capsys: pytest.CaptureFixture[str], option: str, value: str) -> None:
    with pytest.raises(SystemExit):
        main([f"{option}={value}"])
    assert option in capsys.readouterr().err


@POSIX
def test_all_limits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[tuple[int, str]] = []
    original = Server.run

    def ask(url: str) -> None:
        with httpx.Client(base_url=url, trust_env=False) as client:
            for size, headers in ((0, {"x-large": "a" * 500}), (11, {"authorization": "k"})):
                response = client.put(GPT2, content=b"a" * size, headers=headers)
                seen.append((response.status_code, response.json()["error"]))
            entries = client.get("/_emulator/journal").json()["entries"]
            seen.append((len(entries), entries[0]["reason"]))
        signal.raise_signal(signal.SIGTERM)

    def run(server: Server) -> None:
        asking = Thread(target=ask, args=[server.url])
        asking.start()
        original(server)
        asking.join()

    monkeypatch.setattr(Server, "run", run)
    main(
        [
            *("--port=0", "--host=127.0.0.1", "--body-limit=10", "--header-limit=500"),
            *(
                "--request-limit=5",
                "--journal-limit=1",
                "--stream-limit=60",
                f"--port-file={tmp_path / 'port'}",
            ),
        ]
    )
    assert seen == [
        (431, "header: larger than 500 bytes in all"),
        (413, "body: larger than 10 bytes"),
        (1, "body: larger than 10 bytes"),
    ]
    assert [*tmp_path.iterdir()] == []
