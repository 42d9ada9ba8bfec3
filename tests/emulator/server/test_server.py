"""The emulator over HTTP: equal responses, limits, addresses and its log."""

import asyncio
import errno
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from itertools import repeat
from typing import Any, Final

import httpx
import pytest

from bytezkit_emulator import Emulator, Settings
from bytezkit_emulator._common.http_types import Reply
from bytezkit_emulator._journal import queued_output
from bytezkit_emulator._server.server import LOOPBACK, Server
from bytezkit_emulator._service.operations import HANDLERS
from tests.emulator.clients import GPT2, GPT2_ID, LOAD, MODELS, TASKS, V1_RUN, error, open_client, output
from tests.emulator.contract_check import check
from tests.emulator.server.test_asgi import LONG


def open_http_client(url: str) -> httpx.Client:
    headers = {"authorization": "Key test-key"}
    return httpx.Client(base_url=url, headers=headers, event_hooks={"response": [check]}, trust_env=False)


# Each kind of body, and targets that a server could change on their way.
REQUESTS: Final[list[tuple[str, str, Any]]] = [
    ("GET", f"{MODELS}?task=chat?modelId=Qwen/Qwen3-4B", None),
    ("PUT", GPT2, None),
    ("POST", GPT2, {"text": "\N{GRINNING FACE}"}),
    ("POST", GPT2, {"text": "\N{GRINNING FACE}", "stream": True}),
    ("POST", GPT2, {"text": 1, "stream": True}),
    ("GET", "/models/v2/openai-community%2Fgpt2", None),
    ("POST", "/models/v2/a%2Fb/c", {"input": "a"}),
    ("HEAD", TASKS, None),
    ("GET", "/nothing?at=all#here", None),
    ("POST", "/%0A%FF", None),
    ("POST", LOAD, {"modelId": GPT2_ID, "key": "other"}),
    ("POST", V1_RUN, {"model": GPT2_ID, "prompt": "Once", "stream": True}),
]


def responses(client: httpx.Client) -> Iterator[tuple[int, dict[str, str], bytes]]:
    for method, path, body in REQUESTS:
        response = client.request(method, path, json=body)
        # In process, a stream needs no transfer coding.
        headers = {name: it for name, it in response.headers.items() if name != "transfer-encoding"}
        yield response.status_code, headers, response.content


def test_http_and_in_process_responses_are_equal(emulator: Emulator) -> None:
    with (
        emulator,
        open_http_client(emulator.url) as http_client,
        open_client(Emulator(keys=["test-key"])) as client,
    ):
        assert list(responses(http_client)) == list(responses(client))


def test_url_exists_only_inside_the_with_block() -> None:
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
    with pytest.raises(
        RuntimeError, match=r"^an Emulator can be entered only once: create another Emulator$"
    ):
        emulator.__enter__()


def test_body_or_headers_above_the_limit_are_refused() -> None:
    with Emulator() as emulator, open_http_client(emulator.url) as client:
        response = client.put(GPT2, content=b" " * (33 * 1024 * 1024))
        assert error(response, 413) == "body: larger than 33554432 bytes"
        # The contract does not document 431.
        client.event_hooks = {}
        response = client.get(TASKS, headers={"x-large": "a" * 100_000})
        assert error(response, 431) == "header: larger than 32768 bytes in all"


def test_stream_limit_resets_connection() -> None:
    emulator = Emulator(settings=Settings(stream_limit=timedelta(milliseconds=1)), clock="manual")
    with emulator, open_http_client(emulator.url) as client:
        client.put(GPT2)
        emulator.clock.advance(timedelta(seconds=60))
        with pytest.raises(httpx.TransportError):
            client.post(GPT2, json=LONG)
        assert output(client.get(GPT2))["inferences"] == 1
    assert emulator.journal.entries()[1].outcome == "abandoned"


@pytest.mark.parametrize(
    ("path", "body", "content_type"),
    [
        (GPT2, {"text": "a secret text"}, "application/json"),
        (GPT2, {"text": "a secret text", "stream": True}, "application/json; charset=utf-8"),
        (LOAD, {"model": GPT2_ID, "key": "a-secret-key"}, "application/json"),
    ],
)
def test_exception_in_a_handler_returns_500_and_logs_no_secrets(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    *,
    path: str,
    body: dict[str, Any],
    content_type: str,
) -> None:
    def fail(world: object, call: object) -> Reply:
        raise ZeroDivisionError("a defect")

    failing = {**HANDLERS, "runModelV2": fail, "loadModelV1": fail}
    monkeypatch.setattr("bytezkit_emulator._service.service.HANDLERS", failing)
    with Emulator() as emulator, open_http_client(emulator.url) as client:
        response = client.post(path, json=body)
        assert error(response, 500) == "Internal server error"
        assert response.headers["content-type"] == content_type
        assert output(client.get(TASKS))
    assert "ZeroDivisionError: a defect" in caplog.text
    assert f"POST {path} failed" in caplog.messages
    assert "test-key" not in caplog.text
    assert "secret" not in caplog.text


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


NEEDS_IPV6: Final = pytest.mark.skipif(not has_ipv6(), reason="no IPv6 loopback")


@contextmanager
def serving(*hosts: str) -> Iterator[Server]:
    server = Server(Emulator().app, hosts=hosts, port=0, on_stop=lambda: None)
    server.start()
    yield server
    server.stop()


class TestBinding:
    @pytest.mark.parametrize("hosts", [LOOPBACK, pytest.param(["::1"], marks=NEEDS_IPV6)])
    def test_server_listens_at_all_hosts(self, hosts: Sequence[str]) -> None:
        with serving(*hosts) as server:
            assert all(it.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for it in server._sockets)
            urls = [server.url]
            if len(hosts) == 2 and has_ipv6():
                urls = [f"http://{host}:{server.port}" for host in ("127.0.0.1", "[::1]")]
            for url in urls:
                with open_http_client(url) as client:
                    assert output(client.get(TASKS))

    @pytest.mark.parametrize(
        ("host", "number", "times", "sockets"),
        [
            ("::1", errno.EADDRNOTAVAIL, 99, 1),
            ("::1", errno.EAFNOSUPPORT, 99, 1),
            # A port that is free at one address may be in use at the other.
            ("::1", errno.EADDRINUSE, 3, 2),
            ("::1", errno.EADDRINUSE, 99, 0),
            ("127.0.0.1", errno.EADDRNOTAVAIL, 99, 0),
        ],
    )
    def test_addresses_that_cannot_be_bound(
        self, monkeypatch: pytest.MonkeyPatch, host: str, number: int, *, times: int, sockets: int
    ) -> None:
        create, failures = socket.create_server, repeat(OSError(number, "no"), times)

        def create_server(address: tuple[str, int], **options: object) -> socket.socket:
            if address[0] == host and (failure := next(failures, None)) is not None:
                raise failure
            return create(("127.0.0.1", 0), family=socket.AF_INET)

        monkeypatch.setattr(socket, "create_server", create_server)
        with nullcontext() if sockets else pytest.raises(OSError, match="no"), serving(*LOOPBACK) as server:
            assert len(server._sockets) == sockets

    @pytest.mark.parametrize(
        ("host", "url"),
        [
            ("0.0.0.0", "http://127.0.0.1"),  # the address that is tested
            pytest.param("::", "http://[::1]", marks=NEEDS_IPV6),
        ],
    )
    def test_wildcard_address_serves_all_its_addresses(self, host: str, url: str) -> None:
        with serving(host) as server:
            assert server.url == f"{url}:{server.port}"
            for each in {url, "http://127.0.0.1"}:
                with httpx.Client(base_url=f"{each}:{server.port}", trust_env=False) as client:
                    # The peer is on the loopback, so the control API needs no token.
                    assert client.get("/_emulator/clock").status_code == 200

    def test_lack_of_file_descriptors_is_logged_once(self, caplog: pytest.LogCaptureFixture) -> None:
        with serving("127.0.0.1") as server, asyncio.Runner() as runner:
            for _ in range(2):
                exhausted = {"message": "accept", "exception": OSError(errno.EMFILE, "Too many open files")}
                server._handle_exception(runner.get_loop(), exhausted)
            assert caplog.messages == ["cannot accept connections for now: Too many open files"]
            server._handle_exception(runner.get_loop(), {"message": "another error"})
        assert caplog.messages[1:] == ["another error"]

    def test_start_raises_what_prevents_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(_: Server) -> None:
            raise RuntimeError("no event loop")

        monkeypatch.setattr(Server, "run", fail)
        emulator = Emulator()
        with pytest.raises(RuntimeError, match="no event loop"):
            emulator.__enter__()
        with pytest.raises(RuntimeError, match="only inside"):
            _ = emulator.url


class TestLog:
    def test_pipe_that_nobody_reads_blocks_no_write_and_no_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queued_output, "_MAX_LINES", 2)
        monkeypatch.setattr(queued_output, "_CLOSE_TIMEOUT", 0.01)
        reader, writer = os.pipe()
        output = queued_output.QueuedOutput(writer)
        large = b"a" * 1_000_000 + b"\n"
        output.write(large)
        while not output._lines.empty():
            pass
        for line in (b"1\n", b"2\n", b"3\n", b"4\n"):
            assert output.write(line) == 2
        output.close()
        expected = large + b'{"droppedLines": 2}\n1\n2\n'
        with os.fdopen(reader, "rb") as file:
            assert file.read(len(expected)) == expected
        os.close(writer)
