"""Each kind of fault on a socket and what clients make of it: a table of `docs/faults.md`.

`python -m tests.end_to_end.test_fault_table` writes the page.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import pytest

from bytezkit import Bytez
from bytezkit.errors import BytezError
from bytezkit_emulator import Emulator, Fault, Interrupt, Then, When
from bytezkit_emulator._faults import presets
from scripts.markdown import markdown_table
from tests.emulator.clients import GPT2_ID, KEY
from tests.overlay.scripted_service import CLIENTS, ClientKind, FakeClock, close, resolve

How: TypeAlias = Literal["reset", "close", "stall"]

PAGE: Final = Path(__file__).resolve().parents[2] / "docs/faults.md"
TIMEOUT: Final = timedelta(seconds=30)
STALL_TIMEOUT: Final = timedelta(seconds=0.3)
TEXT: Final = "Käse"
OK: Final = "the output"


class Case(NamedTuple):
    """A fault, and the outcomes of `run` and of `stream` if it is different."""

    then: Then
    run: str
    stream: str = ""
    when: When = When()

    @property
    def name(self) -> str:
        """The fault in YAML."""
        fault = Fault("name", self.then, when=self.when).as_json()
        return ", ".join(f"{name}: {_yaml(fault[name])}" for name in ("when", "then") if fault.get(name))

    @property
    def outcomes(self) -> dict[str, str]:
        return {"run": self.run, "stream": self.stream or self.run}


def _yaml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_yaml(item)}" for name, item in value.items()) + "}"
    return value if isinstance(value, str) else json.dumps(value)


def interrupted(how: How, early: str, late: str) -> list[Case]:
    """Return the interrupts before the headers and within the body."""
    return [
        Case(Then(interrupt=Interrupt(how)), early),
        Case(Then(interrupt=Interrupt(how, handled=True)), early),
        Case(Then(interrupt=Interrupt(how, after_bytes=0)), early, late),
        Case(Then(interrupt=Interrupt(how, after_bytes=2)), early, late),
        Case(Then(chunk_sizes=(3,), interrupt=Interrupt(how, after_chunks=2)), early, late),
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
    429: "RateLimitError, attempt 3",
    500: "ServerError",
    502: "ServerError",
    503: "ServerError, attempt 3",
}
CASES: Final = [
    Case(Then(status=429, retry_after=1), f"{OK}, attempt 3", when=When(times=2)),
    *(Case(Then(status=status), error) for status, error in ERRORS.items()),
    Case(Then(status=502, content_type="text/html", malformed=True), "ServerError"),
    Case(Then(delay=60, status=504), "ServerError"),
    Case(Then(delay=60), OK),
    Case(Then(bytes_per_second=10), OK),
    Case(Then(chunk_sizes=(1,)), OK),
    Case(Then(content_type="text/html"), OK, "DecodeError"),
    Case(Then(truncate=10), "DecodeError", "the first 10 bytes"),
    Case(Then(truncate=2), "DecodeError"),
    Case(Then(malformed=True), "DecodeError"),
    *interrupted("reset", "ConnectionFailedError", "StreamInterruptedError"),
    *interrupted("close", "ConnectionFailedError", "StreamInterruptedError"),
    *interrupted("stall", "DeadlineExceededError", "StreamIdleTimeoutError"),
]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(clock="scaled", scale=500.0) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def expected(emulator: Emulator) -> str:
    with Bytez(KEY, base_url=emulator.url) as client:
        return client.model(GPT2_ID, task="text-generation").run(TEXT).output


@pytest.mark.anyio
@pytest.mark.parametrize("call", ["run", "stream"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_outcome_of_a_fault_in_a_client(
    emulator: Emulator, expected: str, case: Case, client_kind: ClientKind, call: str
) -> None:
    clock = FakeClock()
    interrupt = case.then.interrupt
    idle_timeout = STALL_TIMEOUT if interrupt is not None and interrupt.how == "stall" else TIMEOUT
    is_open = case.stream and call == "stream"
    options = {"deadline": TIMEOUT if is_open else idle_timeout, "idle_timeout": idle_timeout}
    emulator.faults.clear()
    emulator.faults.add(Fault("fault", case.then, when=case.when))
    client: Any = CLIENTS[client_kind](KEY, base_url=emulator.url, clock=clock, **options)
    model = client.model(GPT2_ID, task="text-generation")
    try:
        output = await resolve(model.stream(TEXT).read() if call == "stream" else model.run(TEXT))
        output = output if call == "stream" else output.output
        assert expected.startswith(output)
        outcome = OK if output == expected else f"the first {len(output.encode())} bytes"
    except BytezError as error:
        outcome = type(error).__name__
    finally:
        await close(client)
    attempt = f", attempt {len(clock.pauses) + 1}" if clock.pauses else ""
    assert outcome + attempt == case.outcomes[call]


def with_tables(page: str) -> str:
    """Return the page with current tables."""
    outcomes = [[f"`{case.name}`", *case.outcomes.values()] for case in CASES]
    short = []
    for name, fault in presets().items():
        parts = {key: value for key, value in fault.as_json().items() if key != "name"}
        short.append([f"`{name}`", f"`{_yaml(parts)}`"])
    for name, content in {
        "table": markdown_table(["Fault", "`run` ends with", "`stream` ends with"], outcomes),
        "presets": markdown_table(["Preset", "Definition"], short),
    }.items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = page.partition(start)
        page = f"{before}{start}{content}{end}{rest.partition(end)[2]}"
    return page


def test_page_has_current_tables() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page), "run: python -m tests.end_to_end.test_fault_table"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
