"""Strategies for the requests of random histories."""

from itertools import product
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.emulator.oracle.catalog import CATALOG, CHAT, COHERE, LARGE, OPENAI, TEXT, UNKNOWN, VIDEO_TEXT
from tests.emulator.oracle.messages import Request

Members = dict[str, Any]
Target = tuple[str | None, str]

# The keys share a prefix, and only the second has a capital letter, so a wrong comparison of keys fails.
KEYS: Final = ("key-of-the-first", "key-of-the-Second")
_WRONG_KEY: Final = KEYS[0].upper()
_UNUSUAL_CALLERS: Final = (KEYS[0], f"Bearer {KEYS[0]}", f"KEY {KEYS[0]}", f"Basic {KEYS[0]}")
# Few keys and models, unevenly weighted, so that a history uses the same resources again.
_CALLERS: Final[SearchStrategy[str | None]] = st.sampled_from(
    (f"Key {KEYS[0]}",) * 12 + (f"Key {KEYS[1]}",) * 5 + (*_UNUSUAL_CALLERS, None, f"Key {_WRONG_KEY}")
)
_KEYS: Final = st.sampled_from((KEYS[0],) * 4 + (KEYS[1],) * 2 + (_WRONG_KEY,))
_MODELS: Final = st.sampled_from((TEXT,) * 10 + (CHAT, CHAT, UNKNOWN, UNKNOWN, *CATALOG))
_RUN_MODELS: Final = st.sampled_from((TEXT,) * 9 + (CHAT,) * 3 + (LARGE, OPENAI, COHERE, UNKNOWN))


def _optional(**members: SearchStrategy[Any]) -> SearchStrategy[Members]:
    return st.fixed_dictionaries({}, optional=members)


def _one_of(**members: SearchStrategy[Any]) -> SearchStrategy[Members]:
    return st.one_of(*(st.fixed_dictionaries({name: values}) for name, values in members.items()))


DIALECTS: Final = _optional(
    already_loaded=st.just("started"),
    starting_status=st.sampled_from(("STARTING", "INSTANTIATING")),
    cluster_status=st.just("langchain"),
    chat_content=st.just("parts"),
)

_OPERATIONS_WITH_BODIES: Final = (
    *((method, f"/models/v2/{TEXT}") for method in ("PUT", "PATCH", "POST")),
    *(("POST", f"/model/{name}") for name in ("list", "instances", "job", "load", "status", "delete", "run")),
)

_TASKS: Final = st.sampled_from(("text-generation", "chat", "no-task"))
_MODEL_FILTERS: Final = _optional(task=_TASKS, modelId=st.sampled_from((TEXT, OPENAI, UNKNOWN)))

_CAPACITIES: Final = (
    *(
        {name: size for name, size in zip(("min", "desired", "max"), sizes, strict=True) if size is not None}
        for sizes in product((None, 0, 1, 2, 3, 10), repeat=3)
    ),
    *({"max": 11}, {"min": -1}, {"least": 1}) * 3,
)
_SETTINGS: Final = {
    "capacity": st.sampled_from(_CAPACITIES),
    "timeout": st.sampled_from((1, 1, 1, 2, 2, 5, 60, 1440, 1441, 86400, None, 0, 86401)),
}
_SWITCHES: Final = st.sampled_from(("on", "off", "on", "off", "paused"))
CLUSTER_BODIES: Final[dict[str, SearchStrategy[Members | None]]] = {
    "GET": st.none(),
    "PUT": st.none() | _optional(**_SETTINGS, config=st.just({"any": "thing"})),
    "PATCH": st.none() | _optional(**_SETTINGS, status=_SWITCHES),
    "DELETE": st.none(),
}

_TEXTS: Final = st.sampled_from(("Once upon a time", "once", "", "two  blanks ", "ünïcödé 🦆"))
_ROLES: Final = st.sampled_from(("user", "assistant"))
_MESSAGES: Final = st.lists(st.fixed_dictionaries({"role": _ROLES, "content": _TEXTS}), max_size=2)
_LIMITS: Final = st.sampled_from(("max_new_tokens", "max_length", "min_new_tokens", "min_length"))
_TEXT_PARAMS: Final = st.dictionaries(_LIMITS, st.sampled_from((1, 2, 5, 30, 5000, 0)), max_size=2)

_ONE_TEXT: Final = _one_of(text=_TEXTS)
_INPUTS: Final = {
    "text-generation": _one_of(text=_TEXTS, input=_TEXTS) | _one_of(input=_ONE_TEXT),
    "chat": _one_of(messages=_MESSAGES, input=_MESSAGES),
}
_V1_INPUTS: Final = {
    "text-generation": st.one_of(
        _one_of(text=_TEXTS, prompt=_TEXTS, input=_TEXTS),
        st.fixed_dictionaries({"text": _TEXTS}, optional={"prompt": _TEXTS, "input": _TEXTS | _ONE_TEXT}),
    ),
    "chat": _INPUTS["chat"],
}
_LOADS: Final = _optional(
    concurrency=st.sampled_from((1, 2, 3) * 3 + (0,)),
    expirationPeriodSeconds=st.sampled_from((1, 60, 90, 600) * 3 + (0,)),
    timeout=st.sampled_from((30, 300)),
)
_STREAM: Final = _optional(stream=st.booleans())
_MODES: Final = _optional(stream=st.booleans(), json=st.booleans(), autoScale=st.booleans())


def targets(existing: list[tuple[str, str]], models: SearchStrategy[str] = _MODELS) -> SearchStrategy[Target]:
    """Draw a caller and a model: half of the time an existing resource and its owner."""
    anything = st.tuples(_CALLERS, models)
    owned = [(f"Key {key}", model) for key, model in existing]
    return st.sampled_from(owned) | anything if owned else anything


@st.composite
def lists(draw: DrawFn) -> Request:
    """Draw lists of both APIs."""
    caller = draw(_CALLERS)
    name = draw(st.sampled_from(("models", "tasks", "clusters", "v1 models", "v1 models", "instances")))
    query = draw(_MODEL_FILTERS) if name == "models" else {}
    if name in {"models", "tasks", "clusters"}:
        return Request("GET", f"/models/v2/list/{name}", caller, query=query)
    if name == "v1 models" and draw(st.booleans()):
        query = {"task": draw(_TASKS)}
    path = "/model/list" if name == "v1 models" else "/model/instances"
    if draw(st.booleans()):
        return Request("GET", path, caller, query=query)
    return Request("POST", path, None, {"key": draw(_KEYS)}, query)


@st.composite
def jobs(draw: DrawFn) -> Request:
    """Draw requests of both APIs for a model that may be missing."""
    if draw(st.booleans()):
        return draw(v1_requests("job", []))
    caller, model = draw(targets([]))
    return Request("POST", f"/models/v2/request/{model}", caller)


def garbled() -> SearchStrategy[Request]:
    """Draw requests whose body is not JSON."""
    operations = st.sampled_from(_OPERATIONS_WITH_BODIES)
    return st.tuples(operations, _CALLERS).map(lambda it: Request(*it[0], it[1], is_garbled=True))


@st.composite
def runs(draw: DrawFn, existing: list[tuple[str, str]]) -> Request:
    """Draw runs of the current API."""
    caller, model = draw(_runnable(existing))
    task = _task(draw, model)
    body: Members = draw(_INPUTS[task]) | draw(_MODES)
    if draw(st.booleans()):
        body["params"] = draw(_TEXT_PARAMS)
        if draw(st.integers(0, 3)) == 3:
            body["params"]["stream"] = draw(st.booleans())
    provider_key = draw(st.sampled_from((None, "provider-key")))
    return Request("POST", f"/models/v2/{model}", caller, body, provider_key=provider_key)


@st.composite
def v1_runs(draw: DrawFn, existing: list[tuple[str, str]]) -> Request:
    """Draw runs of the v1 API."""
    target = draw(_runnable(existing))
    task = _task(draw, target[1])
    body: Members = draw(_V1_INPUTS[task]) | draw(_STREAM)
    if draw(st.booleans()):
        body["params"] = draw(_TEXT_PARAMS)
    return _named(draw, "run", target, body)


@st.composite
def v1_requests(draw: DrawFn, operation: str, existing: list[tuple[str, str]]) -> Request:
    """Draw requests about one model of the v1 API."""
    body = draw(_LOADS) if operation == "load" else {}
    return _named(draw, operation, draw(targets(existing)), body)


def _task(draw: DrawFn, model: str) -> str:
    # Sometimes the input of another task.
    if draw(st.integers(0, 15)) == 15:
        return draw(st.sampled_from(tuple(_INPUTS)))
    return CATALOG[model].task if model in CATALOG else "text-generation"


def _runnable(existing: list[tuple[str, str]]) -> SearchStrategy[Target]:
    # The model of the service does not implement runs of this task.
    return targets([(key, model) for key, model in existing if model != VIDEO_TEXT], _RUN_MODELS)


def _named(draw: DrawFn, operation: str, target: Target, body: Members) -> Request:
    """Add the model and the key to the request in each accepted form, or in none."""
    caller, model = target
    # `model` precedes `modelId`, and a key in the header precedes a key in the body.
    names: tuple[Members, ...] = ({"model": model}, {"modelId": model}) * 4
    body = draw(st.sampled_from((*names, {"model": model, "modelId": CHAT}, {}))) | body
    match draw(st.sampled_from(("header", "header", "body", "both"))):
        case "body" if caller is not None:
            body = {"key": caller.rpartition(" ")[2], **body}
            caller = None
        case "both":
            body = {"key": draw(_KEYS), **body}
    return Request("POST", f"/model/{operation}", caller, body)
