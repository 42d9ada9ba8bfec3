"""Strategies for responses: valid and invalid statuses, headers and bodies, chunked and cut."""

import gzip
import json
import ssl
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import httpx
from hypothesis import strategies as st

Header: TypeAlias = tuple[bytes, bytes]
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class Attempt:
    """The reaction of the service to one request, which takes a number of seconds."""

    seconds: float = 0.0
    status: int | None = None  # None if the connection fails first.
    headers: tuple[Header, ...] = ()
    chunks: tuple[bytes, ...] = ()
    failure: type[Exception] | None = None  # Error of the connection, after the body if there is a response.


History: TypeAlias = Sequence[Attempt]

CUTS: Final = (httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError, ssl.SSLError)
FAILURES: Final = (
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError),
    *(httpx.WriteError, httpx.WriteTimeout, *CUTS),
)
LOCATIONS: Final = (
    *(b"/elsewhere", b"https://media.example/b", b"//media.example:444/b?c=d#e", b"", b"//[", b"::"),
    *(f"https://{it}/".encode() for it in ("a:b", "media.example:99999", "a..b", "xn--zz--", "a" * 64)),
    *(b"data:image/png;base64,YWJj", b"\x80\xff", b"https://user:word@media.example/", b"/" + b"a" * 70_000),
)
_STATUSES: Final = (
    *(0, 99, 101, 202, 204, 206, 302, 304, 308, 400, 401, 402, 403, 404, 405, 409, 413, 415, 422, 425, 429),
    *(500, 501, 502, 503, 504, 520, 599, 600, 999, 1000),
)
_MEDIA_TYPES: Final = (
    *(b"application/json", b"Application/JSON ; charset=latin-1", b"text/plain"),
    *(b"text/html; charset=utf-16", b"text/event-stream", b"image/png"),
    *(b"application/problem+json", b";;;", b""),
)
_NUMBERS: Final = (b"0", b"1", b"0.5", b"29", b"1e3", b"-1", b"nan", b"1e999999999", b"0e999999", b"9" * 5000)
_DATES: Final = (
    *(b"Wed, 21 Oct 2015 07:28:00 GMT", b"Fri, 31 Dec 1999 23:59:59 -99999999"),
    *(b"1 Jan 2000 99:99:99 +9999999999", b"soon"),
)
_VALUES: Final[dict[bytes, tuple[bytes, ...]]] = {
    b"content-type": _MEDIA_TYPES,
    b"content-encoding": (b"gzip", b"deflate", b"br", b"zstd", b"identity", b"x-unknown", b"gzip, gzip", b""),
    b"content-length": (b"0", b"5", b"99999999999999999999", b"-1", b"five"),
    b"transfer-encoding": (b"chunked", b"gzip, chunked"),
    b"location": LOCATIONS,
    **dict.fromkeys((b"x-request-id", b"inference-meter"), (b"r-1", b"\xc3\xbc", b"\xff")),
    **dict.fromkeys((b"inference-time", b"inference-cost", b"ratelimit-limit"), _NUMBERS),
    **dict.fromkeys((b"retry-after", b"ratelimit-reset"), (*_NUMBERS, *_DATES)),
    b"set-cookie": (b"a=b", b"a=\xff; domain=..", b"a=b; max-age=9" + b"9" * 30, b"=;;;"),
    b"www-authenticate": (b"Basic", b"Digest nonce=", b",,,"),
    b"connection": (b"close", b"keep-alive", b"upgrade"),
}
_HTML: Final = b"<!doctype html><html><head><title>502 Bad Gateway</title></head><body>cloud</body></html>"
_OTHER_BODIES: Final = (
    *(b"", _HTML, b"null", b"NaN", b'{"output": NaN}', b'{"output": 1e999}'),
    *(b'{"output": "\\ud800"}', b'{"output": "\xff"}'),
    *(b'{"error": {"message": "no"}, "output": null}', b'{"error": "broken", "message": 5}'),
    b'{"error": "operation already in progress: load", "output": null}',
    b'{"error": "Cluster does not exist", "output": null}',
    *(b'{"error": "Out of free monthly credits", "output": null}', b'{"error": "", "output": ""}'),
    *(b"[" * 100_000, b'{"output":' * 20_000, b'{"error": null, "output": ' + b"9" * 5000 + b"}"),
    *(b"data: {}\n\ndata: [DONE]\n\n", b"INTERNAL_BYTEZ_ERROR: broken"),
    *(b"gr\xc3\xbc\xc3\x9fe \xe2\x80\xa8 \xe2\x82", b"\x00\x01\xfe\xff"),
)
# Placeholder of a number that Python cannot serialize:
_TOO_LARGE: Final = "too large"
_OTHER_VALUES: Final[tuple[object, ...]] = (
    *(None, True, 0, -1, 1.5, 1e308, 2**63, 2**64, 10**400, float("nan"), _TOO_LARGE, ""),
    *("running", "off", "https://media.example/a", "data:,a", "data:;base64,?"),
    *("2025-13-01T00:00:00Z", "\ud800", [], {}, [[]], {"a": [None, {"b": 1}]}),
)
_MISSING: Final = object()

_names = st.sampled_from([*_VALUES]) | st.from_regex(rb"[!#$%&'*+\-.^_`|~0-9a-zA-Z]{1,8}", fullmatch=True)
_any_value = st.from_regex(rb"[\x20-\x7e\x80-\xff]{0,12}", fullmatch=True).map(bytes.strip)
_headers = _names.flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(_VALUES.get(name, (b"",))) | _any_value)
)


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    yield path
    children: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield from paths(child, (*path, key))


def at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def replaced(value: object, path: Path, new: object) -> object:
    """Return a copy with another value, or no value, at a path."""
    if not path:
        return None if new is _MISSING else new
    copy = deepcopy(value)
    parent = at(copy, path[:-1])
    if new is _MISSING:
        del parent[path[-1]]
    else:
        parent[path[-1]] = new
    return copy


def written(value: object) -> bytes:
    return json.dumps(value).replace(f'"{_TOO_LARGE}"', "1e999").encode()


@st.composite
def _distorted(draw: st.DrawFn, value: object) -> object:
    """Replace or remove up to two parts of a JSON value."""
    for _ in range(draw(st.integers(0, 2))):
        path = draw(st.sampled_from([*paths(value)]))
        value = replaced(value, path, draw(st.sampled_from([_MISSING, *_OTHER_VALUES])))
    return value


_MANGLERS: Final[tuple[Callable[[bytes, int], bytes], ...]] = (
    *((lambda body, _place: body),) * 8,
    lambda body, place: body[:place],
    lambda body, place: body[:place] + bytes([place % 256]) + body[place + 1 :],
    lambda body, _place: body + body,
    # Duplicates every member of the outermost object:
    lambda body, _place: body[:-1] + b"," + body[1:] if body.startswith(b"{") else body,
    lambda body, _place: b"\xef\xbb\xbf" + body,
    lambda body, _place: body.decode(errors="replace").encode("utf-16"),
    lambda body, _place: gzip.compress(body, mtime=0),
)


def _bodies(valid: object) -> st.SearchStrategy[bytes]:
    distorted = _distorted(valid).map(written)
    return st.builds(
        lambda body, mangled, place: mangled(body, place % (len(body) + 1)),
        st.one_of(distorted, distorted, st.sampled_from(_OTHER_BODIES), st.binary(max_size=40)),
        st.sampled_from(_MANGLERS),
        st.integers(0, 10_000),
    )


def _chunked(body: bytes, size: int, kept: int) -> tuple[bytes, ...]:
    """Split a body into chunks of a size, with an empty chunk at the end, and keep the first chunks."""
    size = max(size, len(body) // 50)
    return (*(body[start : start + size] for start in range(0, len(body), size)), b"")[:kept]


def _attempts(valid: object) -> st.SearchStrategy[Attempt]:
    return st.builds(
        lambda seconds, status, headers, body, size, cut, kept: Attempt(
            seconds, status, tuple(headers), _chunked(body, size, 60 if cut is None else kept), cut
        ),
        st.sampled_from([*[0.0] * 8, 1.0, 100.0, 7.0, *[0.0] * 8]),
        # Most responses are readable. Hypothesis draws the ends of a list more often.
        st.one_of(st.just(200), st.just(200), st.sampled_from(_STATUSES), st.integers(100, 599)),
        st.lists(_headers, max_size=4),
        _bodies(valid),
        st.sampled_from([1, 2, 7, 10**6]),
        st.sampled_from([*[None] * 10, *CUTS, *[None] * 10]),
        st.integers(0, 50),
    )


def histories(valid: object) -> st.SearchStrategy[History]:
    """Return histories of an operation with a valid response."""
    failed = st.builds(Attempt, seconds=st.sampled_from([0.0, 100.0, 1.0]), failure=st.sampled_from(FAILURES))
    attempts = _attempts(valid)
    return st.lists(st.one_of(*[attempts] * 4, failed, *[attempts] * 4), min_size=1, max_size=4)
