"""Pytest plugin: an emulator per test on request, and clients connected to it.

Every pytest run in an environment with this package imports the module. It therefore imports httpx, the
client and the emulator only when a test requests a fixture.
"""

from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import pytest

# The package is light: it imports the client on the first access to `bytezkit.Bytez`.
import bytezkit

if TYPE_CHECKING:
    from bytezkit.testing import EmulatorClock, VirtualTime

_MARKER: Final = "bytez"
_BASE_URL: Final = "http://localhost"
_DEFAULT_KEY: Final = "test-key"


class _Emulator(Protocol):
    """The part of `bytezkit_emulator.Emulator` that the plugin uses. The emulator is an optional package."""

    clock: "VirtualTime"
    faults: object
    journal: object
    # Any: the types are those of httpx, which must not be imported here.
    transport: Any
    async_transport: Any

    def close(self) -> None: ...


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers", f"{_MARKER}(**arguments): create the test's emulator with these arguments of `Emulator`"
    )


@pytest.fixture
def bytez_emulator(request: pytest.FixtureRequest) -> Iterator[_Emulator]:
    """A new `bytezkit_emulator.Emulator`, created with the arguments of the marker `bytez`."""
    emulator_class = import_module("bytezkit_emulator").Emulator
    arguments = _emulator_arguments(request, allowed=[*signature(emulator_class).parameters])
    emulator: _Emulator = emulator_class(**arguments)
    yield emulator
    emulator.close()


@pytest.fixture
def bytez_client(request: pytest.FixtureRequest, bytez_emulator: _Emulator) -> Iterator["bytezkit.Bytez"]:
    """A `bytezkit.Bytez` connected to the emulator, with its first key; pauses take no real time."""
    import httpx  # noqa: PLC0415 - the plugin must load nothing before a test needs it

    http_client = httpx.Client(transport=bytez_emulator.transport)
    key, clock = _client_key(request), _client_clock(bytez_emulator)
    with (
        http_client,
        bytezkit.Bytez(key, base_url=_BASE_URL, http_client=http_client, clock=clock) as client,
    ):
        yield client


@pytest.fixture
def async_bytez_client(request: pytest.FixtureRequest, bytez_emulator: _Emulator) -> "bytezkit.AsyncBytez":
    """A `bytezkit.AsyncBytez` connected to the emulator; otherwise as `bytez_client`."""
    import httpx  # noqa: PLC0415 - the plugin must load nothing before a test needs it

    # Not closed: the in-process transport holds no connection. The fixture is synchronous, so that it works
    # with every plugin for asynchronous tests, and cannot await `aclose`.
    http_client = httpx.AsyncClient(transport=bytez_emulator.async_transport)
    key, clock = _client_key(request), _client_clock(bytez_emulator)
    return bytezkit.AsyncBytez(key, base_url=_BASE_URL, http_client=http_client, clock=clock)


@pytest.fixture
def bytez_clock(bytez_emulator: _Emulator) -> "VirtualTime":
    """The emulator's clock, with `now` and `advance`."""
    return bytez_emulator.clock


@pytest.fixture
def bytez_faults(bytez_emulator: _Emulator) -> object:
    """The emulator's faults, to configure failures."""
    return bytez_emulator.faults


@pytest.fixture
def bytez_journal(bytez_emulator: _Emulator) -> object:
    """The emulator's journal of received requests."""
    return bytez_emulator.journal


def _client_clock(emulator: _Emulator) -> "EmulatorClock":
    from bytezkit.testing import EmulatorClock  # noqa: PLC0415 - the plugin must not load anyio before that

    return EmulatorClock(emulator.clock)


def _client_key(request: pytest.FixtureRequest) -> str:
    return next(iter(_marker_arguments(request).get("keys") or ()), _DEFAULT_KEY)


def _emulator_arguments(request: pytest.FixtureRequest, *, allowed: list[str]) -> dict[str, Any]:
    arguments = _marker_arguments(request)
    unknown = [name for name in arguments if name not in allowed]
    if unknown:
        raise pytest.UsageError(
            f"@pytest.mark.{_MARKER} does not take {', '.join(unknown)}; it takes {', '.join(allowed)}"
        )
    return arguments


def _marker_arguments(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Merge the arguments of all markers of a test; the nearest marker wins."""
    arguments: dict[str, Any] = {}
    node = cast("pytest.Item", request.node)  # pyright: ignore[reportUnknownMemberType] - pytest does not type `node`
    # `iter_markers` begins with the nearest marker.
    for marker in reversed([*node.iter_markers(_MARKER)]):
        if marker.args:
            raise pytest.UsageError(f"@pytest.mark.{_MARKER} takes keyword arguments only")
        arguments |= marker.kwargs
    return arguments
