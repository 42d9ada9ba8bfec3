"""The tables of `docs/faults.md`: presets, and what clients make of each kind of fault on a socket."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from bytezkit import Bytez
from bytezkit.errors import BytezError
from bytezkit_emulator import Emulator
from bytezkit_emulator._faults import presets
from scripts.paths import ROOT
from tests.emulator.clients import GPT2_ID, KEY
from tests.overlay.scripted_service import CLIENTS, ClientKind, FakeClock, close, resolve

TIMEOUT: Final = timedelta(seconds=30)
STALL_TIMEOUT: Final = timedelta(seconds=0.3)
TEXT: Final = "Käse"


def table(name: str) -> list[list[str]]:
    """Return the cells of a table of the page."""
    _, _, rest = (ROOT / "docs/faults.md").read_text(encoding="utf-8").partition(f"<!-- {name} -->\n")
    lines = rest.partition("<!--")[0].splitlines()
    return [[cell.strip(" `") for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_page_has_the_presets() -> None:
    definitions = {name: YAML(typ="safe").load(definition) for name, definition in table("presets")}
    assert definitions == {
        name: {key: value for key, value in fault.as_json().items() if key != "name"}
        for name, fault in presets().items()
    }


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(clock="scaled", scale=500.0) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def expected(emulator: Emulator) -> str:
    with Bytez(KEY, base_url=emulator.url) as client:
        return client.model(GPT2_ID, task="text-generation").run(TEXT).output


@pytest.mark.anyio
@pytest.mark.parametrize("is_stream", [False, True])
@pytest.mark.parametrize("row", table("table"), ids=lambda row: row[0])
async def test_outcome_of_a_fault_in_a_client(
    emulator: Emulator, expected: str, row: list[str], client_kind: ClientKind, is_stream: bool
) -> None:
    fault, *outcomes = row
    clock = FakeClock()
    idle_timeout = STALL_TIMEOUT if "how: stall" in fault else TIMEOUT
    is_open = is_stream and outcomes[0] != outcomes[1]
    options = {"deadline": TIMEOUT if is_open else idle_timeout, "idle_timeout": idle_timeout}
    emulator.faults.clear()
    emulator.faults.add({"name": "fault", **YAML(typ="safe").load(f"{{{fault}}}")})
    client: Any = CLIENTS[client_kind](KEY, base_url=emulator.url, clock=clock, **options)
    model = client.model(GPT2_ID, task="text-generation")
    try:
        output = await resolve(model.stream(TEXT).read() if is_stream else model.run(TEXT))
        output = output if is_stream else output.output
        assert expected.startswith(output)
        outcome = "the output" if output == expected else f"the first {len(output.encode())} bytes"
    except BytezError as error:
        outcome = type(error).__name__
    finally:
        await close(client)
    attempt = f", attempt {len(clock.pauses) + 1}" if clock.pauses else ""
    assert outcome + attempt == outcomes[is_stream]
