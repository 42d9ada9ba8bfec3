"""The pytest plugin: an emulator for each test that asks for one, and clients of it.

Every pytest run in an environment with this package imports the module, so it loads nothing else before a
test asks for it.
"""

from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import pytest

if TYPE_CHECKING:
    from bytezkit import AsyncBytez, Bytez
    from bytezkit.testing import VirtualTime

_MARKER: Final = "bytez"
_URL: Final = "http://localhost"
_KEY: Final = "test-key"


class _Emulator(Protocol):
    """What is used here of `bytezkit_emulator.Emulator`, which may not be installed."""

    clock: "VirtualTime"
    faults: object
    journal: object
    # Of httpx, whose types few modules know.
    transport: Any
    async_transport: Any

    def close(self) -> None: ...


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", f"{_MARKER}(**arguments): make the emulator of the test with these arguments of `Emulator`"
    )


@pytest.fixture
def bytez_emulator(request: pytest.FixtureRequest) -> Iterator[_Emulator]:
    """A `bytezkit_emulator.Emulator` of the test's own, made with the arguments of its marker `bytez`."""
    make = import_module("bytezkit_emulator").Emulator
    emulator: _Emulator = make(**_arguments(request, admitted=[*signature(make).parameters]))
    yield emulator
    emulator.close()


@pytest.fixture
def bytez_client(request: pytest.FixtureRequest, bytez_emulator: _Emulator) -> Iterator["Bytez"]:
    """A `bytezkit.Bytez` of the test's emulator, with the first of its keys; pauses take no real time."""
    import httpx  # noqa: PLC0415

    from bytezkit import Bytez  # noqa: PLC0415
    from bytezkit.testing import EmulatorClock  # noqa: PLC0415

    http_client = httpx.Client(transport=bytez_emulator.transport)
    clock = EmulatorClock(bytez_emulator.clock)
    with http_client, Bytez(_key(request), base_url=_URL, http_client=http_client, clock=clock) as client:
        yield client


@pytest.fixture
def async_bytez_client(request: pytest.FixtureRequest, bytez_emulator: _Emulator) -> "AsyncBytez":
    """A `bytezkit.AsyncBytez` of the test's emulator, as `bytez_client`; it holds nothing to close."""
    import httpx  # noqa: PLC0415

    from bytezkit import AsyncBytez  # noqa: PLC0415
    from bytezkit.testing import EmulatorClock  # noqa: PLC0415

    http_client = httpx.AsyncClient(transport=bytez_emulator.async_transport)
    clock = EmulatorClock(bytez_emulator.clock)
    return AsyncBytez(_key(request), base_url=_URL, http_client=http_client, clock=clock)


@pytest.fixture
def bytez_clock(bytez_emulator: _Emulator) -> "VirtualTime":
    """The clock of the test's emulator: `now`, and `advance`."""
    return bytez_emulator.clock


@pytest.fixture
def bytez_faults(bytez_emulator: _Emulator) -> object:
    """The faults of the test's emulator: what is to go wrong."""
    return bytez_emulator.faults


@pytest.fixture
def bytez_journal(bytez_emulator: _Emulator) -> object:
    """The journal of the test's emulator: what it was asked."""
    return bytez_emulator.journal


def _arguments(request: pytest.FixtureRequest, *, admitted: list[str]) -> dict[str, Any]:
    arguments = _marked(request)
    unknown = [name for name in arguments if name not in admitted]
    if unknown:
        raise pytest.UsageError(
            f"@pytest.mark.{_MARKER} does not take {', '.join(unknown)}; it takes {', '.join(admitted)}"
        )
    return arguments


def _marked(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return the arguments of all markers of a test; those of the nearest win."""
    arguments: dict[str, Any] = {}
    node = cast("pytest.Item", request.node)  # pyright: ignore[reportUnknownMemberType] - pytest leaves it open
    for marker in reversed([*node.iter_markers(_MARKER)]):
        if marker.args:
            raise pytest.UsageError(f"@pytest.mark.{_MARKER} takes arguments by name alone")
        arguments |= marker.kwargs
    return arguments


def _key(request: pytest.FixtureRequest) -> str:
    return next(iter(_marked(request).get("keys") or ()), _KEY)
