"""For any responses, both clients return the same valid value or raise the same client error."""

import pickle
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from traceback import walk_tb
from typing import Any, Final
from urllib.parse import unquote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bytezkit
from bytezkit import errors
from tests.overlay.fuzzing.clients import DEADLINE, RETRIES, Clients, Outcome, causes
from tests.overlay.fuzzing.operations import MEDIA_URL, OPERATIONS, WAIT_TIMEOUT, Operation
from tests.overlay.fuzzing.responses import Attempt, at, histories, paths, replaced, written
from tests.overlay.scripted_service import KEY, PROVIDER_KEY, ClientKind, cluster

PACKAGE: Final = str(bytezkit.__path__[0])
HISTORIES: Final = {operation.name: histories(operation.valid) for operation in OPERATIONS}
OPTIONS: Final = st.fixed_dictionaries(
    {},
    optional={
        "max_retries": st.integers(0, RETRIES),
        "deadline": st.sampled_from([None, timedelta(seconds=5)]),
        "retry_unknown_outcomes": st.booleans(),
    },
)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
@settings(max_examples=settings().max_examples // 3)
@given(data=st.data())
def test_any_responses_give_value_or_error(
    clients: Clients, operation: Operation, data: st.DataObject
) -> None:
    history, options = data.draw(HISTORIES[operation.name]), data.draw(OPTIONS)
    first, second = (clients.do(kind, operation, history, **options) for kind in ("sync", "async"))
    assert first.observed() == second.observed()
    for outcome in (first, second):
        if outcome.error is None:
            assert_value(outcome)
        else:
            assert_error(outcome.error, outcome)
        assert_released(outcome, options)


def assert_value(outcome: Outcome) -> None:
    """Check that the value has the result type at every depth and comes from a success."""
    msgspec.convert(msgspec.to_builtins(outcome.plain), outcome.operation.result_type)
    assert outcome.service.current.status in range(200, 300)


def assert_error(error: Exception, outcome: Outcome) -> None:
    """Check that the error is a client error, has its data, and contains no key and no other error."""
    assert isinstance(error, errors.BytezError), repr(error)
    text = f"{error} {error!r} {vars(error)}"
    assert KEY not in text
    assert PROVIDER_KEY not in text
    assert [*causes(error)] == []
    files = [frame.f_code.co_filename for frame, _ in walk_tb(error.__traceback__)]
    first = next(index for index, file in enumerate(files) if file.startswith(PACKAGE))
    # Frames of other packages hold requests with keys. Dataclasses have generated code.
    assert {file for file in files[first:] if not file.startswith(PACKAGE)} <= {"<string>"}
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert error.message
    if error.method is None:
        assert (error.path, error.status, error.attempts) == (None, None, 0)
        assert not outcome.operation.one_exchange
    else:
        assert_request(error, outcome)


def assert_request(error: errors.BytezError, outcome: Outcome) -> None:
    """Check that the error names its request and its response."""
    requests, response = outcome.service.requests, outcome.service.current
    url = requests[-1].url
    assert error.method == requests[-1].method
    # A redirect can have an invalid URL as its target, which the error has as the server spelled it.
    targets = {value.decode("latin-1") for name, value in response.headers if name == b"location"}
    # The query of a media URL can contain a secret.
    known = {url.path, *(it.partition("?")[0] for it in (str(url), *targets))}
    assert unquote(str(error.path)) in {unquote(path) for path in known}
    if outcome.operation.one_exchange:
        assert error.attempts == len(requests)
    assert 1 <= error.attempts <= 1 + RETRIES
    if isinstance(error, errors.StatusError):
        assert_status(error, outcome)
    elif error.status is not None:
        assert error.status == response.status


def assert_status(error: errors.StatusError, outcome: Outcome) -> None:
    """Check that a status error has the status of the response and the type of that status."""
    status = outcome.service.current.status
    assert status is not None
    if outcome.operation.name == "details" and status in range(200, 300):
        assert type(error) is errors.NotFoundError
        return
    assert error.status == status
    assert status not in range(200, 300)
    type_of_status = errors.STATUS_ERRORS.get(
        status, errors.ServerError if status >= 500 else errors.StatusError
    )
    assert type(error) is type_of_status or (status == 429 and type(error) is errors.PaymentRequiredError)


def assert_released(outcome: Outcome, options: dict[str, Any]) -> None:
    """Check that all bodies are closed and the deadline is kept."""
    assert all(body.closed for body in outcome.service.bodies)
    if deadline := options.get("deadline", DEADLINE):
        limit = deadline if outcome.operation.one_exchange else DEADLINE + WAIT_TIMEOUT
        assert outcome.service.clock.now <= limit.total_seconds()


# An untyped run returns any JSON.
TYPED: Final = [it for it in OPERATIONS if it.name not in {"run", "v1 run"} and not isinstance(it.valid, str)]
SAMPLES: Final[list[object]] = ["other", 0.5, True, [[None]], {"a": {}}]


def success(body: object) -> list[Attempt]:
    return [Attempt(status=200, chunks=(written(body),))]


@pytest.mark.parametrize("operation", TYPED, ids=str)
def test_wrong_type_raises_with_path(clients: Clients, client_kind: ClientKind, operation: Operation) -> None:
    for path in paths(operation.valid):
        value = at(operation.valid, path)
        # `error` may have any type, and members that are null may have others.
        if path[:1] == ("error",) or value is None:
            continue
        kind = float if type(value) is int else type(value)
        spelled = "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
        for sample in (it for it in SAMPLES if type(it) is not kind):
            outcome = clients.do(client_kind, operation, success(replaced(operation.valid, path, sample)))
            assert isinstance(outcome.error, errors.DecodeError), outcome
            assert not path or f"`{spelled}`" in outcome.error.message
            assert outcome.error.status == 200


@pytest.mark.parametrize("operation", TYPED, ids=str)
def test_unknown_members_are_ignored(clients: Clients, client_kind: ClientKind, operation: Operation) -> None:
    body: Any = deepcopy(operation.valid)
    for path in paths(operation.valid):
        if isinstance(at(body, path), dict):
            at(body, path).update({"x-": None, "x-new": [{"a": [2**70]}]})
    outcome = clients.do(client_kind, operation, success(body))
    assert outcome.error is None
    assert outcome.plain == clients.do(client_kind, operation, success(operation.valid)).plain


# Responses that once raised another error than a client error.
NAMED: Final = {operation.name: operation for operation in OPERATIONS}
TASKS: Final = Attempt(status=200, chunks=(b'{"output": ["chat"]}',))


@pytest.mark.parametrize("cookie", [b"a=b", b"\x80", b"\x80=\xff; path=/"])
def test_cookie_is_not_kept(clients: Clients, client_kind: ClientKind, cookie: bytes) -> None:
    # A cookie that is not ASCII made every later request fail.
    set_cookie = Attempt(status=503, headers=((b"set-cookie", cookie),))
    outcome = clients.do(client_kind, NAMED["list tasks"], [set_cookie, TASKS])
    assert outcome.value == ["chat"]
    assert all("cookie" not in request.headers for request in outcome.service.requests)


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("list tasks", b"xn--zz--"),
        ("download", b"a" * 64 + b".example"),  # UnicodeError of the synchronous network.
        ("download", b"a..b"),
        ("download", b"media.example:99999"),  # ExceptionGroup of the asynchronous network.
        ("download", b"media.example:-1"),
        ("download", b"media.example:0"),
    ],
)
def test_redirect_to_bad_host_raises(
    clients: Clients, client_kind: ClientKind, name: str, host: bytes
) -> None:
    redirect = Attempt(status=302, headers=((b"location", b"https://%s/" % host),))
    outcome = clients.do(client_kind, NAMED[name], [redirect, TASKS])
    error = outcome.error
    assert isinstance(error, errors.DecodeError)
    if name == "download":
        assert "not a valid https:// URL: " in error.message
        assert (error.method, error.path, error.status, error.attempts) == ("GET", MEDIA_URL, 302, 1)
        assert len(outcome.service.requests) == 2


@pytest.mark.parametrize("url", ["https://a..b/c", "https://media.example:99999/c"])
def test_invalid_media_url_raises(clients: Clients, client_kind: ClientKind, url: str) -> None:
    outcome = clients.do(client_kind, replace(NAMED["download"], before={"output": url}), [TASKS])
    assert isinstance(outcome.error, errors.DecodeError)
    assert len(outcome.service.requests) == 1


@pytest.mark.parametrize("timeout", [2**63 - 1, -(2**63)])
def test_huge_cluster_timeout_is_none(clients: Clients, client_kind: ClientKind, timeout: int) -> None:
    history = success({"output": {**cluster(), "timeout": timeout}})
    value: Any = clients.do(client_kind, NAMED["get"], history).value
    assert value.idle_timeout is None
