"""The same history gives the same results, errors, pauses and requests in both faces."""

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import anyio
import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from bytezkit import Progress
from bytezkit._v1.async_client import AsyncV1
from bytezkit._v1.client import V1
from bytezkit.errors import BytezError
from tests.overlay.scripted_service import (
    MODEL,
    Chunks,
    ClientKind,
    Reply,
    ScriptedClient,
    cluster,
    error_reply,
    make_scripted_client,
    output,
    reply,
)

TEXTS = ["no", "operation already in progress", "out of credits", "does not exist"]
STATUSES = [400, 404, 405, 409, 429, 500, 502, 503]
WAITS = [{}, {"retry_after": "3"}, {"retry_after": "100"}, {"retry_after": "soon"}]
FAILURES: list[Exception] = [httpx.ConnectError("refused"), httpx.ReadError("cut"), httpx.ReadTimeout("")]
CHUNKS: list[bytes | Exception] = [
    b"a",
    b"\xc3",
    b"\xbc",
    b"\n",
    b"INTERNAL_BYTEZ_ERROR:",
    httpx.ReadError("cut"),
]
INSTANCES = [
    {"status": status, "error": error}
    for status, error in [("STARTING", None), ("RUNNING", None), ("FAILED", "boom")]
]
VALUES: list[object] = ["a", None, 5, cluster(), cluster("off"), cluster("booting")]

replies: st.SearchStrategy[Callable[[], Reply]] = st.one_of(
    st.builds(
        lambda status, text, wait: lambda: error_reply(status, text, **wait),
        st.sampled_from(STATUSES),
        st.sampled_from(TEXTS),
        st.sampled_from(WAITS),
    ),
    st.builds(lambda error: lambda: error, st.sampled_from(FAILURES)),
    st.builds(lambda value: lambda: output(value), st.sampled_from(VALUES)),
    st.builds(lambda body: lambda: reply(200, body), st.sampled_from(INSTANCES)),
    st.builds(
        lambda chunks: lambda: reply(200, Chunks(chunks)), st.lists(st.sampled_from(CHUNKS), max_size=4)
    ),
)

ACTIONS: dict[str, Callable[[Any, list[Progress]], object]] = {
    "run": lambda client, seen: client.model(MODEL).run("a"),
    "text": lambda client, seen: client.model(MODEL, task="text-generation").run("a"),
    "stream": lambda client, seen: client.model(MODEL).stream("a").read(),
    "tasks": lambda client, seen: client.tasks.list(),
    "load": lambda client, seen: client.model(MODEL).load(on_progress=seen.append),
    "create": lambda client, seen: client.model(MODEL).cluster.create(max=1),
    "delete": lambda client, seen: client.model(MODEL).cluster.delete(),
    "older run": lambda client, seen: client.v1.run(MODEL, "a"),
    "older stream": lambda client, seen: client.v1.stream(MODEL, "a").read(),
    "older load": lambda client, seen: client.v1.load(MODEL, on_progress=seen.append),
    "older start": lambda client, seen: client.v1.start(MODEL),
}


def test_both_v1_clients_have_the_same_methods() -> None:
    def client_kind(room: type) -> dict[str, object]:
        return {
            name: (method.__doc__, [*inspect.signature(method).parameters.values()])
            for name, method in vars(room).items()
            if not name.startswith("_")
        }

    assert V1.__doc__ == AsyncV1.__doc__
    assert client_kind(V1) == client_kind(AsyncV1)
    assert [
        name for name in client_kind(AsyncV1) if not inspect.iscoroutinefunction(vars(AsyncV1)[name])
    ] == ["stream"]


def lived(
    client_kind: ClientKind, action: str, history: list[Callable[[], Reply]], options: dict[str, Any]
) -> object:
    """Return all that can be told about a client's life."""
    rest = [*[output(cluster())] * 20]
    it: ScriptedClient = make_scripted_client(client_kind, *(make() for make in history), *rest, **options)
    seen: list[Progress] = []

    async def live() -> object:
        try:
            return await it.do(lambda client: ACTIONS[action](client, seen))
        except BytezError as error:
            return type(error), error.args, vars(error)

    outcome = anyio.run(live)
    requests = [
        (r.method, str(r.url), r.content, r.extensions["timeout"]["write"]) for r in it.script.requests
    ]
    return outcome, seen, it.clock.pauses, requests


@settings(max_examples=150, deadline=None)
@given(
    action=st.sampled_from(sorted(ACTIONS)),
    history=st.lists(replies, max_size=5),
    options=st.fixed_dictionaries(
        {
            "max_retries": st.integers(0, 3),
            "deadline": st.sampled_from([None, timedelta(seconds=5)]),
            "retry_unknown_outcomes": st.booleans(),
        }
    ),
)
def test_both_clients_have_the_same_life_cycle(
    action: str, history: list[Callable[[], Reply]], options: dict[str, Any]
) -> None:
    assert lived("sync", action, history, options) == lived("async", action, history, options)
