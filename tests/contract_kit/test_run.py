"""`bytezkit contract run` against the emulator: report, requests and cleanup."""

import os
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

from bytezkit_contract import _schema_checks
from bytezkit_contract._adapter import MeteredAdapter, open_session
from bytezkit_contract._schema_checks import SchemaChecks
from bytezkit_contract._server import Server
from bytezkit_contract._target import Target
from bytezkit_emulator import Emulator
from tests.contract_kit.conftest import KEY, SECOND_KEY, Command

HEADERS = {"Authorization": f"Key {KEY}"}


def has_clusters(emulator: Emulator) -> bool:
    response = httpx.get(f"{emulator.url}/models/v2/list/clusters", headers=HEADERS, timeout=60)
    return bool(response.json()["output"])


def schema_checks_for(emulator: Emulator) -> SchemaChecks:
    target = Target(emulator.url, KEY, examples=2)
    session = open_session(target, MeteredAdapter(target, second_key=SECOND_KEY))
    return SchemaChecks(Server(target, session))


def test_emulator_conforms_to_the_contract(emulator: Emulator, command: Command, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    run = command(f"--url={emulator.url}", "--examples=1", f"--junit={report}")

    assert (run.code, run.stderr, run.broken, run.skipped) == (0, "", {}, {})
    assert re.search(r"^  ok      PATCH /models/v2/\{org\}/\{name\}$", run.stdout, flags=re.MULTILINE)
    assert re.search(r"^[7-9]\d ok, 0 broken, 0 skipped$", run.stdout, flags=re.MULTILINE)
    assert not has_clusters(emulator)
    assert KEY not in run.stdout + report.read_text(encoding="utf-8")
    [suite] = ET.parse(report).getroot()
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("0", "0", "0")


def test_interrupted_run_deletes_created_resources(
    emulator: Emulator, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = MeteredAdapter.send

    def interrupted(self: MeteredAdapter, request: object, *args: object, **kwargs: object) -> object:
        if has_clusters(emulator) and self.sent < 1000:
            self.sent += 1000
            raise KeyboardInterrupt
        return send(self, request, *args, **kwargs)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(MeteredAdapter, "send", interrupted)
    run = command(f"--url={emulator.url}", "--max-requests=5000")

    assert run.code == 130
    assert run.stderr == "interrupted\n"
    assert "Deleted at the end: cluster of openai-community/gpt2." in run.stdout
    assert not has_clusters(emulator)


def test_key_with_existing_resources_exits_with_2(emulator: Emulator, command: Command) -> None:
    url = f"{emulator.url}/models/v2/openai-community/gpt2"
    httpx.put(url, headers=HEADERS, timeout=60).raise_for_status()
    run = command(f"--url={emulator.url}")

    assert run.code == 2
    assert run.stderr == (
        "the key has resources that the tests would change and delete: cluster of openai-community/gpt2. "
        "Use a key without clusters and instances\n"
    )
    assert has_clusters(emulator)


def test_server_that_cannot_be_tested_ends_the_run(
    emulator: Emulator, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("unknown\n", encoding="utf-8")
    run = command(f"--url={emulator.url}", f"--key-file={tmp_path / 'key'}")
    assert run == (2, "", f"{emulator.url} rejects the key: a gateway may require --key-header (401)\n")

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    run = command(f"--url=http://127.0.0.1:{port}")
    assert run == (
        3,
        "",
        "GET /models/v2/list/tasks got no complete response: ConnectionError (Connection refused).\n",
    )

    with Emulator(profile="serverless") as serverless:
        run = command(f"--url={serverless.url}")
    assert run.code == 1
    assert run.stderr.startswith("GET /models/v2/list/clusters returned 404")


def test_skipped_tests_have_a_reason_and_a_spent_budget_exits_with_4(
    emulator: Emulator, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Target, "is_loopback", False)
    run = command(f"--url={emulator.url}", "--accept-costs", "--without=clusters", "--max-requests=70")

    assert (run.code, run.broken) == (4, {})
    reasons = {
        "sequences along the links": "the budget of 70 requests is spent",
        "a deleted cluster does not exist": "--without clusters",
        "POST /models/v2/request/{org}/{name}": "creates jobs that the API cannot delete",
        "POST /model/job": "creates jobs that the API cannot delete",
        "a repeated job request returns the progress of the job": "creates a job that the API cannot delete",
    }
    assert run.skipped | reasons == run.skipped
    [sent] = re.findall(r"^(\d+) requests were sent", run.stdout, flags=re.MULTILINE)
    # With the cleanup.
    assert 50 < int(sent) <= 70
    assert "Deleted at the end: instance of openai-community/gpt2." in run.stdout


@pytest.mark.parametrize(
    "url", ["https://api.example.com", "http://10.0.0.1:8080", "http://localhost.example.com"]
)
def test_remote_host_without_accept_costs_sends_no_request(
    url: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(MeteredAdapter, "send")
    run = command(f"--url={url}", "--max-requests=20")

    assert run.code == 2
    assert "up to 20 requests, are billed to the key" in run.stderr
    assert "--accept-costs is required" in run.stderr


@pytest.mark.parametrize(
    ("argument", "reason"),
    [
        ("--url=example", "'example' is not the URL of a server: expected http://host:port"),
        ("--url=http://127.0.0.1:1/?a=b", "has a query or fragment: expected http://host:port/prefix"),
        ("--url=http://user:secret@127.0.0.1", "the URL contains a user name: pass the API key as key"),
        ("--url=http://127.0.0.1:x", "the URL is invalid"),
        (f"--key={KEY}", "unknown option or argument: --key"),
        (f"--key-file={KEY}", "--key-file: the file cannot be read: No such file"),
        (f"--key-file={__file__}", "the key must be printable ASCII characters"),
        (f"--header={KEY}: ü", "header: expected Name: value in printable ASCII"),
        (f"--header=Authorization: {KEY}", "the tests set Authorization themselves"),
        ("--key-header=a b", "--key-header: expected Name or Name: scheme"),
        (f"--ca-file={__file__}", "contains no valid certificate in PEM"),
        ("--ca-file=none", "none cannot be read: No such file or directory"),
        ("--rate=20/m", "'20/m' is not a number of requests per second"),
        ("--rate=0", "rate must be more than 0 requests per second"),
        ("--model=gpt2", "'gpt2' is not a model id: expected organization/name"),
        ("--max-requests=0", "--max-requests must be 20 or more"),
        ("--timeout=0", "timeout must be more than 0 seconds"),
        ("", "--url is required"),
    ],
)
def test_invalid_argument_is_named(argument: str, reason: str, command: Command) -> None:
    url = [] if "--url" in argument else ["--url=https://127.0.0.1"]
    run = command(*url, argument) if argument else command()

    assert (run.code, run.stdout) == (2, "")
    assert reason in run.stderr
    assert not any(secret in run.stderr for secret in ("secret", "a b", KEY, SECOND_KEY))


def run_plugin(*arguments: str) -> subprocess.CompletedProcess[str]:
    options = ("-p", "bytezkit_contract.plugin", "-p", "no:cacheprovider", "-q", *arguments)
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--pyargs", "bytezkit_contract"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "BYTEZ_KEY": KEY},
    )


def test_pytest_plugin_runs_invariants_and_operations_in_one_process(emulator: Emulator) -> None:
    url = f"--bytezkit-url={emulator.url}"
    done = run_plugin(url, "--bytezkit-max-requests=100", "-k", "a_deleted_cluster or list/tasks")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
    assert "requests were sent" in done.stdout
    assert KEY not in done.stdout + done.stderr

    done = run_plugin(url, "-n", "2")
    assert done.returncode == 4
    assert "the contract tests run in one process: pass -n 0 to pytest" in done.stderr + done.stdout


def test_sequences_delete_created_resources_and_skip_flaky_ones(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = schema_checks_for(emulator)
    checks.check_sequences()
    assert not has_clusters(emulator)

    def raise_flaky(_: Server) -> None:
        # Hypothesis raises this if the start of a known sequence has another result.
        raise FlakyStrategyDefinition

    monkeypatch.setattr(_schema_checks, "delete_resources", raise_flaky)
    with pytest.raises(
        pytest.skip.Exception, match="the same sequence of requests led to different responses"
    ):
        checks.check_sequences()
    assert checks.take_violations() == []


def test_sequence_without_a_response_is_not_repeated(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str | None] = []

    def lost(_: MeteredAdapter, request: PreparedRequest, **__: object) -> object:
        sent.append(request.path_url)
        raise Timeout(request=request)

    monkeypatch.setattr(MeteredAdapter, "send", lost)
    checks = schema_checks_for(emulator)
    checks.check_sequences()

    [violation] = checks.take_violations()
    assert violation.message.endswith("got no complete response: Timeout.")
    assert len(sent) < 10
