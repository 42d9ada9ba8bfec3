"""An async client works only in the event loop that first used it."""

import gc
from asyncio import Runner
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeAlias

import pytest

from bytezkit import AsyncBytez
from bytezkit_emulator import Emulator
from tests.overlay.connections import pool_of, sockets_to
from tests.overlay.replies import MODEL
from tests.overlay.scripted_service import next_of

Act: TypeAlias = Callable[[AsyncBytez], Coroutine[Any, Any, object]]

MESSAGE: Final = "the client belongs to the event loop that first used it: make one for each event loop"
ACTS: Final[dict[str, Act]] = {
    "list": lambda client: client.tasks.list(),
    "copy": lambda client: client.with_options(max_retries=0).tasks.list(),
    "read": lambda client: client.model(MODEL).stream("Once").read(),
    "close": lambda client: client.aclose(),
}
pytestmark = pytest.mark.usefixtures("network")


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_second_event_loop_raises_during_and_after_the_first(emulator: Emulator, act: Act) -> None:
    client = AsyncBytez("key", base_url=emulator.url)
    with Runner() as second:
        with Runner() as first:
            assert first.run(client.tasks.list())
            with pytest.raises(RuntimeError, match=MESSAGE):
                second.run(act(client))
            assert first.run(client.tasks.list())
            first.run(pool_of(client).aclose())  # A socket cannot be closed after its event loop ended.
        with pytest.raises(RuntimeError, match=MESSAGE):
            second.run(act(client))
    del client
    with pytest.warns(ResourceWarning, match="unclosed AsyncBytez"):
        gc.collect()


def test_stream_in_a_second_event_loop_raises(emulator: Emulator) -> None:
    client = AsyncBytez("key", base_url=emulator.url)
    stream = client.model(MODEL).stream("Once upon a time")
    with Runner() as first, Runner() as second:
        assert first.run(next_of(stream))
        for act in (next_of(stream), stream.aclose()):
            with pytest.raises(RuntimeError, match=MESSAGE):
                second.run(act)
        first.run(stream.aclose())
        first.run(client.aclose())
        assert sockets_to(emulator.url) == 0
