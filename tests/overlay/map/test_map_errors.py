"""`map` goes on after an input that cannot be sent; an exception of a callback ends it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from bytezkit import AsyncBytez
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import MODEL, output

pytestmark = pytest.mark.anyio

PNG: Final = b"\x89PNG\r\n\x1a\n"


class Readable:
    """As of many libraries: it can be read, and has nothing else of a file."""

    def __init__(self, read: Callable[[], object]) -> None:
        self.read = read


class UnprintableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


def failing(error: Exception) -> Readable:
    def read() -> bytes:
        raise error

    return Readable(read)


async def read_async() -> bytes:
    return PNG


class Hostile:
    def __getattr__(self, name: str) -> object:
        raise ZeroDivisionError(name)


# Input, and type of its error; None: it is sent.
INPUTS: Final[dict[str, tuple[object, type[Exception] | None]]] = {
    "URL": ("https://example.com/1.png", None),
    "readable": (Readable(lambda: PNG), None),
    "no media": (object(), TypeError),
    "no source": (None, TypeError),
    "asynchronous file": (Readable(read_async), TypeError),
    "text": (Readable(lambda: "text"), TypeError),
    "missing file": (Path("missing.png"), FileNotFoundError),
    "lookup": (failing(KeyError("a")), KeyError),
    "runtime": (failing(RuntimeError("a")), RuntimeError),
    "end of iteration": (failing(StopIteration()), Exception),
    "memory": (failing(MemoryError()), MemoryError),
    "unprintable": (failing(UnprintableError()), UnprintableError),
    "attributes": (Hostile(), ZeroDivisionError),
    "last URL": ("https://example.com/2.png", None),
}


async def map_all(client: Any, inputs: list[object], **options: Any) -> list[Any]:
    outcomes = client.model(MODEL, task="object-detection").map(inputs, **options)
    if isinstance(client, AsyncBytez):
        async with outcomes:
            return [outcome async for outcome in outcomes]
    with outcomes:
        return [*outcomes]


@pytest.mark.parametrize("concurrency", [1, 8])
async def test_input_with_any_error_is_a_failure(make_client: MakeClient, concurrency: int) -> None:
    it = make_client(*[output([])] * 3)
    inputs = [source for source, _ in INPUTS.values()]
    found = await map_all(it.client, inputs, concurrency=concurrency)
    assert [outcome.index for outcome in found] == [*range(len(inputs))]
    for (name, (_, kind)), outcome in zip(INPUTS.items(), found, strict=True):
        assert isinstance(outcome.error, kind or type(None)), name


@pytest.mark.parametrize("error", [TypeError("refused"), KeyError("refused"), ValueError("refused")])
async def test_exception_of_a_callback_is_raised(make_client: MakeClient, error: Exception) -> None:
    def refuse(_: object) -> None:
        raise error

    @contextmanager
    def refuse_afterwards(_: object) -> Iterator[None]:
        yield
        raise error

    url = INPUTS["URL"][0]
    for options in ({"on_outcome": refuse}, {}):
        it = make_client(output([]), tracer=None if options else refuse_afterwards)
        with pytest.raises(type(error), match="refused"):
            await map_all(it.client, [url], **options)
