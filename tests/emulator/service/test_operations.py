"""Operation of the emulator: limits, secrets, port file, log and shutdown."""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from bytezkit_emulator import Dialect, Emulator, Settings
from bytezkit_emulator.__main__ import main, write_port
from bytezkit_emulator._server.server import Server
from tests.emulator.clients import GPT2, LOAD, TASKS, error, open_client, output, v1_error
from tests.emulator.server.test_asgi import LONG
from tests.emulator.server.test_server import open_http_client

POSIX: Final = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def open_admin_client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, trust_env=False)


def start_cluster(emulator: Emulator, client: httpx.Client) -> None:
    client.put(GPT2)
    emulator.clock.advance(timedelta(seconds=60))


def test_headers_above_limit_return_431() -> None:
    large = {"x-large": "a" * 1000}
    message = "header: larger than 1000 bytes in all"
    with Emulator() as emulator, open_admin_client(emulator.url) as client:
        response = client.get(TASKS, headers={"x-large": "a" * 100_000})
        assert error(response, 431) == "header: larger than 32768 bytes in all"
    with open_client(Emulator(settings=Settings(header_limit=1000))) as client:
        # The contract does not document 431.
        client.event_hooks = {}
        assert output(client.get(TASKS, headers={"x-large": "a" * 500}))
        assert error(client.get(TASKS, headers=large), 431) == message
        assert v1_error(client.post(LOAD, headers=large, json={}), 431) == message


def test_requests_above_limit_return_503_until_one_ends() -> None:
    emulator = Emulator(clock="manual", settings=Settings(request_limit=1))
    with open_client(emulator) as client:
        # The contract does not describe the control API.
        client.event_hooks = {}
        start_cluster(emulator, client)
        with client.stream("POST", GPT2, json=LONG):
            response = client.get(TASKS)
            assert error(response, 503) == "More than 1 requests are under way"
            assert response.headers["retry-after"] == "1"
            # The limit does not apply to the control API.
            assert client.get("http://localhost/_emulator/health/ready").status_code == 200
        assert output(client.get(TASKS))


def test_stream_limit_resets_connection() -> None:
    emulator = Emulator(clock="manual", settings=Settings(stream_limit=timedelta(milliseconds=1)))
    with emulator, open_http_client(emulator.url) as client:
        start_cluster(emulator, client)
        with pytest.raises(httpx.TransportError):
            client.post(GPT2, json=LONG)
        assert output(client.get(GPT2))["inferences"] == 1
    assert emulator.journal.entries()[1].outcome == "abandoned"


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


def test_failed_start_leaves_no_port_of_an_earlier_emulator(tmp_path: Path) -> None:
    file = tmp_path / "port"
    file.write_text("8080\n")
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit):
        main([f"--port={taken.getsockname()[1]}", "--host=127.0.0.1", f"--port-file={file}"])
    assert not file.exists()


def test_unwritable_port_file_ends_command_with_one_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"^bytezkit_emulator: .*No such file[^\n]*$"):
        main(["--port=0", f"--port-file={tmp_path / 'none' / 'port'}"])


@POSIX
@pytest.mark.parametrize(("number", "has_file"), [(signal.SIGINT, False), (signal.SIGTERM, True)])
def test_signal_cuts_streams_and_removes_port_file(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    number: int,
    has_file: bool,
) -> None:
    file, run = tmp_path / "port", Server.run

    def use(url: str) -> None:
        try:
            with open_http_client(url) as client, open_admin_client(url) as admin:
                assert error(client.get(TASKS, headers={"authorization": "Key two"}), 401)
                assert not has_file or url == f"http://127.0.0.1:{file.read_text().strip()}"
                client.put(GPT2)
                admin.post("/_emulator/clock/advance", json={"seconds": 60}).raise_for_status()
                with client.stream("POST", GPT2, json=LONG) as response:
                    signal.raise_signal(number)
                    with pytest.raises(httpx.RemoteProtocolError):
                        response.read()
        except BaseException:
            signal.raise_signal(number)
            raise

    def run_with_client(server: Server) -> None:
        with ThreadPoolExecutor() as executor:
            used = executor.submit(use, server.url)
            run(server)
            used.result()

    monkeypatch.setattr(Server, "run", run_with_client)
    options = ["--port=0", "--host=127.0.0.1", "--clock=manual", "--keys=one,test-key"]
    main(options + [f"--port-file={file}"] * has_file)
    assert capsys.readouterr().out.startswith("http://127.0.0.1:")
    assert not file.exists()


@POSIX
def test_sigterm_does_not_wait_for_incomplete_request() -> None:
    command = [sys.executable, "-m", "bytezkit_emulator", "--port=0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            first, about, *exports = [process.stdout.readline().strip() for _ in range(4)]
            assert f"{first}/docs/" in about
            assert exports == [f"export BYTEZ_BASE_URL={first}", "export BYTEZ_KEY=any-key"]
            url = httpx.URL(first)
            with socket.create_connection((url.host, url.port or 0)) as connection:
                connection.sendall(b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n")
                process.send_signal(signal.SIGTERM)
                assert process.communicate(timeout=20) == ("", "")
            assert process.returncode == 0
        finally:
            process.kill()


@pytest.fixture
def parse(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Return the arguments that the command line passes to `Emulator`, without starting a server."""
    recorded: dict[str, Any] = {}

    def record(**arguments: Any) -> None:
        recorded.update(arguments)
        raise ValueError("recorded")

    def parse(*options: str) -> dict[str, Any]:
        with pytest.raises(SystemExit, match="recorded"):
            main(options)
        return recorded

    monkeypatch.setattr("bytezkit_emulator._emulator.Emulator", record)
    return parse


def test_options_are_arguments_of_the_emulator(parse: Callable[..., dict[str, Any]]) -> None:
    parsed = parse(
        *("--clock=manual", "--scale=2", "--keys=one,two", "--admin-token=secret", "--engine=canned"),
        *("--seed=3", "--stubs=a.yaml", "--faults=b.yaml", "--catalog=c.json", "--profile=serverless"),
        *("--credits=1", "--body-limit=10", "--header-limit=500", "--request-limit=5", "--journal-limit=1"),
        *("--stream-limit=60", "--already-loaded=started", "--starting-status=STARTING"),
        *("--cluster-status=langchain", "--media-url=data", "--chat-content=parts"),
        "--cors-origins=https://app.example,null",
    )
    limits: Any = {"body_limit": 10, "header_limit": 500, "request_limit": 5, "journal_limit": 1}
    clusters: Any = {
        "already_loaded": "started",
        "starting_status": "STARTING",
        "cluster_status": "langchain",
    }
    assert parsed == {
        "clock": "manual",
        "scale": 2,
        "keys": ["one", "two"],
        "admin_token": "secret",
        "cors_origins": ["https://app.example", "null"],
        "seed": 3,
        "engine": "canned",
        "stubs": Path("a.yaml"),
        "faults": Path("b.yaml"),
        "catalog": Path("c.json"),
        "profile": "serverless",
        "credits": 1,
        "settings": Settings(**limits, stream_limit=timedelta(minutes=1)),
        "dialect": Dialect(**clusters, media_url="data", chat_content="parts"),
        "log": None,
    }
    assert parse()["settings"] == Settings()
    assert parse()["dialect"] == Dialect()
    assert parse("--log=json")["log"].buffer.name == 2


@pytest.mark.parametrize(
    ("options", "keys", "expected"),
    [
        ([], "test-key,two", (["test-key", "two"], "one")),
        # An argument takes precedence over its variable, and an empty variable counts as missing.
        (["--admin-token=two"], "", (None, "two")),
    ],
)
def test_secrets_come_from_environment(
    parse: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    keys: str,
    expected: object,
) -> None:
    monkeypatch.setenv("BYTEZKIT_EMULATOR_KEYS", keys)
    monkeypatch.setenv("BYTEZKIT_EMULATOR_TOKEN", "one")
    parsed = parse(*options)
    assert (parsed["keys"], parsed["admin_token"]) == expected


def test_keys_come_from_a_file(parse: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("one\ntwo\n", encoding="utf-8")
    assert parse(f"--key-file={file}")["keys"] == ["one", "two"]


def test_help_does_not_show_secrets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BYTEZKIT_EMULATOR_KEYS", "test-key")
    monkeypatch.setenv("BYTEZKIT_EMULATOR_TOKEN", "secret")
    with pytest.raises(SystemExit):
        main(["--help"])
    printed = capsys.readouterr().out
    assert "BYTEZKIT_EMULATOR_TOKEN" in printed
    assert "test-key" not in printed
    assert "secret" not in printed


@pytest.mark.parametrize("token", ["", "p\u00e4ss", "\u043f", "two words", "line\n"])
def test_admin_token_that_no_header_carries_raises(token: str) -> None:
    with pytest.raises(ValueError, match="admin_token must be printable ASCII"):
        Emulator(admin_token=token)
