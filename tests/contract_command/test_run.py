"""Output, requests and remaining resources of `bytezkit contract run` against the emulator."""

import re
import socket
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import httpx
import pytest
from hypothesis.errors import FlakyStrategyDefinition
from requests import PreparedRequest, Timeout

import bytezkit_contract._gate as contract_gate
from bytezkit_contract.__main__ import main
from bytezkit_contract._server import Server
from bytezkit_contract._target import Target
from bytezkit_contract._wire import Wire, open_session
from bytezkit_emulator import Emulator
from tests.contract_command.conftest import KEY, SECOND_KEY, Command

MODEL = "/models/v2/openai-community/gpt2"


def has_clusters(emulator: Emulator) -> bool:
    answer = httpx.get(
        f"{emulator.url}/models/v2/list/clusters", headers={"Authorization": f"Key {KEY}"}, timeout=60
    )
    return bool(answer.json()["output"])


def gate_to(emulator: Emulator) -> contract_gate.Gate:
    target = Target(emulator.url, KEY, examples=2)
    session = open_session(target, Wire(target, second_key=SECOND_KEY))
    return contract_gate.Gate(Server(target, session))


def test_emulator_satisfies_the_contract(emulator: Emulator, command: Command, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    run = command(f"--url={emulator.url}", "--examples=1", f"--junit={report}")

    assert (run.code, run.errors, run.broken, run.skipped) == (0, "", {}, {})
    assert re.search(r"^  ok      PATCH /models/v2/\{org\}/\{name\}$", run.printed, flags=re.MULTILINE)
    assert re.search(r"^[7-9]\d ok, 0 broken, 0 skipped$", run.printed, flags=re.MULTILINE)
    assert not has_clusters(emulator)
    assert KEY not in run.printed + report.read_text(encoding="utf-8")
    [suite] = ET.parse(report).getroot()
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("0", "0", "0")


def test_budget_limits_the_run(emulator: Emulator, command: Command) -> None:
    run = command(f"--url={emulator.url}", "--max-requests=40")

    assert run.code == 4
    assert run.broken == {}
    assert run.skipped["sequences along the links"] == "the budget of 40 requests is spent"
    [sent] = re.findall(r"^(\d+) requests were sent", run.printed, flags=re.MULTILINE)
    # What cleans up is sent in any case.
    assert 40 < int(sent) <= 48
    assert not has_clusters(emulator)


def test_interrupted_run_deletes_its_resources(
    emulator: Emulator, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Wire.send

    def interrupted(self: Wire, request: object, *args: object, **kwargs: object) -> object:
        if has_clusters(emulator) and self.sent < 1000:
            self.sent += 1000
            raise KeyboardInterrupt
        return send(self, request, *args, **kwargs)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(Wire, "send", interrupted)
    run = command(f"--url={emulator.url}", "--max-requests=5000")

    assert run.code == 130
    assert run.errors == "interrupted\n"
    assert "Deleted at the end: cluster of openai-community/gpt2." in run.printed
    assert not has_clusters(emulator)


def test_key_with_resources_is_refused(emulator: Emulator, command: Command) -> None:
    headers = {"Authorization": f"Key {KEY}"}
    httpx.put(f"{emulator.url}{MODEL}", headers=headers, timeout=60).raise_for_status()
    run = command(f"--url={emulator.url}")

    assert run.code == 2
    assert run.errors == (
        "the key has cluster of openai-community/gpt2, which this would change and delete: "
        "take a key that has nothing\n"
    )
    assert has_clusters(emulator)


def test_a_wrong_key_is_refused_by_the_server(emulator: Emulator, command: Command) -> None:
    run = command(f"--url={emulator.url}", "--key=unknown")

    assert (run.code, run.printed) == (2, "")
    assert run.errors == f"{emulator.url} refuses the key (401)\n"


def test_unreachable_server(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    run = command(f"--url=http://127.0.0.1:{port}")

    assert (run.code, run.printed) == (3, "")
    assert run.errors == "GET /models/v2/list/tasks got no whole answer: ConnectionError.\n"


def test_missing_parts_of_a_server_are_skipped(command: Command) -> None:
    with Emulator(profile="serverless") as emulator:
        run = command(f"--url={emulator.url}", "--max-requests=60", "--without=clusters", "--without=v1")

    assert run.code == 4
    assert run.broken == {}
    assert run.skipped["a deleted cluster is gone"] == "left out: clusters"
    assert run.skipped["the key may stand in the body"] == "left out: v1"
    assert run.skipped["a wrong key is refused"] == "it takes any key"
    assert "The server takes any key" in run.printed


def test_unreadable_list_ends_the_run(command: Command) -> None:
    with Emulator(profile="serverless") as emulator:
        run = command(f"--url={emulator.url}")

    assert run.code == 1
    assert run.errors.startswith("GET /models/v2/list/clusters answered 404")


@pytest.mark.parametrize(
    "url", ["https://api.example.com", "http://10.0.0.1:8080", "http://localhost.example.com"]
)
def test_remote_server_is_refused_without_a_request(
    url: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(Wire, "send")
    run = command(f"--url={url}", "--max-requests=10")

    assert run.code == 2
    assert "runs, clusters and instances there are billed to the key" in run.errors
    assert "--accept-costs says that you pay for up to 10 requests" in run.errors


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--url=example"], "'example' is no URL of a server: expected http://host:port"),
        (["--url=http://127.0.0.1:1/models"], "has more than scheme, host and port"),
        (["--url=http://user:secret@127.0.0.1"], "the URL holds a user name: give the key as key"),
        (["--url=http://127.0.0.1:x"], "the URL can not be read"),
        (["--url=http://127.0.0.1", "--key=a b"], "the key is not 1 to 256 printable ASCII characters"),
        (["--url=http://127.0.0.1", f"--key={SECOND_KEY}"], "the second key is the first one"),
        (["--url=http://127.0.0.1", "--model=gpt2"], "'gpt2' is no model: expected organization/name"),
        (["--url=http://127.0.0.1", "--max-requests=0"], "max_requests must be 10 or more"),
        (["--url=http://127.0.0.1", "--timeout=0"], "timeout must be more than 0 seconds"),
        ([], "it takes the URL of a server"),
    ],
)
def test_wrong_arguments(arguments: list[str], reason: str, command: Command) -> None:
    run = command(*arguments)

    assert (run.code, run.printed) == (2, "")
    assert reason in run.errors
    assert not any(secret in run.errors for secret in ("secret", "a b", KEY, SECOND_KEY))


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "schemathesis", None)
    for name in [name for name in sys.modules if name.startswith("bytezkit_contract._")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(SystemExit, match=r"^schemathesis is missing: install bytezkit\[contract\]$"):
        main(["run", "--url=http://127.0.0.1"])


def test_pytest_plugin_runs_invariants_and_gate(emulator: Emulator) -> None:
    command = [
        *(sys.executable, "-m", "pytest", "-p", "bytezkit_contract.plugin", "-p", "no:cacheprovider", "-q"),
        *("--pyargs", "bytezkit_contract", f"--bytezkit-url={emulator.url}", f"--bytezkit-key={KEY}"),
        *("--bytezkit-max-requests=100", "-k", "a_deleted_cluster or list/tasks"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
    assert "requests were sent" in done.stdout
    assert KEY not in done.stdout + done.stderr


def test_pytest_plugin_needs_a_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code = pytest.main(["-p", "bytezkit_contract.plugin", "--disable-plugin-autoload"])

    assert code == pytest.ExitCode.USAGE_ERROR
    assert "it takes the URL of a server" in capfd.readouterr().err


def test_undeletable_resources_are_not_created_on_a_remote_server(
    emulator: Emulator, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Target, "is_loopback", False)
    run = command(f"--url={emulator.url}", "--accept-costs", "--max-requests=70")

    assert (run.code, run.broken) == (4, {})
    reason = "the jobs that it makes could not be deleted"
    assert run.skipped["POST /models/v2/request/{org}/{name}"] == reason
    assert run.skipped["POST /model/job"] == reason
    assert run.skipped["a job is queued and then says how far it is"].startswith("the job that it makes")


def test_server_with_changing_state_is_skipped(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def changes_state(_: Server) -> None:
        # As Hypothesis does when what was the start of a longer sequence leads to nothing.
        raise FlakyStrategyDefinition

    monkeypatch.setattr(contract_gate, "take_down", changes_state)
    gate = gate_to(emulator)

    with pytest.raises(pytest.skip.Exception, match="the server was not in the same state"):
        gate.check_sequences()
    assert gate.take_findings() == []


def test_sequence_without_an_answer_is_not_repeated(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str | None] = []

    def lost(_: Wire, request: PreparedRequest, **__: object) -> object:
        sent.append(request.path_url)
        raise Timeout(request=request)

    monkeypatch.setattr(Wire, "send", lost)
    gate = gate_to(emulator)
    gate.check_sequences()

    [finding] = gate.take_findings()
    assert finding.sentence.endswith("got no whole answer: Timeout.")
    assert len(sent) < 10
