"""`bytezkit contract run` through gateways in front of the emulator."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

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
