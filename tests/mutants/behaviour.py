"""Faults in behaviour, from the table `behaviour.yaml`, applied between client and emulator.

A fault edits matching requests and responses in the public transports of an emulator, or the arguments of its
constructor. The views that edits address:

- request: `/method`, `/path`, `/query/NAME`, `/headers/NAME`, `/body/...`
- response: `/status`, `/headers/NAME`, `/body/...`, and the request as the client sent it below `/request`
- constructor: `/credits`, `/profile`, and `/settings/NAME` with durations in seconds

A fault of the process, such as its files, replaces a part of the code (`code`) in a copy of the emulator.
"""

import json
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch
from urllib.parse import parse_qsl, urlencode
from weakref import WeakKeyDictionary

import httpx
from ruamel.yaml import YAML

from bytezkit_emulator import Emulator, Settings
from tests.mutants.edits import Conditions, Edits, Memory, View, edit, matches

TABLE: Final = Path(__file__).with_name("behaviour.yaml")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault in behaviour.

    Attributes:
        area: The part of the API.
        says: The wrong behaviour, in a sentence.
        when: Methods separated by `|`, and a pattern for the path. Default: every request.
        where: Patterns for members of the request; null for an absent member.
        send: Edits of the request.
        given: Patterns for members of the response; the attributes below apply if they match.
        again: Requests that are sent next, as edits of the request. The last response counts.
        again_given: Patterns for the last response of `again`; without a match, the first response counts.
        after: Requests that are sent next, as edits of the request. The first response counts.
        answer: Edits of the response.
        pieces: Change of the chunks of a stream, a key of `_PIECES`.
        made: Edits of the constructor's arguments.
        code: Part of the emulator's code, which occurs once, and its replacement.
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
    code: Sequence[str] = ()


def read_table() -> list[Fault]:
    """Read all faults in behaviour."""
    areas = YAML(typ="safe").load(TABLE)
    return [Fault(name=name, area=area, **row) for area, rows in areas.items() for name, row in rows.items()]


def changed_modules(fault: Fault, package: Path) -> dict[Path, str]:
    """Return the modules of the emulator in which `code` of a fault occurs, with its replacement."""
    before, after = fault.code
    texts = {file: file.read_text(encoding="utf-8") for file in package.rglob("*.py")}
    return {file: text.replace(before, after) for file, text in texts.items() if before in text}


# Changes of streams: from the chunks so far and the new chunks (none at the end) to the chunks passed on.
_PIECES: Final[Mapping[str, Callable[[list[bytes], list[bytes]], list[bytes]]]] = {
    "drop first": lambda before, new: new if before else [],
    "drop last": lambda before, new: before[-1:] if new else [],
    "repeat first": lambda before, new: new if before else new * 2,
    "reverse": lambda before, new: [] if new else before[::-1],
    "append [DONE]": lambda before, new: new or [b"[DONE]"],
    "as events": lambda before, new: [b"data: %b\n\n" % chunk for chunk in new],
    "on one line": lambda before, new: [chunk.replace(b"\n", b" ") for chunk in new],
    "drop last byte": lambda before, new: before[-1:] if new else [chunk[:-1] for chunk in before[-1:]],
    "join": lambda before, new: [] if new else [b"".join(before)],
    "never closed": lambda before, new: new,
    "end at a cut": lambda before, new: new,
}


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


class _Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Body with changed chunks."""

    def __init__(self, inner: Any, how: str) -> None:
        self._inner = inner
        self._change = _PIECES[how]
        self._is_closed_by_client = how != "never closed"
        self._cut_errors = (httpx.TransportError,) if how == "end at a cut" else ()

    def __iter__(self) -> Iterator[bytes]:
        before: list[bytes] = []
        with suppress(*self._cut_errors):
            for chunk in self._inner:
                yield from self._change(before, [chunk])
                before.append(chunk)
        yield from self._change(before, [])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        before: list[bytes] = []
        with suppress(*self._cut_errors):
            async for chunk in self._inner:
                for changed in self._change(before, [chunk]):
                    yield changed
                before.append(chunk)
        for changed in self._change(before, []):
            yield changed

    def close(self) -> None:
        if self._is_closed_by_client:
            self._inner.close()

    async def aclose(self) -> None:
        if self._is_closed_by_client:
            await self._inner.aclose()


class FaultyTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Transport to an emulator with a fault."""

    def __init__(self, fault: Fault, inner: Any, memory: Memory) -> None:
        self._fault = fault
        self._inner = inner
        self._memory = memory

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        exchange = self._exchange(request)
        sent = next(exchange)
        while isinstance(sent, httpx.Request):
            sent = exchange.send(self._inner.handle_request(sent))
        return sent

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        exchange = self._exchange(request)
        sent = next(exchange)
        while isinstance(sent, httpx.Request):
            sent = exchange.send(await self._inner.handle_async_request(sent))
        return sent

    def _exchange(
        self, request: httpx.Request
    ) -> Generator[httpx.Request | httpx.Response, httpx.Response, None]:
        """Yield the requests to send, and at last the response for the client."""
        fault, memory, view = self._fault, self._memory, _request_view(request)
        methods, _, path = fault.when.partition(" ")
        is_method = methods == "*" or view["method"] in methods.split("|")
        is_affected = is_method and fnmatchcase(view["path"], path) and matches(view, fault.where)
        send = fault.send if is_affected else ()
        response = yield _request(request, view, edit(view, send, memory))
        key = view["headers"].get("authorization")
        if response.is_success and key is not None and key not in memory.accepted:
            memory.accepted.append(key)
        if is_affected and matches(_response_view(response, view), fault.given):
            last = response
            for edits in fault.again:
                last = yield _request(request, view, edit(view, edits, memory))
            response = last if matches(_response_view(last, view), fault.again_given) else response
            for edits in fault.after:
                yield _request(request, view, edit(view, edits, memory))
            response = self._changed(response, view)
        yield response

    def _changed(self, response: httpx.Response, request: View) -> httpx.Response:
        before = _response_view(response, request)
        view = edit(before, self._fault.answer, self._memory)
        has_other_body = view["body"] != before["body"]
        if has_other_body or self._fault.pieces is not None:
            view["headers"].pop("content-length", None)
        if has_other_body:
            content = json.dumps(view["body"]).encode()
            return httpx.Response(view["status"], headers=view["headers"], content=content)
        stream: Any = response.stream
        if self._fault.pieces is not None:
            stream = _Stream(stream, self._fault.pieces)
        return httpx.Response(view["status"], headers=view["headers"], stream=stream)


def _response_view(response: httpx.Response, request: View) -> View:
    is_json = response.headers.get("content-type", "").startswith("application/json")
    is_read = isinstance(response.stream, httpx.ByteStream)
    return {
        "status": response.status_code,
        "headers": dict(response.headers),
        "body": _json(response.content) if is_json and is_read else None,
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


# A fault that changes nothing: a test that detects it would detect any fault.
CONTROL: Final = Fault(name="control", area="", says="", made=[["add", "/settings/queue_limit", 0]])


def apply(fault: Fault) -> None:
    """Apply a fault to all emulators of this process, for as long as the process lives."""
    memories: WeakKeyDictionary[Emulator, Memory] = WeakKeyDictionary()
    make: Any = Emulator.__init__

    def faulty(inner: Any) -> property:
        return property(
            lambda emulator: FaultyTransport(
                fault, inner.__get__(emulator), memories.setdefault(emulator, Memory())
            )
        )

    def init(emulator: Emulator, **arguments: Any) -> None:
        make(emulator, **(_made(fault, arguments) if fault.made else arguments))

    patch.object(Emulator, "__init__", init).start()
    for name in ("transport", "async_transport"):
        patch.object(Emulator, name, faulty(getattr(Emulator, name))).start()
