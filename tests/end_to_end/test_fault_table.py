"""Each kind of fault, as a plain socket sees it and as the clients end with it: a table of `docs/faults.md`.

`python -m tests.end_to_end.test_fault_table` writes it.
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

Way: TypeAlias = Literal["run", "stream"]
How: TypeAlias = Literal["reset", "close", "stall"]

WAYS: Final[list[Way]] = ["run", "stream"]
CLIENT_KINDS: Final[list[ClientKind]] = ["sync", "async"]
PAGE: Final = Path(__file__).resolve().parents[2] / "docs/faults.md"
SCALE: Final = 500.0
PATIENCE: Final = 30.0
IMPATIENCE: Final = 0.3
TEXT: Final = "Käse"
OK: Final = "the output"


@dataclass(frozen=True)
class Case:
    """A fault, and what has to come of it."""

    then: Then
    socket_run: str
    socket_stream: str
    run: str
    stream: str
    when: When = field(default_factory=When)
    seconds: float = 0

    @property
    def name(self) -> str:
        """The fault in YAML."""
        fault = Fault("name", self.then, when=self.when).as_json()
        parts = {name: fault[name] for name in ("when", "then") if fault.get(name)}
        return ", ".join(f"{name}: {_yaml(value)}" for name, value in parts.items())


def _yaml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_yaml(item)}" for name, item in value.items()) + "}"
    return value if isinstance(value, str) else json.dumps(value)


def error_reply(status: int, error: str) -> Case:
    """Expect that a status is told at once."""
    return Case(Then(status=status), f"{status}", f"{status}", error, error)


def broken(how: How, seen: str, early: str, late: str) -> list[Case]:
    """Expect that an answer breaks off, before the headers and within the body."""
    pieces = Then(chunk_sizes=(3,), interrupt=Interrupt(how, after_chunks=2))
    return [
        Case(Then(interrupt=Interrupt(how)), seen, seen, early, early),
        Case(Then(interrupt=Interrupt(how, handled=True)), seen, seen, early, early),
        *(
            Case(then, f"200, {seen} after {sent} bytes", f"200, {seen} after {sent} bytes", early, late)
            for then, sent in (
                (Then(interrupt=Interrupt(how, after_bytes=0)), 0),
                (Then(interrupt=Interrupt(how, after_bytes=2)), 2),
                (pieces, 6),
            )
        ),
    ]


CASES: Final = [
    Case(
        Then(status=429, retry_after=1),
        "429, retry-after 1",
        "429, retry-after 1",
        f"{OK}, attempt 3",
        f"{OK}, attempt 3",
        when=When(times=2),
    ),
    Case(Then(status=429), "429", "429", "RateLimitError, attempt 3", "RateLimitError, attempt 3"),
    Case(Then(status=503), "503", "503", "ServerError, attempt 3", "ServerError, attempt 3"),
    error_reply(500, "ServerError"),
    error_reply(502, "ServerError"),
    Case(
        Then(status=502, content_type="text/html", malformed=True),
        "502 text/html, not UTF-8",
        "502 text/html, not UTF-8",
        "ServerError",
        "ServerError",
    ),
    Case(Then(delay=60, status=504), "504", "504", "ServerError", "ServerError", seconds=60),
    error_reply(400, "BadRequestError"),
    error_reply(401, "AuthenticationError"),
    error_reply(402, "PaymentRequiredError"),
    error_reply(404, "NotFoundError"),
    error_reply(409, "ConflictError"),
    error_reply(413, "ContentTooLargeError"),
    error_reply(415, "UnsupportedMediaTypeError"),
    error_reply(422, "UnprocessableContentError"),
    Case(Then(delay=60), "200", "200", OK, OK, seconds=60),
    Case(Then(bytes_per_second=10), "200", "200", OK, OK, seconds=15),
    Case(Then(chunk_sizes=(2,)), "200", "200, in pieces of 2 bytes", OK, OK),
    Case(Then(chunk_sizes=(1,)), "200", "200, in pieces of 1 byte", OK, OK),
    Case(Then(content_type="text/html"), "200 text/html", "200 text/html", OK, OK),
    Case(Then(truncate=10), "200, 10 bytes, not JSON", "200, 10 bytes", "DecodeError", "the first 10 bytes"),
    Case(Then(truncate=2), "200, 2 bytes, not JSON", "200, 2 bytes, not UTF-8", "DecodeError", "DecodeError"),
    Case(Then(malformed=True), "200, not JSON", "200, not UTF-8", "DecodeError", "DecodeError"),
    *broken("reset", "reset", "ConnectionFailedError", "StreamInterruptedError"),
    *broken("close", "closed", "ConnectionFailedError", "StreamInterruptedError"),
    *broken("stall", "silence", "DeadlineExceededError", "StreamIdleTimeoutError"),
]


@dataclass(frozen=True)
class Seen:
    """What a socket saw of an answer."""

    text: str
    seconds: float


def look(url: httpx.URL, way: Way, *, patience: float) -> Seen:
    """Ask with a plain socket, and say what it saw until the end of the answer."""
    body = json.dumps({"text": TEXT, "stream": way == "stream"}).encode()
    lines = [f"POST {GPT2} HTTP/1.1", "host: localhost", f"authorization: Key {KEY}"]
    head = "\r\n".join([*lines, f"content-length: {len(body)}", "", ""])
    received, end = b"", ""
    with socket.create_connection((url.host, url.port or 0)) as connection:
        connection.settimeout(patience)
        began = time.monotonic()
        connection.sendall(head.encode() + body)
        while not end and not is_whole(received):
            try:
                chunk = connection.recv(65536)
            except ConnectionResetError:
                end = "reset"
            except TimeoutError:
                end = "silence"
            else:
                received += chunk
                end = "" if chunk else "closed"
        seconds = time.monotonic() - began
    return Seen(describe(received, end), seconds)


def is_whole(received: bytes) -> bool:
    """Say whether HTTP takes an answer for whole."""
    head, _, rest = received.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    return rest.endswith(b"0\r\n\r\n") if length is None else len(rest) == int(length[1])


def describe(received: bytes, end: str) -> str:
    head, _, rest = received.partition(b"\r\n\r\n")
    if not head:
        return end
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    body, pieces = (rest, []) if "content-length" in headers else joined(rest)
    said = [status.split()[1]]
    if "html" in headers["content-type"]:
        said[0] += f" {headers['content-type']}"
    if "retry-after" in headers:
        said.append(f"retry-after {headers['retry-after']}")
    if end:
        return ", ".join([*said, f"{end} after {len(body)} bytes"])
    if len(body) <= 10:
        said.append(f"{len(body)} bytes")
    if pieces and len({*pieces[:-1]}) == 1 and len(pieces) > 3:
        said.append(f"in pieces of {pieces[0]} byte{'' if pieces[0] == 1 else 's'}")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        said.append("not JSON" if "json" in headers["content-type"] else "not UTF-8")
    else:
        if "json" in headers["content-type"] and not is_json(text):
            said.append("not JSON")
    return ", ".join(said)


def joined(rest: bytes) -> tuple[bytes, list[int]]:
    """Take the chunks of a body apart."""
    chunks: list[bytes] = []
    while rest and not rest.startswith(b"0\r\n"):
        size, _, rest = rest.partition(b"\r\n")
        chunks.append(rest[: int(size, 16)])
        rest = rest[int(size, 16) + 2 :]
    return b"".join(chunks), [len(chunk) for chunk in chunks]


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


async def ask(url: str, client_kind: ClientKind, way: Way, *, expected: str, limits: dict[str, Any]) -> str:
    """Ask with a client, and say how it ended."""
    attempts: list[int] = []

    @contextmanager
    def tracer(attempt: Attempt) -> Generator[None, None, None]:
        attempts.append(attempt.number)
        yield

    client: Any = (Bytez if client_kind == "sync" else AsyncBytez)(
        KEY, base_url=url, tracer=tracer, clock=FakeClock(), **limits
    )
    try:
        ended = await end(client.model(GPT2_ID, task="text-generation"), way, expected)
    except BytezError as error:
        ended = type(error).__name__
    finally:
        await close(client)
    return ended if len(attempts) == 1 else f"{ended}, attempt {len(attempts)}"


async def end(model: Any, way: Way, expected: str) -> str:
    """Run a model to the end, and say how much of the output came."""
    whole = await resolve(model.run(TEXT) if way == "run" else model.stream(TEXT).read())
    output = whole.output if way == "run" else whole
    if output == expected:
        return OK
    assert expected.startswith(output)
    return f"the first {len(output.encode())} bytes"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(clock="scaled", scale=SCALE) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def expected(emulator: Emulator) -> str:
    with Bytez(KEY, base_url=emulator.url) as client:
        return client.model(GPT2_ID, task="text-generation").run(TEXT).output


@pytest.fixture
def fault(emulator: Emulator, expected: str, case: Case) -> Iterator[Case]:
    emulator.faults.add(Fault("fault", case.then, when=case.when))
    yield case
    emulator.faults.clear()


def patience(case: Case) -> float:
    interrupt = case.then.interrupt
    return IMPATIENCE if interrupt is not None and interrupt.how == "stall" else PATIENCE


each_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


@each_case
@pytest.mark.parametrize("way", WAYS)
def test_what_a_plain_socket_sees(emulator: Emulator, fault: Case, way: Way) -> None:
    seen = look(httpx.URL(emulator.url), way, patience=patience(fault))
    assert seen.text == (fault.socket_run if way == "run" else fault.socket_stream)
    assert seen.seconds * SCALE >= fault.seconds


@each_case
@pytest.mark.parametrize("client_kind", CLIENT_KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_how_a_client_ends(
    emulator: Emulator, expected: str, fault: Case, client_kind: ClientKind, way: Way
) -> None:
    seconds = patience(fault)
    interrupt = fault.then.interrupt
    is_open = way == "stream" and interrupt is not None and not interrupt.is_early
    limits = {
        "deadline": timedelta(seconds=PATIENCE if is_open else seconds),
        "idle_timeout": timedelta(seconds=seconds),
    }
    ended = asyncio.run(ask(emulator.url, client_kind, way, expected=expected, limits=limits))
    assert ended == (fault.run if way == "run" else fault.stream)


def table() -> str:
    return markdown_table(
        ["Fault", "a socket sees, whole", "a socket sees, stream", "`run` ends with", "`stream` ends with"],
        [[f"`{case.name}`", case.socket_run, case.socket_stream, case.run, case.stream] for case in CASES],
    )


def preset_table() -> str:
    return markdown_table(
        ["Preset", "It is short for"],
        [[f"`{name}`", f"`{_yaml(_without_name(fault))}`"] for name, fault in presets().items()],
    )


def _without_name(fault: Fault) -> object:
    return {name: value for name, value in fault.as_json().items() if name != "name"}


PARTS: Final = {"table": table, "presets": preset_table}


def part(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end of {name} -->)", flags=re.DOTALL)


@pytest.mark.parametrize("name", PARTS)
def test_the_page_shows_it(name: str) -> None:
    written = part(name).search(PAGE.read_text(encoding="utf-8"))
    assert written is not None
    assert written[0] == PARTS[name](), "run: python -m tests.end_to_end.test_fault_table"


def write() -> None:
    """Write what the page shows."""
    page = PAGE.read_text(encoding="utf-8")
    for name, content in PARTS.items():
        written = part(name).search(page)
        assert written is not None
        page = page[: written.start()] + content() + page[written.end() :]
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    write()
