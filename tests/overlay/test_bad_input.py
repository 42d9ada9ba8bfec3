"""Invalid arguments raise before a request is sent, and no iterator or file is consumed."""

import io
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from operator import attrgetter, length_hint
from pathlib import Path
from typing import Any, Final, TypeAlias

import httpx
import pytest

from bytezkit import AsyncBytez, Bytez, compat
from bytezkit.errors import ConfigurationError
from bytezkit_models.tasks import TASKS as TASK_NAMES
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import MODEL, reply
from tests.overlay.test_compat import scripted

pytestmark = pytest.mark.anyio

# Passes a value to a method of the client.
Call: TypeAlias = Callable[[Any, Any], object]
# Call, invalid values, and the error, whose message has the placeholders `it` and `type`.
Row: TypeAlias = tuple[Call, tuple[Any, ...], Exception]

HELLO: Final = {"role": "user", "content": "Hello"}
PNG: Final = b"\x89PNG\r\n\x1a\nrest"
MISSING: Final = Path(__file__).parent / "missing"
SURROGATE: Final = "a\ud800"
TASKS: Final = reply(200, {"output": ["chat"]})
NOT_PRINTABLE: Final = "Invalid non-printable ASCII character in URL, '\\x00' at position 9."
KEY_FORM: Final = "must be 1 to 256 printable ASCII characters without spaces"
BAD_ID: Final = ValueError(
    "{it!r} is not a model id: "
    "expected organization/name, each of letters, digits, '.', '_' and '-', starting with a letter or digit"
)
UNKNOWN_TASK: Final = ValueError("unknown task {it!r}: did you mean 'text-generation'?")
NO_TASK: Final = ValueError(f"unknown task {{it!r}}: known tasks are {', '.join(TASK_NAMES)}")
RESERVED_ORGANIZATION: Final = "is not a model id: the organization"
BAD_INPUT: Final = TypeError("input must be a mapping of body members, a string or a list, not {type}")
BAD_MEDIA: Final = TypeError(
    "media must be a path, bytes, a binary file, a URL, a picture of Pillow or an array of numpy, not {type}"
)
DURATION: Final = "a timedelta or a number of seconds"
UNKNOWN_BYTES: Final = (
    *(b"hello", b"\0", b"BM is text", b"\x1aE\xdf\xa3", b"\0\0\0\x18ftypjp2 ", b"RIFF\x10\0\0\0ABCD"),
    *(b"RIFF", b"\xff\xfe", b"\x89PN"),
)
NO_TYPE: Final = ValueError("the media type cannot be detected from the first bytes: pass mime=")
BAD_PATH: Final = "a string must be a URL (http://, https:// or data:); for a file use pathlib.Path"
BAD_MIME: Final = ValueError("mime must be a media type such as image/png, not {it!r}")
URL_MIME: Final = ValueError("mime is for bytes and files, not for a URL")
READ_BYTES: Final = ", so that read() returns bytes"
AB: Final = {"a": 1, "b": 1, "c": 1}
NAN: Final = float("nan")
BOTH: Final = "the input and the arguments both contain"
TWICE: Final = ValueError("params and extra_params both contain a, b")
TWO_PARAMS: Final = "params and model_params are the same argument, but their values differ"
START_OPTIONS: Final = "options must be concurrency or timeout"
TEN: Final = ValueError("concurrency must be 1 to 10, not {it}")
NO_UTF8: Final = "cannot be encoded in UTF-8"
NO_JSON: Final = "cannot be encoded as JSON"
STREAM: Final = ValueError("the input asks for a stream, which run cannot read: use stream")
MINUTES: Final = ValueError("idle_timeout must be whole minutes from 1 to 1440, not {it}")
SECONDS: Final = ValueError("idle_timeout must be whole seconds from 1 to 86400, not {it}")
CONCURRENCY: Final = ValueError("concurrency must be 1 to 1000, not {it}")
RESERVED: Final = "the input must not contain {}: the client sets these members"
KEY_STREAM: Final = ValueError(RESERVED.format("key, stream"))
RESERVED_NAMES: Final = ("key", "model", "modelId", "params", "stream")
TIMEOUT: Final = ValueError("timeout must be 60 to 86400 seconds in whole minutes, such as 300, not {it}")
TWO_URLS: Final = "dev and base_url both set the base URL: pass only one of them"


def model(client: Any, task: str | None = None) -> Any:
    return client.model(MODEL, task=task) if task else client.model(MODEL)


def passing(get: Callable[[Any], Callable[..., object]], arguments: tuple[Any, ...], option: str) -> Call:
    """Return a call that passes the value as an option or, without a name, as the last argument."""

    def call(client: Any, value: Any) -> object:
        method = get(client)
        return method(*arguments, **{option: value}) if option else method(*arguments, value)

    return call


def run(task: str | None, *arguments: Any, option: str = "") -> Call:
    return passing(lambda client: model(client, task).run, arguments, option)


def v1(method: str, *arguments: Any, option: str = "") -> Call:
    return passing(lambda client: getattr(client.v1, method), arguments, option)


def lifecycle(method: str, option: str) -> Call:
    return passing(lambda client: attrgetter(method)(model(client)), (), option)


def wrong(name: str, expected: str) -> TypeError:
    return TypeError(f"{name} must be {expected}, not {{type}}")


def seconds(*values: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=it) for it in values)


def closed_file() -> io.BytesIO:
    file = io.BytesIO(PNG)
    file.close()
    return file


chat: Final = run("chat")
labels: Final = run("zero-shot-classification", "a")
picture: Final = run("object-detection")
mime: Final = partial(run, "object-detection", option="mime")
untyped: Final = run(None)
text: Final = partial(run, "text-generation", "a")
create: Final = partial(lifecycle, "cluster.create")
update: Final = partial(lifecycle, "cluster.update")
load: Final = partial(lifecycle, "load")
wait: Final = partial(lifecycle, "cluster.wait_until_running")
v1_start: Final = partial(v1, "start", MODEL)
v1_load: Final = partial(v1, "load", MODEL)
V1_WAITS: Final = [partial(v1, it, MODEL) for it in ("wait_until_available", "wait_until_running")]
model_id: Final = passing(lambda client: client.model, (), "")

BAD_KEYS: Final = ("", "k" * 257, "two words", "line\n", "\tkey", "schlüssel", "k\x00", b"key", 5, SURROGATE)
INSECURE: Final = (
    "plain http to {} would send the key in the clear: use https, or allow_insecure=True or "
    "BYTEZ_ALLOW_INSECURE=1"
)
INSECURE_HOSTS: Final = ("api.example", "10.0.0.1", "0.0.0.0", "localhost.example", "[2001:db8::1]")
# Name of a setting, invalid values, and the error message.
SETTINGS: Final[list[tuple[str, tuple[Any, ...], str]]] = [
    ("api_key", BAD_KEYS, f"the API key {KEY_FORM}"),
    ("provider_key", BAD_KEYS, f"the provider key {KEY_FORM}"),
    (
        "base_url",
        (
            *("api.example", "localhost:8080", "ftp://api.example", "https://"),
            *("https://api.example:0", "https://api.example:port", "https://a:99999", "https://[::1"),
        ),
        "base_url must be http:// or https:// with a host",
    ),
    (
        "base_url",
        ("https://user:word@api.example", "https://api.example?x=1", "https://api.example#x"),
        "base_url must not contain a user, a query or a fragment",
    ),
    ("base_url", ("https://a b.example",), "base_url is malformed: it contains a space"),
    ("base_url", ("https://a..b",), "base_url is malformed: its host is not a valid name"),
    ("base_url", ("https://a\x00b.example",), f"base_url is malformed: {NOT_PRINTABLE}"),
    ("base_url", (5,), "base_url must be a string, not int"),
    *(("base_url", (f"http://{it}",), INSECURE.format(it.strip("[]"))) for it in INSECURE_HOSTS),
    ("allow_insecure", ("no",), "allow_insecure must be a bool, not 'no'"),
    ("idle_timeout", (None,), f"idle_timeout must be {DURATION}, not NoneType"),
    *(
        ("headers", ({it: "secret"},), f"the client sets the header {it} itself")
        for it in ("Authorization", "provider-key")
    ),
    ("headers", ({"a b": "secret"},), "'a b' is not a header name"),
    (
        "headers",
        ({"a": "secret\r\nb: c"}, {"a": 5}),
        "the value of the header a must be printable ASCII characters",
    ),
    ("headers", (["a"],), "headers must be a mapping, not list"),
]
LIMITS: Final[list[tuple[str, tuple[Any, ...], str]]] = [
    ("deadline", (timedelta(0), timedelta(-1), 0, -0.5), "deadline must be positive, not {it!r}"),
    ("deadline", (True, "30"), f"deadline must be {DURATION}, not {{type}}"),
    ("deadline", (NAN,), f"deadline must be {DURATION}, not nan"),
    ("idle_timeout", (timedelta(0),), "idle_timeout must be positive, not {it!r}"),
    ("max_retries", (-1, True, 1.0), "max_retries must be an integer of 0 or more, not {it!r}"),
    ("max_response_bytes", (0, None, 1e6), "max_response_bytes must be an integer of 1 or more, not {it!r}"),
    ("retry_unknown_outcomes", ("yes",), "retry_unknown_outcomes must be a bool, not 'yes'"),
]


def construct(name: str) -> Call:
    return lambda client, value: type(client)(**{"api_key": "key", name: value})


# Set an option of a copy of a client, and of a handle.
COPIES: Final = (
    partial(passing, lambda client: client.with_options, ()),
    partial(passing, lambda client: model(client).with_options, ()),
)


CALLS: Final[list[Row]] = [
    # Settings of a new client and of a copy.
    *((construct(it), values, ConfigurationError(text)) for it, values, text in (*SETTINGS, *LIMITS)),
    *((copy(it), values, ConfigurationError(text)) for it, values, text in LIMITS for copy in COPIES),
    *((copy("timeout"), (5,), TypeError("there is no option 'timeout'")) for copy in COPIES),
    # Model ids and tasks.
    (lambda c, it: c.model(MODEL, task=it), ("text-generaton",), UNKNOWN_TASK),
    (lambda c, it: c.models.list(task=it), ("text-generaton",), UNKNOWN_TASK),
    (lambda c, it: c.model(MODEL, task=it), ("x",), NO_TASK),
    (
        model_id,
        ("", "gpt2", "/", "a/", "/b", "a/b/c", "a//b", "./b", "a/..", "../b", "C:\\a", "a\\b", "a/..\\b"),
        BAD_ID,
    ),
    (model_id, ("-a/b", "a/_b", "a b/c", "a/b ", "a/b\n", "ä/b", "a%2Fb", "a/b?x=1"), BAD_ID),
    (model_id, ("a/b#c", f"o/{'n' * 97}", "a/\ud800"), BAD_ID),
    (model_id, ("list/a",), ValueError(f"'list/a' {RESERVED_ORGANIZATION} 'list' is reserved")),
    (model_id, ("request/a",), ValueError(f"'request/a' {RESERVED_ORGANIZATION} 'request' is reserved")),
    (model_id, (None, 7, b"a/b", ["a", "b"]), wrong("model_id", "a string")),
    (lambda c, it: c.model(MODEL, task=it), (["chat"],), wrong("task", "a string")),
    (lambda c, it: c.models.list_raw(task=it), (5,), wrong("task", "a string")),
    (lambda c, it: c.models.list_raw(task=it), (SURROGATE,), ValueError("the task {it!r} " + NO_UTF8)),
    (lambda c, it: c.models.list(model_id=it), ("a/../b",), BAD_ID),
    # Texts.
    (run("fill-mask"), (b"a", ["a"]), wrong("text", "a string")),
    (run("text-generation"), (SURROGATE,), ValueError(f"body/text: {{it!r}} {NO_JSON}")),
    (lambda c, it: model(c, "text-to-image").stream(it).read(), (b"a",), wrong("text", "a string")),
    (lambda c, it: model(c, "question-answering").run(it, "c"), (None,), wrong("question", "a string")),
    (run("question-answering", "q"), (True,), wrong("context", "a string")),
    (run("visual-question-answering", PNG), (None,), wrong("question", "a string")),
    # Messages.
    (chat, (iter([HELLO]), HELLO, None), wrong("messages", "a string or a list of messages")),
    (chat, ([],), ValueError("messages must contain at least one message")),
    (chat, (b"Hi",), TypeError("messages/0 must be a message, not int")),
    (chat, ([HELLO, "Hello"],), TypeError("messages/1 must be a message, not str")),
    (chat, ([{"content": "Hello"}],), ValueError("messages/0 has no role")),
    # Labels.
    (labels, ("cat", None, True, {"cat"}, iter(["cat"])), wrong("candidate_labels", "a list of strings")),
    (labels, ([],), ValueError("candidate_labels must contain at least one label")),
    (labels, (b"cat",), TypeError("candidate_labels/0 must be a string, not int")),
    (labels, (["cat", None],), TypeError("candidate_labels/1 must be a string, not NoneType")),
    # Media.
    (picture, (None, True, 3, [PNG], iter([PNG]), {"url": "https://example.com"}), BAD_MEDIA),
    (picture, ("", "a.png", "/a.png", "file:///a.png", "ftp://a/b", "https:a", "data"), ValueError(BAD_PATH)),
    (picture, ("C:\\a.png", "c:/a.png", "\\\\server\\a.png"), ValueError(BAD_PATH)),
    (picture, (MISSING,), FileNotFoundError(f"[Errno 2] No such file or directory: '{MISSING}'")),
    (picture, (closed_file(),), ValueError("the file is closed")),
    (picture, (io.StringIO("a"),), TypeError("the file must be open in binary mode" + READ_BYTES)),
    (picture, (b"",), ValueError("the media are empty; a file is read from its current position")),
    (picture, UNKNOWN_BYTES, NO_TYPE),
    (mime(PNG), ("", "png", "image/", "/png", "image/png,", "image/png\n", "a b/c", "a/b/c"), BAD_MIME),
    (mime(PNG), (5,), wrong("mime", "a string")),
    (mime("https://a.example/a.png"), ("image/png",), URL_MIME),
    (mime("data:,a"), ("image/png",), URL_MIME),
    # Arguments of the model.
    (text(option="params"), ([1], iter([1])), wrong("params", "a mapping")),
    (text(option="extra_params"), ("a",), wrong("extra_params", "a mapping")),
    (text(option="params"), ({1: 2},), TypeError("params: a member name must be a string, not int")),
    (lambda c, it: model(c, "chat").run([HELLO], params=AB, extra_params=it), ({"b": 1, "a": 2},), TWICE),
    (text(option="auto_scale"), (1,), wrong("auto_scale", "a bool")),
    (text(option="params"), ({"stream": True},), STREAM),
    # Untyped inputs.
    (untyped, (5, None, b"a", iter("a")), BAD_INPUT),
    (untyped, ({1: "a"},), TypeError("input: a member name must be a string, not int")),
    (lambda c, it: model(c).run({"a": it}), (NAN,), ValueError(f"body/a: nan {NO_JSON}")),
    (lambda c, it: model(c).run({"a": it}), (iter([HELLO]),), TypeError(f"body/a: {{type}} {NO_JSON}")),
    (lambda c, it: model(c).run(it, params=AB), ({"params": {}},), ValueError(f"{BOTH} params")),
    (untyped, ({"stream": True}, {"params": {"stream": True}}, {"json": False}), STREAM),
    (lambda c, it: model(c).stream(it).read(), ({"stream": True},), ValueError(f"{BOTH} stream")),
    # Clusters.
    (create("min"), (-1, 11), ValueError("min must be 0 to 10, not {it}")),
    (lambda c, it: model(c).cluster.create(min=2, desired=it), (1,), ValueError("min 2 is above desired 1")),
    (lambda c, it: model(c).cluster.create(desired=3, max=it), (2,), ValueError("desired 3 is above max 2")),
    (lambda c, it: model(c).load(min=5, max=it), (4,), ValueError("min 5 is above max 4")),
    (create("min"), (1.0,), wrong("min", "an integer")),
    (load("max"), ("3",), wrong("max", "an integer")),
    (load("max"), (0,), ValueError("max must be 1 or more: a cluster with max 0 never runs")),
    (create("idle_timeout"), ("300", True), wrong("idle_timeout", DURATION)),
    (update("idle_timeout"), seconds(0, -60, 1, 59, 61, 90, 60.000001, 1441 * 60), MINUTES),
    (create("config"), (["a"], iter(["a"])), wrong("config", "a mapping")),
    (update("on"), ("off",), wrong("on", "a bool")),
    *((it("timeout"), ("30",), wrong("timeout", DURATION)) for it in (load, wait)),
    (load("timeout"), seconds(-1), ValueError("timeout must be 0 or more, not {it!r}")),
    *((it("on_progress"), ("p",), wrong("on_progress", "callable")) for it in (load, wait)),
    # The v1 API.
    *((v1(it), ("gpt2",), BAD_ID) for it in ("status", "request", "start", "load", "shut_down")),
    *((v1(it), ("gpt2",), BAD_ID) for it in ("wait_until_available", "wait_until_running")),
    (lambda c, it: c.v1.run(it, "a"), ("gpt2",), BAD_ID),
    (lambda c, it: c.v1.stream(it, "a").read(), ("../gpt2",), BAD_ID),
    (v1("request"), (5,), wrong("model_id", "a string")),
    *((it(option="concurrency"), (0, -1, 1001), CONCURRENCY) for it in (v1_start, v1_load)),
    (v1_start(option="concurrency"), (True, 1.0), wrong("concurrency", "an integer")),
    (v1_load(option="idle_timeout"), seconds(0, -1, 0.5, 1.000001, 86401), SECONDS),
    (v1_start(option="idle_timeout"), ("300",), wrong("idle_timeout", DURATION)),
    *((it(option="timeout"), ("30",), wrong("timeout", DURATION)) for it in (v1_load, *V1_WAITS)),
    (v1("run", MODEL), (5, b"a", iter("a")), BAD_INPUT),
    (v1("run", MODEL, "a", option="params"), ({"stream": True},), STREAM),
    *((v1("run", MODEL), ({it: "a"},), ValueError(RESERVED.format(it))) for it in RESERVED_NAMES),
    (lambda c, it: c.v1.stream(MODEL, it).read(), ({"key": 1, "stream": 1},), KEY_STREAM),
]

# The interface of the vendor returns errors of the service, but raises these.
COMPAT: Final[list[Row]] = [
    (lambda c, it: compat.Bytez(it), ("a b",), ConfigurationError(f"the API key {KEY_FORM}")),
    (lambda c, it: compat.Bytez("key", it), ("https://example.com",), wrong("dev", "a bool")),
    (lambda c, it: compat.Bytez("key", True, base_url=it), ("https://a",), TypeError(TWO_URLS)),
    (lambda c, it: c.model(it), ("gpt2",), BAD_ID),
    (lambda c, it: c.model(MODEL, it), ("a b",), ConfigurationError(f"the provider key {KEY_FORM}")),
    (lambda c, it: c.process(it), ("gpt2",), BAD_ID),
    (lambda c, it: c.list.models(it), ({"id": 1},), ValueError("options must be task or modelId, not 'id'")),
    (lambda c, it: c.list.models(it), ("chat",), wrong("options", "a mapping")),
    (lambda c, it: c.list.models({"task": it}), (5,), wrong("task", "a string")),
    (lambda c, it: model(c).run(it), ({1},), TypeError(f"body/input: set {NO_JSON}")),
    (lambda c, it: model(c).run("a", it), ("b",), wrong("params", "a mapping")),
    (lambda c, it: model(c).run("a", None, it), ("yes",), wrong("stream", "a bool")),
    (lambda c, it: model(c).run("a", it), ({"stream": True},), STREAM),
    (lambda c, it: model(c).run("a", {}, model_params=it), ({"b": 1},), TypeError(TWO_PARAMS)),
    (lambda c, it: model(c).start(timeout=it), (-60, 0, 90, 86460), TIMEOUT),
    (lambda c, it: model(c).load(timeout=it), ("3",), wrong("timeout", "an integer")),
    (lambda c, it: model(c).load({"concurrency": it}), (0, 11), TEN),
    (lambda c, it: model(c).load(it), ({"memory": 1},), ValueError(f"{START_OPTIONS}, not 'memory'")),
]


def assert_same(error: BaseException, expected: Exception) -> None:
    assert (type(error), str(error)) == (type(expected), str(expected))
    assert error.__context__ is None


def cases(rows: list[Row]) -> list[Any]:
    """Return a test case for each value, with the expected error."""
    table = [
        (call, value, type(error)(str(error).format(it=value, type=type(value).__name__)))
        for call, values, error in rows
        for value in values
    ]
    return [pytest.param(*case, id=str(case[2])) for case in table]


@pytest.mark.parametrize(("call", "value", "expected"), cases(CALLS))
async def test_call_with_invalid_argument_raises(
    make_client: MakeClient, call: Call, value: Any, expected: Exception
) -> None:
    it = make_client(TASKS)
    length = length_hint(value)
    with pytest.raises(type(expected)) as caught:
        await it.do(lambda client: call(client, value))
    assert_same(caught.value, expected)
    assert it.script.requests == []
    assert length_hint(value) == length
    assert await it.do(lambda client: client.tasks.list()) == ["chat"]


@pytest.mark.parametrize(("call", "value", "expected"), cases(COMPAT))
def test_compat_call_with_invalid_argument_raises(call: Call, value: Any, expected: Exception) -> None:
    client, script = scripted(TASKS)
    with pytest.raises(type(expected)) as caught:
        call(client, value)
    assert_same(caught.value, expected)
    assert script.requests == []
    assert client.list.tasks().output == ["chat"]


async def test_http_client_of_wrong_kind_raises_configuration_error() -> None:
    async with httpx.AsyncClient() as async_http:
        with httpx.Client() as http:
            for client, wanted, given in (
                *((Bytez, "httpx.Client", it) for it in (async_http, 5)),
                *((AsyncBytez, "httpx.AsyncClient", it) for it in (http, 5)),
            ):
                with pytest.raises(ConfigurationError) as caught:
                    client("key", http_client=given)
                message = f"http_client must be an {wanted}, not {type(given).__name__}"
                assert_same(caught.value, ConfigurationError(message))
