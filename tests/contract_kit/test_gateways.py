"""`bytezkit contract run` through gateways in front of the emulator, some of which give it a fault."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
import trustme

from bytezkit_contract import _adapter
from bytezkit_contract._adapter import MeteredAdapter, open_session
from bytezkit_contract._server import Server
from bytezkit_contract._target import Target
from bytezkit_emulator import Emulator
from tests.contract_kit.conftest import KEY, SECOND_KEY, Command
from tests.contract_kit.gateway import Clock, Gateway, serve


@contextmanager
def server_at(url: str, *, rate: float | None = None, key_header: str | None = None) -> Iterator[Server]:
    target = Target(url, KEY, rate=rate, key_header=key_header, timeout=10_000)
    with open_session(target, MeteredAdapter(target, second_key=SECOND_KEY)) as session:
        yield Server(target, session)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_adapter, "time", clock)
    return clock


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    """A certification authority whose certificate is in the file `ca.pem`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return authority


@pytest.mark.slow
def test_gateway_does_not_change_the_verdict(
    emulator: Emulator, command: Command, clock: Clock, authority: trustme.CA, tmp_path: Path
) -> None:
    gateway = Gateway(
        emulator.url, prefix="/bytez/api", headers={"X-Gateway": "secret"}, rate=20, now=clock.monotonic
    )
    with serve(gateway, authority) as url:
        run = command(
            *(f"--url={url}", "--header=X-Gateway: secret", f"--ca-file={tmp_path / 'ca.pem'}"),
            "--examples=1",
        )

    assert (run.code, run.broken, run.stderr) == (0, {}, "")
    assert "secret" not in run.stdout


@pytest.mark.parametrize(
    ("retry_after", "shortest", "longest"),
    [
        ("3", 3, 3),
        ("nan", 1, 2),
        (None, 1, 2),
        pytest.param(
            format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True), 3600, 7200, id="date"
        ),
    ],
)
def test_429_is_sent_again_after_a_pause(
    retry_after: str | None, shortest: float, longest: float, emulator: Emulator, clock: Clock
) -> None:
    gateway = Gateway(emulator.url, rate=1, retry_after=retry_after, now=clock.monotonic)
    with serve(gateway) as url, server_at(url) as server:
        statuses = [server.send("GET", "/models/v2/list/tasks").status for _ in range(2)]

    assert statuses == [200, 200]
    assert shortest <= clock.now <= longest


def test_lasting_429_ends_the_run_without_a_violation(
    emulator: Emulator, command: Command, clock: Clock
) -> None:
    gateway = Gateway(emulator.url, closed_after=20)
    with serve(gateway) as url:
        run = command(f"--url={url}", "--timeout=60")

    reason = "the server returns 429 for longer than 60 seconds"
    assert (run.code, run.broken) == (4, {})
    assert run.skipped["a stream is plain text and equals the end of the output"] == reason
    assert f"NOT DELETED: created resources, since {reason}." in run.stdout
    assert len(gateway.sent) < 50


def test_rate_spreads_the_requests(emulator: Emulator, clock: Clock) -> None:
    gateway = Gateway(emulator.url, rate=20, now=clock.monotonic)
    with serve(gateway) as url, server_at(url, rate=20) as server:
        for _ in range(41):
            server.send("GET", "/models/v2/list/tasks")

    assert len(gateway.sent) == 41
    assert clock.now == pytest.approx(2)


@pytest.mark.parametrize(
    ("key_header", "name", "value"),
    [("X-Api-Key", "X-Api-Key", KEY), ("Authorization: Bearer", "Authorization", f"Bearer {KEY}")],
)
def test_key_in_the_form_of_the_gateway(key_header: str, name: str, value: str, emulator: Emulator) -> None:
    gateway = Gateway(emulator.url, key_header=name)
    with serve(gateway) as url, server_at(url, key_header=key_header) as server:
        statuses = [server.send("GET", "/models/v2/list/tasks").status]
        statuses += [server.send("GET", "/models/v2/list/tasks", authorization=None).status]

    assert statuses == [200, 401]
    keys = [
        {key: headers.get(key) for key in ("Authorization", "X-Api-Key")} for _, _, headers, _ in gateway.sent
    ]
    none = {"Authorization": None, "X-Api-Key": None}
    assert keys == [{**none, name: value}, none]


@pytest.mark.slow
def test_first_response_of_a_gateway_is_explained(
    emulator: Emulator,
    command: Command,
    authority: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    gateway = Gateway(emulator.url, prefix="/api", headers={"X-Gateway": "secret"})
    tasks = "/models/v2/list/tasks got no complete response: SSLError"
    with serve(gateway, authority) as url:
        run = command(f"--url={url}")
        reason = "the certificate is not trusted: unable to get local issuer certificate; pass --ca-file"
        assert run == (3, "", f"GET /api{tasks} ({reason}).\n")

        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        address = url.replace("localhost", "127.0.0.1")
        run = command(f"--url={address}")
        assert run.code == 3
        assert "the certificate is not trusted: IP address mismatch" in run.stderr
        run = command(f"--url={url.removesuffix('/api')}")
        assert (run.code, "may require a path prefix (404)" in run.stderr) == (2, True)
        run = command(f"--url={url}")
        assert run == (2, "", f"{url} refuses requests: a gateway may require --header (403)\n")
    with serve(Gateway(emulator.url, prefix="/api")) as url:
        run = command(f"--url={url.replace('http:', 'https:')}")
        assert run == (3, "", f"GET /api{tasks} (TLS failed: wrong version number).\n")


@pytest.mark.slow
def test_each_run_sends_the_same_requests_and_leaves_no_files(
    emulator: Emulator, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    gateway = Gateway(emulator.url)
    with serve(gateway) as url:
        command(f"--url={url}", "--max-requests=300")
        first = [*gateway.sent]
        command(f"--url={url}", "--max-requests=300")

    # The cleanup deletes what exists, which depends on the models that the first run has requested.
    assert first[:270] == gateway.sent[len(first) :][:270]
    assert list(tmp_path.iterdir()) == []


UNDELETED = "the cluster of an earlier invariant could not be deleted"
DELETED = "GET /models/v2/openai-community/gpt2 returned 200: expected 404 after the cluster was deleted."
CLUSTERS = "GET /models/v2/list/clusters returned 200:"
NO_OBJECT = f"{CLUSTERS} the body is not an object."
TASKS = "GET /models/v2/list/tasks returned 200:"


@dataclass
class Broken(Gateway):
    """A gateway that gives its server a fault."""

    fault: str = ""

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        key = headers.get("Authorization")
        has_created = any(sent == "PUT" for sent, *_ in self.sent)
        match self.fault, method, target:
            case "no-op delete", "DELETE", _:
                return httpx.Response(200, json={"error": None, "output": None})
            case "echoed key", _, "/no/such/route":
                return httpx.Response(200, json={"error": key, "output": None})
            case "invalid list of clusters", _, "/models/v2/list/clusters" if has_created:
                return httpx.Response(200, json=[])
            case "shared keys and invalid list of tasks", "GET", "/models/v2/list/tasks" if key:
                return httpx.Response(200, json={"error": None, "output": "chat"})
            case "shared keys and invalid list of tasks", _, _ if key:
                headers["Authorization"] = "Key everyone"
        return super().answer(method, target, headers, body)


@pytest.mark.parametrize(
    ("fault", "max_requests", "violations", "printed"),
    [
        (
            *("no-op delete", 40, {"clusters: a deleted cluster does not exist": DELETED}),
            [
                f"skipped a created cluster is listed: {UNDELETED}",
                "skipped a wrong key returns 401: the server accepts any key",
                "NOT DELETED: cluster of openai-community/gpt2.",
            ],
        ),
        pytest.param(
            *("shared keys and invalid list of tasks", 280),
            {
                "clusters: a second key cannot access the clusters of the first key": (
                    f"{CLUSTERS} the list contains the cluster of another key."
                ),
                "v1: a second key cannot access the instances of the first key": (
                    "GET /model/instances returned 200: the list contains the instance of another key."
                ),
                "catalog: the list of tasks contains the task of each model": (
                    f"{TASKS} output is not a list."
                ),
                "operations: GET /models/v2/list/tasks": (
                    f'{TASKS} the response does not match its schema ("chat" is not of type "array").'
                ),
            },
            ["contract: #/paths/~1models~1v2~1list~1tasks/get"],
            marks=pytest.mark.slow,
        ),
        (
            *("echoed key", 160),
            {
                "requests: an unknown route returns 404": (
                    "GET /no/such/route returned 200 (Key ***): expected 404."
                )
            },
            [],
        ),
        (
            *("invalid list of clusters", 40),
            {
                "clusters: a created cluster is listed": NO_OBJECT,
                "clusters: a deleted cluster is not listed": NO_OBJECT,
            },
            [f"Created resources could not be deleted. {NO_OBJECT}"],
        ),
    ],
)
def test_fault_is_reported_with_one_message(
    command: Command, fault: str, max_requests: int, violations: dict[str, str], printed: list[str]
) -> None:
    with Emulator() as emulator, serve(Broken(emulator.url, fault=fault)) as url:
        run = command(f"--url={url}", f"--max-requests={max_requests}", "--examples=1")

    assert run.code == 1
    assert run.broken == {title: [message] for title, message in violations.items()}
    assert run.stdout.count("    contract: ") == len(violations)
    for line in printed:
        assert line in run.stdout
