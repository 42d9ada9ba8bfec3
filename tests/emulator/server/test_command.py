"""The command: its options, secrets, port file, messages and signals."""

import os
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

from bytezkit_emulator import Dialect, Settings
from bytezkit_emulator.__main__ import delete_port_file, main, write_port
from bytezkit_emulator._server.server import Server
from tests.emulator.clients import GPT2, TASKS, error
from tests.emulator.server.test_asgi import LONG
from tests.emulator.server.test_server import open_http_client

POSIX: Final = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
OPENAI: Final = "--engine openai"
TRANSFORMERS: Final = "--engine transformers"


class TestPortFile:
    def test_file_is_replaced_atomically(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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

    def test_failed_start_leaves_no_port_of_an_earlier_emulator(self, tmp_path: Path) -> None:
        file = tmp_path / "port"
        file.write_text("8080\n")
        with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit):
            main([f"--port={taken.getsockname()[1]}", "--host=127.0.0.1", f"--port-file={file}"])
        assert not file.exists()

    @pytest.mark.parametrize(
        ("content", "port", "is_kept"), [("1", None, False), ("1\n", 1, False), ("2\n", 1, True)]
    )
    def test_file_of_a_killed_emulator_is_deleted_and_of_a_later_one_kept(
        self, tmp_path: Path, content: str, port: int | None, is_kept: bool
    ) -> None:
        file = tmp_path / "port"
        delete_port_file(file, port)
        file.write_text(content, encoding="ascii")
        delete_port_file(file, port)
        assert file.exists() == is_kept

    def test_links_are_replaced_and_not_followed(self, tmp_path: Path) -> None:
        file, target = tmp_path / "port", tmp_path / "target"
        target.write_text("kept", encoding="ascii")
        file.symlink_to(target)
        write_port(file, 8080)
        assert (file.is_symlink(), file.read_bytes(), target.read_text()) == (False, b"8080\n", "kept")
        file.unlink()
        file.symlink_to(target)
        delete_port_file(file)
        assert [it.name for it in tmp_path.iterdir()] == ["target"]


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
            with open_http_client(url) as client, httpx.Client(base_url=url, trust_env=False) as admin:
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
    plain: dict[str, Any] = {"clock": "manual", "scale": 2, "admin_token": "secret", "engine": "canned"}
    plain |= {"seed": 3, "profile": "serverless", "credits": 1}
    plain |= {"stubs": Path("a.yaml"), "faults": Path("b.yaml"), "catalog": Path("c.json")}
    limits: Any = {"body_limit": 10, "header_limit": 500, "request_limit": 5, "journal_limit": 1}
    dialect: Any = {"already_loaded": "started", "starting_status": "STARTING", "media_url": "data"}
    dialect |= {"cluster_status": "langchain", "chat_content": "parts", "openai_errors": "openai"}
    lists = {"keys": ["one", "two"], "cors_origins": ["https://app.example", "null"]}
    values = {**plain, **limits, **dialect, "stream_limit": 60}
    values |= {name: ",".join(items) for name, items in lists.items()}
    assert parse(*(f"--{name.replace('_', '-')}={value}" for name, value in values.items())) == {
        **plain,
        **lists,
        "settings": Settings(**limits, stream_limit=timedelta(minutes=1)),
        "dialect": Dialect(**dialect),
        "log": None,
    }
    assert parse()["settings"] == Settings()
    assert parse()["dialect"] == Dialect()
    assert parse("--log=json")["log"].buffer.name == 2


def test_secrets_come_from_the_environment_or_a_file(
    parse: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BYTEZKIT_EMULATOR_KEYS", "test-key,two")
    monkeypatch.setenv("BYTEZKIT_EMULATOR_TOKEN", "one")
    parsed = parse()
    assert (parsed["keys"], parsed["admin_token"]) == (["test-key", "two"], "one")
    # An argument takes precedence over its variable, and an empty variable counts as missing.
    monkeypatch.setenv("BYTEZKIT_EMULATOR_KEYS", "")
    parsed = parse("--admin-token=two")
    assert (parsed["keys"], parsed["admin_token"]) == (None, "two")
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


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("--scale 0", "scale must be"),
        ("--catalog /nowhere", "/nowhere: "),
        ("--host 192.0.2.1", "(.*Cannot assign|.*not available|.*not valid)"),
        ("--keys two,two\twords", "a key must be"),
        (f"--port-file {os.devnull}", f"{os.devnull} is not a regular file"),
        ("--port-file none/port", ".*No such file"),
        (OPENAI, "--engine openai requires --upstream"),
        ("--upstream http://127.0.0.1", "--upstream and --upstream-model require --engine openai"),
        (f"{OPENAI} --upstream x", "the URL of the upstream must be as"),
        (f"{OPENAI} --upstream http://127.0.0.1 --upstream-model a=", "--upstream-model a=: expected"),
        (TRANSFORMERS, "--engine transformers requires --models, a directory of models"),
        ("--models x", "--models requires --engine transformers"),
        (f"{TRANSFORMERS} --models x", "x is not a directory of models"),
        (f"{TRANSFORMERS} --models x --upstream u", "--upstream and --upstream-model"),
    ],
)
def test_invalid_value_exits_with_one_line(options: str, reason: str) -> None:
    with pytest.raises(SystemExit, match=f"^bytezkit_emulator: {reason}") as caught:
        main(["--port", "0", *options.split(" ")])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("--clock=fast", "invalid choice"),
        ("--port=99999", "port must be a number from 0 to 65535"),
        ("--body-limit=-1", "--body-limit"),
        ("--journal-limit=many", "--journal-limit"),
    ],
)
def test_invalid_option_exits(capsys: pytest.CaptureFixture[str], option: str, reason: str) -> None:
    with pytest.raises(SystemExit):
        main([option])
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    ("missing", "code", "has_traceback"),
    [
        ("httptools", "from bytezkit_emulator.__main__ import main; main([])", False),
        ("jsonschema_rs", "from bytezkit_emulator import Emulator", True),
    ],
)
def test_missing_extra_is_named(missing: str, code: str, has_traceback: bool) -> None:
    code = f"import sys; sys.modules['{missing}'] = None; {code}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    message = f"{missing} is missing: run pip install 'bytezkit[emulator]'\n"
    assert done.returncode == 1
    assert done.stderr.endswith(message)
    assert (done.stderr != message) == has_traceback
