"""Errors hold no key, no frame of the HTTP library, and nothing of what was being handled."""

import pickle
import traceback
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import httpx
import pytest

import bytezkit
from bytezkit import AsyncBytez, Bytez, errors
from tests.unit.conftest import MakeWorld
from tests.unit.worlds import KEY, MODEL, PROVIDER_KEY, Chunks, Reply, close, refused, reply, settled, text

pytestmark = pytest.mark.anyio

OURS = str(bytezkit.__path__[0])
MALFORMED = f"{KEY}\n"


def run(client: Any) -> object:
    return client.model(MODEL).run({"text": "a"})


def read(client: Any) -> object:
    return client.model(MODEL).stream("a").read()


FAILURES: list[tuple[Callable[[Any], object], Reply]] = [
    (run, httpx.ConnectError("refused")),
    (run, httpx.ReadTimeout("silence")),
    (run, refused(401)),
    (run, refused(402, "Payment Required")),
    (run, reply(502, b"<html>")),
    (run, reply(200, b"not gzip", content_encoding="gzip")),
    (run, reply(200, b"not JSON")),
    (run, reply(200, {"error": "broken"})),
    (run, reply(200, {})),
    (read, reply(200, {"output": 1})),
    (read, text(httpx.ReadError("cut"))),
    (read, text(httpx.ReadTimeout("silence"))),
    (read, text(b"\xff")),
    (read, text(b"INTERNAL_BYTEZ_ERROR: broken")),
    (lambda client: client.model(MODEL).cluster.get(), refused(405)),
    (lambda client: client.model(MODEL).cluster.get(), reply(200, {"output": None})),
    (lambda client: client.v1.run(MODEL, "a"), reply(200, {"output_png": "=broken"})),
    (lambda client: client.v1.status(MODEL), refused(405)),
    (
        lambda client: client.v1.request(MODEL),
        reply(200, {"success": False, "modified": "2024-06-07T22:28:40Z"}),
    ),
    (lambda client: client.model(MODEL).load(), reply(503, Chunks([httpx.ReadError("cut")]))),
]


def frames(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def first_of_ours(error: BaseException) -> TracebackType | None:
    """Return the traceback without the caller's own frames, which may well hold the key."""
    return next((trace for trace in frames(error.__traceback__) if file(trace).startswith(OURS)), None)


def file(trace: TracebackType) -> str:
    return trace.tb_frame.f_code.co_filename


def hold_discreet(error: BaseException) -> None:
    assert error.__context__ is None
    assert error.__cause__ is None
    ours = first_of_ours(error)
    assert ours is not None
    strangers = {file(trace) for trace in frames(ours) if not file(trace).startswith(OURS)}
    assert strangers <= {"<string>"}  # What the standard library makes of a dataclass.
    told = "".join(traceback.TracebackException(type(error), error, ours, capture_locals=True).format())
    told += f"{error} {error!r} {vars(error)}"
    assert KEY not in told
    assert PROVIDER_KEY not in told


@pytest.mark.parametrize(("action", "failure"), FAILURES)
async def test_an_error_tells_nothing_that_it_should_not(
    world: MakeWorld, action: Any, failure: Reply
) -> None:
    it = world(failure, max_retries=0, provider_key=PROVIDER_KEY)
    with pytest.raises(errors.BytezError) as caught:
        await it.do(action)
    hold_discreet(caught.value)
    assert KEY.encode() not in pickle.dumps(caught.value)


@pytest.mark.parametrize("client", [Bytez, AsyncBytez])
@pytest.mark.parametrize("keys", [{"api_key": MALFORMED}, {"api_key": KEY, "provider_key": MALFORMED}])
def test_a_malformed_key_is_refused_without_a_trace_of_it(client: Any, keys: dict[str, str]) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        client(**keys)
    hold_discreet(caught.value)


@pytest.mark.parametrize("client", [Bytez, AsyncBytez])
@pytest.mark.parametrize(
    "wrong", [{"base_url": "https://a\x00b"}, {"base_url": "http://a"}, {"max_retries": -1}]
)
def test_other_settings_are_refused_without_a_trace_of_the_key(client: Any, wrong: dict[str, object]) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        client(KEY, provider_key=PROVIDER_KEY, **wrong)
    hold_discreet(caught.value)
    assert repr(client.__new__(client)) == f"<{client.__name__} (not set up)>"


async def test_a_closed_client_tells_nothing_either(face: str) -> None:
    client: Any = Bytez(KEY) if face == "sync" else AsyncBytez(KEY)
    await close(client)
    with pytest.raises(RuntimeError) as caught:
        await settled(run(client))
    hold_discreet(caught.value)
