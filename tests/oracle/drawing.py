"""What random histories are made of."""

import base64
import io
from itertools import product
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from PIL import Image

from tests.oracle.catalog import (
    CATALOG,
    CHAT,
    CLOSED,
    CLOSED_WITH_KEY,
    DETECTION,
    IMAGE,
    LARGE,
    TEXT,
    UNKNOWN,
    VIDEO_TEXT,
)
from tests.oracle.requests import Request
from tests.oracle.rig import KEYS

Members = dict[str, Any]

_WRONG_KEY: Final = KEYS[0].upper()
_FIRST, _SECOND = (f"Key {key}" for key in KEYS)
# A few keys and models, some more often than others, so that histories come back to what they began.
_CALLERS: Final = st.sampled_from(
    (
        *(_FIRST,) * 12,
        *(_SECOND,) * 5,
        *(KEYS[0], f"Bearer {KEYS[0]}", f"KEY {KEYS[0]}"),
        *(None, f"Key {_WRONG_KEY}", f"Basic {KEYS[0]}"),
    )
)
_KEYS: Final = st.sampled_from((*(KEYS[0],) * 4, *(KEYS[1],) * 2, _WRONG_KEY))
MODELS: Final = st.sampled_from((TEXT,) * 10 + (CHAT, CHAT, UNKNOWN, UNKNOWN, *CATALOG))

DIALECTS: Final = st.fixed_dictionaries(
    {},
    optional={
        "already_loaded": st.just("started"),
        "starting_status": st.sampled_from(("STARTING", "INSTANTIATING")),
        "cluster_status": st.just("langchain"),
        "media_url": st.sampled_from(("vendor", "data")),
        "chat_content": st.just("parts"),
    },
)

_OPERATIONS_WITH_BODIES: Final = (
    *((method, f"/models/v2/{TEXT}") for method in ("PUT", "PATCH", "POST")),
    *(("POST", f"/model/{name}") for name in ("list", "instances", "job", "load", "status", "delete", "run")),
)

_TASKS: Final = st.sampled_from(("text-generation", "chat", "object-detection", "no-task"))
_MODEL_FILTERS: Final = st.fixed_dictionaries(
    {},
    optional={
        "task": _TASKS,
        "modelId": st.sampled_from((TEXT, CLOSED, UNKNOWN)),
    },
)

_SIZES: Final = (None, 0, 1, 2, 3, 10)
_CAPACITIES: Final = (
    *(
        {name: size for name, size in zip(("min", "desired", "max"), sizes, strict=True) if size is not None}
        for sizes in product(_SIZES, repeat=3)
    ),
    *({"max": 11}, {"min": -1}, {"least": 1}) * 3,
)
_SETTINGS: Final = {
    "capacity": st.sampled_from(_CAPACITIES),
    "timeout": st.sampled_from((1, 1, 1, 2, 2, 5, 60, 1440, 1441, 86400, None, 0, 86401)),
}
CLUSTER_BODIES: Final[dict[str, SearchStrategy[Members | None]]] = {
    "GET": st.none(),
    "PUT": st.none() | st.fixed_dictionaries({}, optional={**_SETTINGS, "config": st.just({"any": "thing"})}),
    "PATCH": st.none()
    | st.fixed_dictionaries(
        {}, optional={**_SETTINGS, "status": st.sampled_from(("on", "off", "on", "off", "paused"))}
    ),
    "DELETE": st.none(),
}

_TEXTS: Final = st.sampled_from(("Once upon a time", "once", "", "two  blanks ", "ünïcödé 🦆"))
_MESSAGES: Final = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(("user", "assistant")), "content": _TEXTS}),
    min_size=0,
    max_size=2,
)
_URL: Final = "https://example.com/cat.jpg"
_COUNTS: Final = st.sampled_from((1, 2, 5, 30, 5000, 0))
_TEXT_PARAMS: Final = st.dictionaries(
    st.sampled_from(("max_new_tokens", "max_length", "min_new_tokens", "min_length")), _COUNTS, max_size=2
)
_IMAGE_PARAMS: Final = st.dictionaries(st.sampled_from(("width", "height")), st.sampled_from((1, 32, 300, 0)))
_DETECTION_PARAMS: Final = st.dictionaries(st.just("threshold"), st.sampled_from((0.0, 0.5, 0.9, 1.0)))


def _picture(width: int, height: int) -> str:
    content = io.BytesIO()
    Image.new("RGB", (width, height)).save(content, "PNG")
    return base64.b64encode(content.getvalue()).decode()


_PICTURE: Final = _picture(20, 10)
_PICTURES: Final = st.sampled_from((_PICTURE, f"data:image/png;base64,{_PICTURE}"))


def _one_of(**members: SearchStrategy[Any]) -> SearchStrategy[Members]:
    return st.one_of(*(st.fixed_dictionaries({name: values}) for name, values in members.items()))


_WORDS: Final = _one_of(text=_TEXTS, input=_TEXTS)
_ONE_TEXT: Final = _one_of(text=_TEXTS)
_INPUTS: Final = {
    "text-generation": _WORDS | _one_of(input=_ONE_TEXT),
    "text-to-image": _WORDS,
    "chat": _one_of(messages=_MESSAGES, input=_MESSAGES),
    "object-detection": _one_of(
        url=st.just(_URL), image=_PICTURES, base64=st.one_of(_PICTURES, st.just("?")), input=st.just(_URL)
    ),
}
_OLDER_INPUTS: Final = {
    "text-generation": st.one_of(
        _one_of(text=_TEXTS, prompt=_TEXTS, input=_TEXTS),
        st.fixed_dictionaries({"text": _TEXTS}, optional={"prompt": _TEXTS, "input": _TEXTS | _ONE_TEXT}),
    ),
    "text-to-image": _one_of(prompt=_TEXTS, input=_TEXTS),
    "chat": _INPUTS["chat"],
    "object-detection": _one_of(imageUrl=st.just(_URL), b64ImageBufferPng=st.just(_PICTURE)),
}
_PARAMS: Final = {
    "text-generation": _TEXT_PARAMS,
    "chat": _TEXT_PARAMS,
    "text-to-image": _IMAGE_PARAMS,
    "object-detection": _DETECTION_PARAMS,
}
_STREAMED: Final = {"stream": st.booleans()}
_LOADS: Final[SearchStrategy[Members]] = st.fixed_dictionaries(
    {},
    optional={
        "concurrency": st.sampled_from((1, 2, 3) * 3 + (0,)),
        "expirationPeriodSeconds": st.sampled_from((1, 60, 90, 600) * 3 + (0,)),
        "timeout": st.sampled_from((30, 300)),
    },
)
_MANNERS: Final[SearchStrategy[Members]] = st.fixed_dictionaries(
    {}, optional={"stream": st.booleans(), "json": st.booleans(), "autoScale": st.booleans()}
)
_RUN_MODELS: Final = st.sampled_from(
    (TEXT,) * 9 + (CHAT,) * 3 + (IMAGE,) * 2 + (DETECTION, LARGE, CLOSED, CLOSED_WITH_KEY, UNKNOWN)
)


Target = tuple[str | None, str]


def targets(existing: list[tuple[str, str]], models: SearchStrategy[str] = MODELS) -> SearchStrategy[Target]:
    """Draw who asks for which model: half of the time what exists is asked for by its owner."""
    anything = st.tuples(_CALLERS, models)
    owned = [(f"Key {key}", model) for key, model in existing]
    return st.sampled_from(owned) | anything if owned else anything


@st.composite
def lists(draw: DrawFn) -> Request:
    """Draw lists of both APIs."""
    caller = draw(_CALLERS)
    name = draw(st.sampled_from(("models", "tasks", "clusters", "older models", "older models", "instances")))
    query = draw(_MODEL_FILTERS) if name == "models" else {}
    if name in {"models", "tasks", "clusters"}:
        return Request("GET", f"/models/v2/list/{name}", caller, query=query)
    if name == "older models" and draw(st.booleans()):
        query = {"task": draw(_TASKS)}
    path = "/model/list" if name == "older models" else "/model/instances"
    if draw(st.booleans()):
        return Request("GET", path, caller, query=query)
    return Request("POST", path, None, {"key": draw(_KEYS)}, query)


@st.composite
def jobs(draw: DrawFn) -> Request:
    """Draw requests of both APIs for a model that may be missing."""
    if draw(st.booleans()):
        return draw(older_requests("job", []))
    caller, model = draw(targets([]))
    return Request("POST", f"/models/v2/request/{model}", caller)


@st.composite
def garbled(draw: DrawFn) -> Request:
    """Draw requests whose body is not JSON."""
    method, path = draw(st.sampled_from(_OPERATIONS_WITH_BODIES))
    return Request(method, path, draw(_CALLERS), is_garbled=True)


@st.composite
def runs(draw: DrawFn, existing: list[tuple[str, str]]) -> Request:
    """Draw runs of the current API."""
    caller, model = draw(_runnable(existing))
    task = _task(draw, model)
    body: Members = draw(_INPUTS[task]) | draw(_MANNERS)
    if draw(st.booleans()):
        body["params"] = draw(_PARAMS[task])
        if draw(st.integers(0, 3)) == 3:
            body["params"]["stream"] = draw(st.booleans())
    provider_key = draw(st.sampled_from((None, "provider-key")))
    return Request("POST", f"/models/v2/{model}", caller, body, provider_key=provider_key)


@st.composite
def older_runs(draw: DrawFn, existing: list[tuple[str, str]]) -> Request:
    """Draw runs of the older API."""
    target = draw(_runnable(existing))
    task = _task(draw, target[1])
    body: Members = draw(_OLDER_INPUTS[task]) | draw(st.fixed_dictionaries({}, optional=_STREAMED))
    if draw(st.booleans()):
        body["params"] = draw(_PARAMS[task])
    return _in_dialect(draw, "run", target, body)


@st.composite
def older_requests(draw: DrawFn, operation: str, existing: list[tuple[str, str]]) -> Request:
    """Draw requests about one model of the older API."""
    body = draw(_LOADS) if operation == "load" else {}
    return _in_dialect(draw, operation, draw(targets(existing)), body)


def _task(draw: DrawFn, model: str) -> str:
    # Now and then an input of another task.
    if draw(st.integers(0, 15)) == 15:
        return draw(st.sampled_from(tuple(_INPUTS)))
    return CATALOG[model].task if model in CATALOG else "text-generation"


def _runnable(existing: list[tuple[str, str]]) -> SearchStrategy[Target]:
    # What the model of the service can not run has clusters and no runs.
    return targets([(key, model) for key, model in existing if model != VIDEO_TEXT], _RUN_MODELS)


def _in_dialect(draw: DrawFn, operation: str, target: Target, body: Members) -> Request:
    """Name the model and the key as one of the two kinds of clients does, or as both or none."""
    caller, model = target
    # Of two models that are named, the first one counts, and a key in the header before one in the body.
    names: tuple[Members, ...] = ({"model": model}, {"modelId": model}) * 4
    body = draw(st.sampled_from((*names, {"model": model, "modelId": CHAT}, {}))) | body
    match draw(st.sampled_from(("header", "header", "body", "both"))):
        case "body" if caller is not None:
            body = {"key": caller.rpartition(" ")[2], **body}
            caller = None
        case "both":
            body = {"key": draw(_KEYS), **body}
    return Request("POST", f"/model/{operation}", caller, body)
