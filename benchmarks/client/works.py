"""What is done again and again; each work sees to it that the contender did it."""

import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from benchmarks.client.answers import (
    CHUNKS,
    DETECTIONS,
    DIMENSIONS,
    MEDIA_BYTES,
    MODELS,
    PACED,
    PROMPT,
    STREAM,
)
from benchmarks.client.contenders.contender import AsyncContender, Contender

# Each returns the seconds that count, where not all do.
Work: TypeAlias = Callable[[Contender], float | None]
AsyncWork: TypeAlias = Callable[[AsyncContender], Awaitable[float | None]]

_STREAM_TEXT: Final = "".join(CHUNKS).replace("\n", "")


class WrongAnswerError(Exception):
    """A contender came back with something else than it was sent for."""


def _run(contender: Contender) -> None:
    _expect(contender.run().startswith(PROMPT))


def _detect(contender: Contender) -> None:
    _expect(contender.detect() == DETECTIONS)


def _embed(contender: Contender) -> None:
    _expect(contender.embed() == DIMENSIONS)


def _list_models(contender: Contender) -> None:
    _expect(contender.list_models() == MODELS)


def _read(contender: Contender) -> None:
    # The vendor's client drops the ends of lines.
    _expect("".join(contender.texts(STREAM)).replace("\n", "") == _STREAM_TEXT)


def _first(contender: Contender) -> float:
    """Wait for the first piece of a text; what follows is taken, and not timed."""
    began = time.perf_counter()
    texts = contender.texts(PACED)
    next(texts)
    seconds = time.perf_counter() - began
    for _ in texts:
        pass
    return seconds


def _save(contender: Contender) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "media"
        contender.save(path)
        _expect(path.stat().st_size == MEDIA_BYTES)


async def _run_async(contender: AsyncContender) -> None:
    _expect((await contender.run()).startswith(PROMPT))


async def _read_async(contender: AsyncContender) -> None:
    text = "".join([piece async for piece in contender.texts(STREAM)])
    _expect(text.replace("\n", "") == _STREAM_TEXT)


async def _first_async(contender: AsyncContender) -> float:
    began = time.perf_counter()
    texts = contender.texts(PACED)
    await anext(texts)
    seconds = time.perf_counter() - began
    async for _ in texts:
        pass
    return seconds


def _expect(is_right: bool) -> None:
    if not is_right:
        raise WrongAnswerError


SYNC: Final[Mapping[str, Work]] = {
    "run": _run,
    "detect": _detect,
    "embed": _embed,
    "list models": _list_models,
    "read": _read,
    "first": _first,
    "save": _save,
}
ASYNC: Final[Mapping[str, AsyncWork]] = {"run": _run_async, "read": _read_async, "first": _first_async}
