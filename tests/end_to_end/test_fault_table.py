"""Each kind of fault on a socket and in the clients: a table of `docs/faults.md`.

`python -m tests.end_to_end.test_fault_table` writes the page.
"""

import asyncio
import json
import re
import socket
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import httpx
import pytest

from bytezkit import AsyncBytez, Attempt, Bytez
from bytezkit.errors import BytezError
from bytezkit_emulator import Emulator, Fault, Interrupt, Then, When
from bytezkit_emulator._faults import presets
from scripts.markdown import markdown_table
from tests.emulator.clients import GPT2, GPT2_ID, KEY
from tests.overlay.scripted_service import ClientKind, FakeClock, close, resolve

Call: TypeAlias = Literal["run", "stream"]

CALLS: Final[list[Call]] = ["run", "stream"]
PAGE: Final = Path(__file__).resolve().parents[2] / "docs/faults.md"
SCALE: Final = 500.0
TIMEOUT: Final = 30.0
STALL_TIMEOUT: Final = 0.3
TEXT: Final = "Käse"
OK: Final = "the output"


@dataclass(frozen=True)
class Case:
    """A fault, and its effects: on a socket and a client, for `run` and, if different, for `stream`."""

    then: Then
    socket_run: str
    run: str
    socket_stream: str = ""
    stream: str = ""
    when: When = field(default_factory=When)
    seconds: float = 0

    @property
    def name(self) -> str:
        """The fault in YAML."""
        fault = Fault("name", self.then, when=self.when).as_json()
        return ", ".join(f"{name}: {_yaml(fault[name])}" for name in ("when", "then") if fault.get(name))

    @property
    def on_socket(self) -> dict[Call, str]:
        """The response on a socket."""
        return {"run": self.socket_run, "stream": self.socket_stream or self.socket_run}

    @property
    def in_client(self) -> dict[Call, str]:
        """The outcome of a client."""
        return {"run": self.run, "stream": self.stream or self.run}

    @property
    def timeout(self) -> float:
        """The timeout of socket and client, which only a stall reaches."""
        interrupt = self.then.interrupt
        return STALL_TIMEOUT if interrupt is not None and interrupt.how == "stall" else TIMEOUT


def _yaml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_yaml(item)}" for name, item in value.items()) + "}"
    return value if isinstance(value, str) else json.dumps(value)


def interrupted(how: Literal["reset", "close", "stall"], seen: str, early: str, late: str) -> list[Case]:
    """Return the interrupts before the headers and within the body."""
    return [
        Case(Then(interrupt=Interrupt(how)), seen, early),
        Case(Then(interrupt=Interrupt(how, handled=True)), seen, early),
        *(
            Case(then, f"200, {seen} after {sent} bytes", early, stream=late)
            for then, sent in (
                (Then(interrupt=Interrupt(how, after_bytes=0)), 0),
                (Then(interrupt=Interrupt(how, after_bytes=2)), 2),
                (Then(chunk_sizes=(3,), interrupt=Interrupt(how, after_chunks=2)), 6),
            )
        ),
    ]


ERRORS: Final = {
    400: "BadRequestError",
    401: "AuthenticationError",
    402: "PaymentRequiredError",
    404: "NotFoundError",
    409: "ConflictError",
    413: "ContentTooLargeError",
    415: "UnsupportedMediaTypeError",
    422: "UnprocessableContentError",
}
CASES: Final = [
    Case(Then(status=429, retry_after=1), "429, retry-after 1", f"{OK}, attempt 3", when=When(times=2)),
    Case(Then(status=429), "429", "RateLimitError, attempt 3"),
    Case(Then(status=503), "503", "ServerError, attempt 3"),
    Case(Then(status=500), "500", "ServerError"),
    Case(Then(status=502), "502", "ServerError"),
    Case(
        Then(status=502, content_type="text/html", malformed=True), "502 text/html, not UTF-8", "ServerError"
    ),
    Case(Then(delay=60, status=504), "504", "ServerError", seconds=60),
    *(Case(Then(status=status), f"{status}", error) for status, error in ERRORS.items()),
    Case(Then(delay=60), "200", OK, seconds=60),
    Case(Then(bytes_per_second=10), "200", OK, seconds=15),
    Case(Then(chunk_sizes=(2,)), "200", OK, "200, in pieces of 2 bytes"),
    Case(Then(chunk_sizes=(1,)), "200", OK, "200, in pieces of 1 byte"),
    Case(Then(content_type="text/html"), "200 text/html", OK, "200 text/html", "DecodeError"),
    Case(Then(truncate=10), "200, 10 bytes, not JSON", "DecodeError", "200, 10 bytes", "the first 10 bytes"),
    Case(Then(truncate=2), "200, 2 bytes, not JSON", "DecodeError", "200, 2 bytes, not UTF-8"),
    Case(Then(malformed=True), "200, not JSON", "DecodeError", "200, not UTF-8"),
    *interrupted("reset", "reset", "ConnectionFailedError", "StreamInterruptedError"),
    *interrupted("close", "closed", "ConnectionFailedError", "StreamInterruptedError"),
    *interrupted("stall", "silence", "DeadlineExceededError", "StreamIdleTimeoutError"),
]


def send_over_socket(url: httpx.URL, call: Call, timeout: float) -> tuple[str, float]:
    """Send a request over a socket; return a description of the response, and its time in seconds."""
    body = json.dumps({"text": TEXT, "stream": call == "stream"}).encode()
    lines = [f"POST {GPT2} HTTP/1.1", "host: localhost", f"authorization: Key {KEY}"]
    head = "\r\n".join([*lines, f"content-length: {len(body)}", "", ""])
    received, end = b"", ""
    with socket.create_connection((url.host, url.port or 0)) as connection:
        connection.settimeout(timeout)
        began = time.monotonic()
        connection.sendall(head.encode() + body)
        while not end and not is_complete(received):
            try:
                chunk = connection.recv(65536)
            except ConnectionResetError:
                end = "reset"
            except TimeoutError:
                end = "silence"
            else:
                received += chunk
                end = "" if chunk else "closed"
        return describe(received, end), time.monotonic() - began


def is_complete(received: bytes) -> bool:
    head, _, rest = received.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    return rest.endswith(b"0\r\n\r\n") if length is None else len(rest) == int(length[1])


def describe(received: bytes, end: str) -> str:
    head, _, body = received.partition(b"\r\n\r\n")
    if not head:
        return end
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    chunks = [] if "content-length" in headers else [*dechunk(body)]
    body = b"".join(chunks) or body
    parts = [status.split()[1]]
    if "html" in headers["content-type"]:
        parts[0] += f" {headers['content-type']}"
    if "retry-after" in headers:
        parts.append(f"retry-after {headers['retry-after']}")
    if end:
        return ", ".join([*parts, f"{end} after {len(body)} bytes"])
    if len(body) <= 10:
        parts.append(f"{len(body)} bytes")
    sizes = [*map(len, chunks)]
    if len(sizes) > 3 and len({*sizes[:-1]}) == 1:
        parts.append(f"in pieces of {sizes[0]} byte{'' if sizes[0] == 1 else 's'}")
    is_json = "json" in headers["content-type"]
    try:
        json.loads(body) if is_json else body.decode()
    except ValueError:
        parts.append("not JSON" if is_json else "not UTF-8")
    return ", ".join(parts)


def dechunk(body: bytes) -> Iterator[bytes]:
    while body and not body.startswith(b"0\r\n"):
        size, _, body = body.partition(b"\r\n")
        yield body[: int(size, 16)]
        body = body[int(size, 16) + 2 :]


async def send_with_client(
    url: str, client_kind: ClientKind, call: Call, expected: str, limits: dict[str, timedelta]
) -> str:
    """Run or stream with a client, and describe the outcome."""
    attempts: list[int] = []

    @contextmanager
    def tracer(attempt: Attempt) -> Generator[None, None, None]:
        attempts.append(attempt.number)
        yield

    settings: Any = {"base_url": url, "tracer": tracer, "clock": FakeClock(), **limits}
    client: Any = (Bytez if client_kind == "sync" else AsyncBytez)(KEY, **settings)
    model = client.model(GPT2_ID, task="text-generation")
    try:
        if call == "run":
            output = (await resolve(model.run(TEXT))).output
        else:
            output = await resolve(model.stream(TEXT).read())
        assert expected.startswith(output)
        outcome = OK if output == expected else f"the first {len(output.encode())} bytes"
    except BytezError as error:
        outcome = type(error).__name__
    finally:
        await close(client)
    return outcome if len(attempts) == 1 else f"{outcome}, attempt {len(attempts)}"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(clock="scaled", scale=SCALE) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def expected(emulator: Emulator) -> str:
    with Bytez(KEY, base_url=emulator.url) as client:
        return client.model(GPT2_ID, task="text-generation").run(TEXT).output


@pytest.fixture(params=CASES, ids=[case.name for case in CASES])
def case(request: pytest.FixtureRequest, emulator: Emulator, expected: str) -> Iterator[Case]:
    case: Case = request.param
    emulator.faults.add(Fault("fault", case.then, when=case.when))
    yield case
    emulator.faults.clear()


@pytest.mark.parametrize("call", CALLS)
def test_response_to_a_fault_on_a_socket(emulator: Emulator, case: Case, call: Call) -> None:
    seen, seconds = send_over_socket(httpx.URL(emulator.url), call, case.timeout)
    assert seen == case.on_socket[call]
    assert seconds * SCALE >= case.seconds


@pytest.mark.parametrize("client_kind", ["sync", "async"])
@pytest.mark.parametrize("call", CALLS)
def test_outcome_of_a_fault_in_a_client(
    emulator: Emulator, expected: str, case: Case, client_kind: ClientKind, call: Call
) -> None:
    interrupt = case.then.interrupt
    is_open = call == "stream" and interrupt is not None and not interrupt.is_early
    limits = {
        "deadline": timedelta(seconds=TIMEOUT if is_open else case.timeout),
        "idle_timeout": timedelta(seconds=case.timeout),
    }
    outcome = asyncio.run(send_with_client(emulator.url, client_kind, call, expected, limits))
    assert outcome == case.in_client[call]


def table() -> str:
    return markdown_table(
        ["Fault", "a socket sees, whole", "a socket sees, stream", "`run` ends with", "`stream` ends with"],
        [[f"`{case.name}`", *case.on_socket.values(), *case.in_client.values()] for case in CASES],
    )


def preset_table() -> str:
    rows = []
    for name, fault in presets().items():
        parts = {key: value for key, value in fault.as_json().items() if key != "name"}
        rows.append([f"`{name}`", f"`{_yaml(parts)}`"])
    return markdown_table(["Preset", "It is short for"], rows)


def with_tables(page: str) -> str:
    """Return the page with current tables."""
    for name, content in {"table": table(), "presets": preset_table()}.items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = page.partition(start)
        page = f"{before}{start}{content}{end}{rest.partition(end)[2]}"
    return page


def test_page_has_current_tables() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page), "run: python -m tests.end_to_end.test_fault_table"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
