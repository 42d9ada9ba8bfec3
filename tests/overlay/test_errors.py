"""Exceptions: tree, attributes, copies, and how HTTP error responses and `Retry-After` become them."""

import copy
import inspect
import pickle
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from bytezkit import errors
from bytezkit._core.retry import parse_retry_after
from bytezkit._core.status_errors import status_error
from bytezkit.errors import BytezError, StatusError

CLASSES = [getattr(errors, name) for name in errors.__all__]
ATTRIBUTES: dict[str, Any] = {
    "method": "POST",
    "url": "https://a.example/models/v2/a/b",
    "path": "/models/v2/a/b",
    "status": 429,
    "headers": {"content-type": "text/plain"},
    "body_excerpt": "slow",
    "request_id": "r-1",
    "attempts": 3,
    "retry_after": timedelta(seconds=7),
    "last_status": "booting instance",
}


def test_docstring_shows_the_tree_of_all_classes() -> None:
    documented, branch = dict[str, str](), ["BytezError"]
    for indent, name in re.findall(r"^    ([│ ]*)[├└]── (\w+)", errors.__doc__ or "", re.MULTILINE):
        depth = 1 + len(indent) // 4
        branch[depth:] = [name]
        documented[name] = branch[depth - 1]
    assert documented == {cls.__name__: cls.__bases__[0].__name__ for cls in CLASSES if cls is not BytezError}
    classes = inspect.getmembers(errors, inspect.isclass)
    assert errors.__all__ == [name for name, value in classes if issubclass(value, BytezError)]


def test_status_errors_are_documented_with_their_status() -> None:
    for status, cls in errors.STATUS_ERRORS.items():
        assert issubclass(cls, StatusError)
        assert (cls.__doc__ or "").startswith(f"{status}: ")


def test_some_errors_are_builtin_errors() -> None:
    assert issubclass(errors.ConfigurationError, ValueError)
    for cls in (errors.DeadlineExceededError, errors.StreamIdleTimeoutError, errors.WaitTimeoutError):
        assert issubclass(cls, TimeoutError)


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("clone", [lambda it: pickle.loads(pickle.dumps(it)), copy.copy, copy.deepcopy])
def test_copied_error_has_all_attributes(cls: type[BytezError], clone: Callable[[Any], Any]) -> None:
    error = cls("slow down", **ATTRIBUTES)
    error.add_note("seen in test")
    copied = clone(error)
    assert type(copied) is cls
    assert copied.args == error.args
    assert vars(copied) == vars(error) == {**ATTRIBUTES, "__notes__": ["seen in test"]}
    body = "; text/plain: 'slow'" if cls is errors.DecodeError else ""
    assert str(copied) == str(error) == f"slow down{body} (POST https://a.example/models/v2/a/b)"


def test_text_of_an_error_without_request_is_its_message() -> None:
    error = BytezError("slow down")
    assert str(error) == error.message == "slow down"
    assert (error.attempts, error.method, error.retry_after) == (0, None, None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"error": "no such model", "output": null}', "no such model"),
        (
            b'{"status": 402, "error": "Payment Required", "message": "add credits"}',
            "Payment Required: add credits",
        ),
        (b'{"message": "only this"}', "only this"),
        (b'{"error": {"message": "no such model", "type": "not_found"}}', "no such model"),
        (b"<html><h1>Bad Gateway</h1></html>\n", "<html><h1>Bad Gateway</h1></html>"),
        (b"", "the service answered 502"),
        (b'{"error": {"code": 1}}', '{"error": {"code": 1}}'),
        (b'{"error": ""}', '{"error": ""}'),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b'{"error": "\xff"}', '{"error": "\ufffd"}'),
        (b"x" * 1000, "x" * 200),
    ],
)
def test_message_is_error_text_of_body(content: bytes, message: str) -> None:
    assert status_error(502, {}, content).message == message


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *((None, None), ("0", 0), ("120", 120), ("1.5", 1.5), ("-1", None), ("soon", None), ("", None)),
        *(("NaN", None), ("Infinity", None), ("1E999999999", None)),
        *(("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("Wed, 21 Oct 2015 07:28:00", 0)),
        ("Mon, 16 Nov 99999999999999999999 00:00:00 +0000", None),
        ("Mon, 16 Nov 2026 00:00:00 +99999999999999999999", None),
    ],
)
def test_retry_after_is_seconds_or_date(text: str | None, seconds: float | None) -> None:
    assert parse_retry_after(text) == (None if seconds is None else timedelta(seconds=seconds))


def test_retry_after_in_future_is_remaining_time() -> None:
    wait = parse_retry_after(format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))
    assert wait is not None
    assert timedelta(seconds=3590) < wait <= timedelta(hours=1)
