"""Faults in behaviour, from the table `behaviour.yaml`, applied between client and emulator.

A fault edits matching requests and their answers on the way through the public transports of an emulator, or
the arguments of its constructor. The views that edits address:

- request: `/method`, `/path`, `/query/NAME`, `/headers/NAME`, `/body/...`
- answer: `/status`, `/headers/NAME`, `/body/...`, and the request as the client sent it below `/request`
- constructor: `/credits`, `/profile`, and `/settings/NAME` with durations in seconds
"""

import json
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, TypeAlias
from unittest.mock import patch
from urllib.parse import parse_qsl, urlencode
from weakref import WeakKeyDictionary

import httpx
from ruamel.yaml import YAML

from bytezkit_emulator import Emulator, Settings
from tests.mutants.edits import Conditions, Edits, Memory, View, edit, matches

Exchange: TypeAlias = Generator[httpx.Request, httpx.Response, httpx.Response]

TABLE: Final = Path(__file__).with_name("behaviour.yaml")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault in behaviour.

    Attributes:
        name: Its name.
        area: The part of the API.
        says: The wrong behaviour, in a sentence.
        when: Methods separated by `|`, and a pattern for the path. Default: every request.
        where: Patterns for members of the request; null for an absent member.
        send: Edits of the request.
        given: Patterns for members of the answer; the attributes below apply if they match.
        again: Requests that are sent next, as edits of it. The last answer counts.
        again_given: Patterns for the last answer of `again`; if they do not match, the first answer counts.
        after: Requests that are sent next, as edits of it. The first answer counts.
        answer: Edits of the answer.
        pieces: What happens to the pieces of a streamed body.
        made: Edits of the constructor's arguments.
    """

    name: str
    area: str
    says: str
    when: str = "* *"
    where: Conditions = field(default_factory=dict)
    send: Edits = ()
    given: Conditions = field(default_factory=dict)
    again: Sequence[Edits] = ()
    again_given: Conditions = field(default_factory=dict)
    after: Sequence[Edits] = ()
    answer: Edits = ()
    pieces: str | None = None
    made: Edits = ()


def read_table() -> list[Fault]:
    """Read all faults in behaviour."""
    areas = YAML(typ="safe").load(TABLE)
    return [Fault(name=name, area=area, **row) for area, rows in areas.items() for name, row in rows.items()]


# How a stream changes: by the pieces before and the next one, None at the end, what is passed on now.
_PIECES: Final[Mapping[str, Callable[[list[bytes], bytes | None], list[bytes]]]] = {
    "drop first": lambda before, it: _some(it) if before else [],
    "drop last": lambda before, it: before[-1:] if it is not None else [],
    "repeat first": lambda before, it: _some(it) if before else _some(it) * 2,
    "reverse": lambda before, it: before[::-1] if it is None else [],
    "append [DONE]": lambda before, it: [b"[DONE]" if it is None else it],
    "as events": lambda before, it: [b"data: %b\n\n" % piece for piece in _some(it)],
    "on one line": lambda before, it: [piece.replace(b"\n", b" ") for piece in _some(it)],
    "drop last byte": lambda before, it: (
        before[-1:] if it is not None else [before[-1][:-1]] if before else []
    ),
    "join": lambda before, it: [b"".join(before)] if it is None else [],
    "never closed": lambda before, it: _some(it),
}


def _some(piece: bytes | None) -> list[bytes]:
    return [] if piece is None else [piece]


def _is_for(fault: Fault, view: View) -> bool:
    methods, _, path = fault.when.partition(" ")
    return (
        (methods in ("*", view["method"]) or view["method"] in methods.split("|"))
        and fnmatchcase(view["path"], path)
        and matches(view, fault.where)
    )


def _request_view(request: httpx.Request) -> View:
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    return {
        "method": request.method,
        "path": path,
        "query": dict(parse_qsl(query, keep_blank_values=True)),
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "body": _json(request.content),
    }


def _request(original: httpx.Request, before: View, view: View) -> httpx.Request:
    """Return a request that differs from the original where the views differ."""
    if view == before:
        return original
    raw_path = original.url.raw_path.decode("ascii")
    if (view["path"], view["query"]) != (before["path"], before["query"]):
        raw_path = view["path"] + (f"?{urlencode(view['query'])}" if view["query"] else "")
    content, headers = original.content, dict(view["headers"])
    if view["body"] != before["body"]:
        content = b"" if view["body"] is None else json.dumps(view["body"]).encode()
        headers.pop("content-length", None)
    url = original.url.copy_with(raw_path=raw_path.encode("ascii"))
    return httpx.Request(
        view["method"], url, headers=headers, content=content, extensions=original.extensions
    )


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


class _Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a stream with changed pieces."""

    def __init__(self, inner: Any, how: str) -> None:
        self._inner = inner
        self._change = _PIECES[how]
        self._is_closed_by_client = how != "never closed"

    def __iter__(self) -> Iterator[bytes]:
        before: list[bytes] = []
        for piece in self._inner:
            yield from self._change(before, piece)
            before.append(piece)
        yield from self._change(before, None)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        before: list[bytes] = []
        async for piece in self._inner:
            for changed in self._change(before, piece):
                yield changed
            before.append(piece)
        for changed in self._change(before, None):
            yield changed

    def close(self) -> None:
        if self._is_closed_by_client:
            self._inner.close()

    async def aclose(self) -> None:
        if self._is_closed_by_client:
            await self._inner.aclose()


class FaultyTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport to an emulator that behaves as a fault says."""

    def __init__(self, fault: Fault, inner: Any, memory: Memory) -> None:
        self._fault = fault
        self._inner = inner
        self._memory = memory

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a synchronous client."""
        request.read()
        exchange = self._exchange(request)
        response = self._inner.handle_request(next(exchange))
        while True:
            try:
                response = self._inner.handle_request(exchange.send(response))
            except StopIteration as stop:
                return _response(stop)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an asynchronous client."""
        await request.aread()
        exchange = self._exchange(request)
        response = await self._inner.handle_async_request(next(exchange))
        while True:
            try:
                response = await self._inner.handle_async_request(exchange.send(response))
            except StopIteration as stop:
                return _response(stop)

    def _exchange(self, request: httpx.Request) -> Exchange:
        """Yield the requests to send, receive their answers, and return the answer for the client."""
        fault, memory, view = self._fault, self._memory, _request_view(request)
        if not _is_for(fault, view):
            response = yield request
            self._remember(view, response)
            return response
        response = yield _request(request, view, edit(view, fault.send, memory))
        self._remember(view, response)
        if matches(_answer_view(response, view), fault.given):
            last = response
            for edits in fault.again:
                last = yield _request(request, view, edit(view, edits, memory))
            response = last if matches(_answer_view(last, view), fault.again_given) else response
            for edits in fault.after:
                yield _request(request, view, edit(view, edits, memory))
            response = self._changed(response, view)
        return response

    def _remember(self, view: View, response: httpx.Response) -> None:
        key = view["headers"].get("authorization")
        if response.is_success and key is not None and key not in self._memory.accepted:
            self._memory.accepted.append(key)

    def _changed(self, response: httpx.Response, request: View) -> httpx.Response:
        before = _answer_view(response, request)
        view = edit(before, self._fault.answer, self._memory)
        headers = view["headers"]
        if view["body"] != before["body"]:
            headers.pop("content-length", None)
            return httpx.Response(view["status"], headers=headers, content=json.dumps(view["body"]).encode())
        stream: Any = response.stream
        if self._fault.pieces is not None:
            headers.pop("content-length", None)
            stream = _Pieces(stream, self._fault.pieces)
        return httpx.Response(view["status"], headers=headers, stream=stream)


def _response(stop: StopIteration) -> httpx.Response:
    response = stop.value
    assert isinstance(response, httpx.Response)
    return response


def _answer_view(response: httpx.Response, request: View) -> View:
    is_json = response.headers.get("content-type", "").startswith("application/json")
    return {
        "status": response.status_code,
        "headers": dict(response.headers),
        "body": _json(response.content)
        if is_json and isinstance(response.stream, httpx.ByteStream)
        else None,
        "request": request,
    }


def _made(fault: Fault, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the arguments of an emulator's constructor with the edits of a fault."""
    before = asdict(arguments.get("settings") or Settings())
    durations = [name for name, it in before.items() if isinstance(it, timedelta)]
    view = {name: arguments[name] for name in ("credits", "profile") if name in arguments}
    view["settings"] = {**before, **{name: before[name].total_seconds() for name in durations}}
    made = edit(view, fault.made, Memory())
    settings = made["settings"]
    settings.update({name: timedelta(seconds=settings[name]) for name in durations})
    return {**arguments, **made, "settings": Settings(**settings)}


def apply(fault: Fault) -> None:
    """Make all emulators of this process behave as a fault says, for as long as the process lives."""
    memories: WeakKeyDictionary[Emulator, Memory] = WeakKeyDictionary()
    make: Any = Emulator.__init__

    def faulty(name: str) -> property:
        inner: Any = getattr(Emulator, name)

        def transport(emulator: Emulator) -> FaultyTransport:
            memory = memories.setdefault(emulator, Memory())
            return FaultyTransport(fault, inner.__get__(emulator), memory)

        return property(transport)

    def init(emulator: Emulator, **arguments: Any) -> None:
        make(emulator, **(_made(fault, arguments) if fault.made else arguments))

    for name, value in {
        "__init__": init,
        "transport": faulty("transport"),
        "async_transport": faulty("async_transport"),
    }.items():
        patch.object(Emulator, name, value).start()
