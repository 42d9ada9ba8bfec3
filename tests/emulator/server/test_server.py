"""The emulator over HTTP: in a thread, as a process, and as any ASGI server sees it."""

import errno
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from bytezkit_emulator import Emulator, Settings
from bytezkit_emulator.__main__ import main
from bytezkit_emulator._common.http_types import Reply
from bytezkit_emulator._openapi.contract import RUN
from bytezkit_emulator._server.server import LOOPBACK, Server
from bytezkit_emulator._service.operations import HANDLERS
from tests.emulator.clients import (
    CHAT,
    CLUSTERS,
    DELETE,
    GPT2,
    GPT2_ID,
    INSTANCES,
    LOAD,
    MODELS,
    STATUS,
    TASKS,
    V1_LIST,
    V1_RUN,
    VECTOR,
    error,
    open_client,
    output,
)
from tests.emulator.contract_check import check

AUTHORIZATION = {"authorization": "Key test-key"}
LONG = {"text": "a", "stream": True, "params": {"max_new_tokens": 4096}}


def open_http_client(url: str) -> httpx.Client:
    return httpx.Client(
        base_url=url, headers=AUTHORIZATION, event_hooks={"response": [check]}, trust_env=False
    )


@pytest.fixture
def http_client(emulator: Emulator) -> Iterator[httpx.Client]:
    with emulator, open_http_client(emulator.url) as client:
        yield client


HISTORY: list[tuple[str, str, Any]] = [
    ("GET", TASKS, None),
    ("GET", f"{MODELS}?task=chat", None),
    ("GET", f"{MODELS}?task=chat?modelId=Qwen/Qwen3-4B", None),
    ("GET", f"{MODELS}?task=chat&task=chat", None),
    ("GET", GPT2, None),
    ("PUT", GPT2, {"capacity": {"max": 5, "desired": 3}, "timeout": 3600}),
    ("PUT", GPT2, None),
    ("GET", GPT2, None),
    ("POST", GPT2, {"text": "Once", "params": {"min_length": 10, "max_length": 50}}),
    ("POST", GPT2, {"text": "\N{GRINNING FACE}", "stream": True}),
    ("POST", GPT2, {"text": 1, "stream": True}),
    ("POST", VECTOR, {"text": "a"}),
    ("POST", CHAT, {"input": [{"role": "user", "content": "Hi"}], "stream": True}),
    ("POST", CHAT, {"text": "a"}),
    ("PATCH", GPT2, {"status": "off"}),
    ("POST", GPT2, {"text": "a"}),
    ("GET", "/models/v2/openai-community%2Fgpt2", None),
    ("GET", CLUSTERS, None),
    ("DELETE", GPT2, None),
    ("GET", CLUSTERS, None),
    ("POST", "/models/v2/request/org/name", None),
    ("POST", "/models/v2/org/name", {"input": "a"}),
    ("POST", "/models/v2/a%2Fb/c", {"input": "a"}),
    ("POST", "/models/v2/list/anything", None),
    ("OPTIONS", GPT2, None),
    ("HEAD", TASKS, None),
    ("GET", "/nothing?at=all#here", None),
    ("POST", "/%0A%FF", None),
    ("GET", V1_LIST, None),
    ("POST", LOAD, {"modelId": GPT2_ID, "key": "other"}),
    ("POST", STATUS, {"model": GPT2_ID}),
    ("POST", V1_RUN, {"model": GPT2_ID, "prompt": "Once", "stream": True}),
    ("POST", V1_RUN, {"model": GPT2_ID, "prompt": "Once"}),
    ("POST", V1_RUN, {"model": GPT2_ID}),
    ("GET", INSTANCES, None),
    ("POST", DELETE, {"model": GPT2_ID}),
    ("POST", DELETE, {"model": GPT2_ID}),
    ("GET", "/model/nothing", None),
]


def replay(client: httpx.Client) -> list[tuple[int, dict[str, str], bytes]]:
    answers: list[tuple[int, dict[str, str], bytes]] = []
    for method, path, body in HISTORY:
        response = client.request(method, path, json=body)
        headers = dict(response.headers)
        # HTTP says so of a stream; in process there is nothing to say.
        headers.pop("transfer-encoding", None)
        answers.append((response.status_code, headers, response.content))
    return answers


def test_http_and_in_process_answers_are_equal(http_client: httpx.Client) -> None:
    with open_client(Emulator(keys=["test-key"])) as client:
        assert replay(http_client) == replay(client)


def test_the_url_is_there_while_it_serves() -> None:
    emulator = Emulator()
    with pytest.raises(RuntimeError, match="only inside the emulator's with block"):
        _ = emulator.url
    with emulator:
        url = emulator.url
        with open_http_client(url) as client:
            assert output(client.get(TASKS))
    with pytest.raises(RuntimeError, match="only inside the emulator's with block"):
        _ = emulator.url
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)
    with open_client(emulator) as client:
        assert error(client.get(TASKS), 503) == "The emulator is shutting down"
    with pytest.raises(RuntimeError, match="an Emulator can be entered only once: create another Emulator"):
        emulator.__enter__()


def test_a_body_above_the_limit_gets_its_answer() -> None:
    with Emulator() as emulator, open_http_client(emulator.url) as client:
        response = client.put(GPT2, content=b" " * (33 * 1024 * 1024))
        assert error(response, 413) == "body: larger than 33554432 bytes"
        assert client.put(GPT2).status_code == 202


def test_stopping_answers_what_waits() -> None:
    emulator = Emulator(clock="manual")
    answers: list[httpx.Response] = []
    with emulator, open_http_client(emulator.url) as client:
        other = open_http_client(emulator.url)
        thread = Thread(target=lambda: answers.append(other.post(GPT2, json={"text": "a"})))
        thread.start()
        while not output(client.get(CLUSTERS)):
            pass
    thread.join()
    other.close()
    assert error(answers[0], 503) == "The emulator is shutting down"


def test_stopping_ends_streams() -> None:
    emulator = Emulator(clock="manual")
    with open_client(emulator) as client:
        assert client.put(GPT2).status_code == 202
        emulator.clock.advance(Settings().boot_time)
        with client.stream("POST", GPT2, json=LONG) as response:
            emulator.close()
            assert response.read() == b""


def test_a_client_that_leaves_a_stream_frees_its_instance() -> None:
    emulator = Emulator(clock="manual")
    with emulator, open_http_client(emulator.url) as client:
        assert client.put(GPT2).status_code == 202
        emulator.clock.advance(Settings().boot_time)
        with client.stream("POST", GPT2, json=LONG) as response:
            emulator.clock.advance(Settings().inference_time)
            pieces = response.iter_bytes()
            assert next(pieces) == b"a"
            assert output(client.get(GPT2))["inferences"] == 0
        while output(client.get(GPT2))["inferences"] == 0:
            pass


class TestMistakes:
    @pytest.fixture
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> Emulator:
        def fail(world: object, call: object) -> Reply:
            raise ZeroDivisionError("a mistake")

        monkeypatch.setattr("bytezkit_emulator._service.service.HANDLERS", {**HANDLERS, RUN: fail})
        return Emulator()

    @pytest.mark.parametrize(
        ("more", "content_type"),
        [({}, "application/json"), ({"stream": True}, "application/json; charset=utf-8")],
    )
    def test_a_mistake_of_the_emulator_has_its_envelope(
        self, broken: Emulator, caplog: pytest.LogCaptureFixture, more: dict[str, Any], content_type: str
    ) -> None:
        with broken, open_http_client(broken.url) as client:
            response = client.post(GPT2, json={"text": "a secret text", **more})
            assert error(response, 500) == "Internal server error"
            assert response.headers["content-type"] == content_type
            assert output(client.get(TASKS))
        assert "ZeroDivisionError: a mistake" in caplog.text
        assert f"POST {GPT2} failed" in caplog.messages
        assert "test-key" not in caplog.text
        assert "secret" not in caplog.text


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_a_server_on_both_loopback_addresses() -> None:
    server = Server(Emulator().app, hosts=LOOPBACK, port=0, on_stop=lambda: None)
    assert all(it.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for it in server._sockets)
    server.start()
    port = server.url.rpartition(":")[2]
    for host in ["127.0.0.1", "[::1]"] if has_ipv6() else ["127.0.0.1"]:
        with open_http_client(f"http://{host}:{port}") as client:
            assert output(client.get(TASKS))
    server.stop()


class TestBinding:
    @pytest.fixture
    def refusals(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
        """Error numbers with which addresses can not be had."""
        refusals: dict[str, int] = {}
        real = socket.create_server

        def create_server(address: tuple[str, int], *, family: int) -> socket.socket:
            if address[0] in refusals:
                raise OSError(refusals[address[0]], "no")
            return real(("127.0.0.1", 0), family=socket.AF_INET)

        monkeypatch.setattr(socket, "create_server", create_server)
        return refusals

    def serve(self, *hosts: str) -> None:
        server = Server(Emulator().app, hosts=hosts, port=0, on_stop=lambda: None)
        server.start()
        server.stop()

    @pytest.mark.parametrize("number", [errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT])
    def test_a_system_without_ipv6(self, refusals: dict[str, int], number: int) -> None:
        refusals["::1"] = number
        self.serve(*LOOPBACK)

    def test_a_port_that_is_taken(self, refusals: dict[str, int]) -> None:
        refusals["::1"] = errno.EADDRINUSE
        with pytest.raises(OSError, match="no"):
            self.serve(*LOOPBACK)

    def test_a_first_address_that_is_missing(self, refusals: dict[str, int]) -> None:
        refusals["127.0.0.1"] = errno.EADDRNOTAVAIL
        with pytest.raises(OSError, match="no"):
            self.serve(*LOOPBACK)


@pytest.mark.skipif(not has_ipv6(), reason="needs IPv6")
def test_the_url_of_an_ipv6_address() -> None:
    server = Server(Emulator().app, hosts=["::1"], port=0, on_stop=lambda: None)
    server.start()
    with open_http_client(server.url) as client:
        assert output(client.get(TASKS))
    server.stop()


class TestCommandLine:
    @pytest.fixture
    def process(self) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, "-m", "bytezkit_emulator", "--port", "0", "--keys", "one,test-key"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            yield process
            process.kill()

    @pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_it_serves_until_a_signal(self, process: subprocess.Popen[str], number: int) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        with open_http_client(url) as client:
            assert output(client.get(TASKS))
            assert error(client.get(TASKS, headers={"authorization": "Key two"}), 401)
            assert client.put(GPT2).status_code == 202
        process.send_signal(number)
        assert process.wait(30) == 0
        assert (process.stdout.read(), process.stderr.read()) == ("", "")

    @pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
    def test_all_options(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        file = tmp_path / "models.json"
        file.write_text("[]")
        seen: list[int] = []

        def run(server: Server) -> None:
            def ask() -> None:
                with open_http_client(server.url) as client:
                    assert output(client.get(MODELS)) == []
                    seen.append(client.get(CLUSTERS).status_code)
                signal.raise_signal(signal.SIGTERM)

            asking = Thread(target=ask)
            asking.start()
            original(server)
            asking.join()

        original = Server.run
        monkeypatch.setattr(Server, "run", run)
        main(
            [
                *("--port=0", "--host=127.0.0.1", "--clock=auto", "--scale=2", "--keys=test-key"),
                *("--engine=canned", f"--catalog={file}", "--profile=serverless", "--credits=1"),
            ]
        )
        assert seen == [404]
        assert capsys.readouterr().out.startswith("http://127.0.0.1:")

    @pytest.mark.parametrize(
        ("argv", "reason"),
        [
            (["--keys", "two words"], "a key must be"),
            (["--scale", "0"], "scale must be"),
            (["--catalog", "/nowhere"], "/nowhere: "),
            (["--host", "192.0.2.1"], "Cannot assign|not available|not valid"),
        ],
    )
    def test_mistakes_are_one_line(self, argv: list[str], reason: str) -> None:
        with pytest.raises(SystemExit, match=reason) as caught:
            main(["--port", "0", *argv])
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        ("option", "value", "reason"),
        [
            ("--clock", "fast", "invalid choice"),
            ("--port", "-1", "port must be a number from 0 to 65535"),
            ("--port", "99999", "port must be a number from 0 to 65535"),
        ],
    )
    def test_wrong_options(
        self, capsys: pytest.CaptureFixture[str], option: str, value: str, reason: str
    ) -> None:
        with pytest.raises(SystemExit):
            main([f"{option}={value}"])
        assert reason in capsys.readouterr().err

    @pytest.mark.parametrize("missing", ["httptools", "jsonschema_rs"])
    def test_a_missing_extra_is_named(self, missing: str) -> None:
        code = (
            f"import sys; sys.modules['{missing}'] = None; "
            "from bytezkit_emulator.__main__ import main; main([])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert done.stderr == f"{missing} is missing: install bytezkit[emulator]\n"

    def test_a_missing_extra_is_named_to_importers(self) -> None:
        code = "import sys; sys.modules['jsonschema_rs'] = None; from bytezkit_emulator import Emulator"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.stderr.endswith("jsonschema_rs is missing: install bytezkit[emulator]\n")
