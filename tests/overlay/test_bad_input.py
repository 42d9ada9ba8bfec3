"""Bad input to the client: each row with the error that it gets. Nothing is sent, and nothing is lost."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from bytezkit import AsyncBytez, Bytez, compat
from bytezkit.errors import ConfigurationError
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import (
    KEY,
    MODEL,
    ScriptedClient,
    error_reply,
    make_scripted_client,
    output,
    reply,
)

pytestmark = pytest.mark.anyio

Call = Callable[[Any], object]

HELLO: Final = {"role": "user", "content": "Hello"}
PNG: Final = b"\x89PNG\r\n\x1a\nrest"
HERE: Final = Path(__file__).parent
HALF: Final = "a\ud800"
TASKS: Final = reply(200, {"output": ["chat"]})
KEY_FORM: Final = "must be 1 to 256 printable ASCII characters without spaces"
FORM: Final = (
    "expected organization/name, each of letters, digits, '.', '_' and '-', starting with a letter or digit"
)
A_LIST: Final = "input must be a mapping of body members, a string or a list, not"
NO_PATH: Final = "a string must be a URL (http://, https:// or data:); for a file use pathlib.Path"
NO_URL: Final = "base_url must be http:// or https:// with a host"
MORE: Final = "base_url must not contain a user, a query or a fragment"
MINUTES: Final = "idle_timeout must be whole minutes from 1 to 1440, not"
SECONDS: Final = "idle_timeout must be whole seconds from 1 to 86400, not"


def no_id(text: str) -> ValueError:
    return ValueError(f"{text!r} is not a model id: {FORM}")


def closed() -> io.BytesIO:
    file = io.BytesIO(PNG)
    file.close()
    return file


def task(name: str, *arguments: Any, **options: Any) -> Call:
    return lambda client: client.model(MODEL, task=name).run(*arguments, **options)


def text(*arguments: Any, **options: Any) -> Call:
    return task("text-generation", *arguments, **options)


def chat(*arguments: Any, **options: Any) -> Call:
    return task("chat", *arguments, **options)


def picture(*arguments: Any, **options: Any) -> Call:
    return task("object-detection", *arguments, **options)


def labels(given: Any) -> Call:
    return task("zero-shot-classification", "a", given)


def untyped(*arguments: Any, **options: Any) -> Call:
    return lambda client: client.model(MODEL).run(*arguments, **options)


def create(**options: Any) -> Call:
    return lambda client: client.model(MODEL).cluster.create(**options)


def update(**options: Any) -> Call:
    return lambda client: client.model(MODEL).cluster.update(**options)


def load(**options: Any) -> Call:
    return lambda client: client.model(MODEL).load(**options)


def older(name: str, *arguments: Any, **options: Any) -> Call:
    return lambda client: getattr(client.v1, name)(*arguments, **options)


CALLS: list[tuple[Call, Exception]] = [
    # Ids and tasks.
    *[
        (lambda c, it=it: c.model(it), no_id(it))
        for it in (
            *("", "gpt2", "/", "a/", "/b", "a/b/c", "a//b", "./b", "a/..", "../b", "-a/b", "a/_b"),
            *("a b/c", "a/b ", "a/b\n", "ä/b", "a%2Fb", "a/b?x=1", "a/b#c", f"o/{'n' * 97}", "a/\ud800"),
        )
    ],
    *[
        (
            lambda c, name=name: c.model(f"{name}/models"),
            ValueError(f"'{name}/models' is not a model id: the organization '{name}' is reserved"),
        )
        for name in ("list", "request")
    ],
    *[
        (lambda c, it=it: c.model(it), TypeError(f"model_id must be a string, not {type(it).__name__}"))
        for it in (None, 7, b"a/b", ["a", "b"])
    ],
    (lambda c: c.model(MODEL, task=["chat"]), TypeError("task must be a string, not list")),
    (lambda c: c.models.list(task=5), TypeError("task must be a string, not int")),
    (lambda c: c.models.list(task=HALF), ValueError(f"the task {HALF!r} cannot be encoded in UTF-8")),
    (lambda c: c.models.list(model_id="a/../b"), no_id("a/../b")),
    # Texts.
    (text(b"a"), TypeError("text must be a string, not bytes")),
    (text(["a"]), TypeError("text must be a string, not list")),
    (text(HALF), ValueError("body/text: 'a\\ud800' cannot be encoded as JSON")),
    (
        lambda c: c.model(MODEL, task="text-to-image").stream(b"a").read(),
        TypeError("text must be a string, not bytes"),
    ),
    (
        lambda c: c.model(MODEL, task="text-generation").stream(HALF).read(),
        ValueError("body/text: 'a\\ud800' cannot be encoded as JSON"),
    ),
    (task("question-answering", None, "c"), TypeError("question must be a string, not NoneType")),
    (task("question-answering", "q", True), TypeError("context must be a string, not bool")),
    (task("visual-question-answering", PNG, b"q"), TypeError("question must be a string, not bytes")),
    (task("zero-shot-classification", ["t"], ["a"]), TypeError("text must be a string, not list")),
    # Messages.
    *[
        (chat(given), TypeError(f"messages must be a list of messages, not {type(given).__name__}"))
        for given in ("Hello", iter([HELLO]), (it for it in [HELLO]), HELLO, None)
    ],
    (chat([]), ValueError("messages must contain at least one message")),
    (chat(b"Hi"), TypeError("messages/0 must be a mapping, not int")),
    (chat([HELLO, "Hello"]), TypeError("messages/1 must be a mapping, not str")),
    (chat([{"content": "Hello"}]), ValueError("messages/0 has no role")),
    (
        chat([{**HELLO, "content": [{"text": HALF}]}]),
        ValueError("body/messages/0/content/0/text: 'a\\ud800' cannot be encoded as JSON"),
    ),
    # Labels.
    *[
        (labels(given), TypeError(f"candidate_labels must be a list of strings, not {type(given).__name__}"))
        for given in ("cat", None, True, {"cat"}, iter(["cat"]), (it for it in ["cat"]))
    ],
    (labels([]), ValueError("candidate_labels must contain at least one label")),
    (labels(b"cat"), TypeError("candidate_labels/0 must be a string, not int")),
    (labels(["cat", None]), TypeError("candidate_labels/1 must be a string, not NoneType")),
    (
        task("zero-shot-object-detection", PNG, "cat"),
        TypeError("candidate_labels must be a list of strings, not str"),
    ),
    # Media.
    *[
        (
            picture(given),
            TypeError(f"media must be a path, bytes, a binary file or a URL, not {type(given).__name__}"),
        )
        for given in (None, True, 3, [PNG], {"url": "https://example.com"}, (it for it in [PNG]))
    ],
    *[
        (picture(given), ValueError(NO_PATH))
        for given in ("", "a.png", "/a.png", "file:///a.png", "ftp://a/b", "https:a", "data")
    ],
    (picture(HERE / "missing"), FileNotFoundError(2, "No such file or directory", str(HERE / "missing"))),
    (picture(closed()), ValueError("the file is closed")),
    (picture(io.StringIO("a")), TypeError("the file must be open in binary mode")),
    (picture(b""), ValueError("the media are empty; a file is read from its current position")),
    (
        picture(b"hello"),
        ValueError("the media type cannot be detected from the first bytes: pass mime="),
    ),
    *[
        (picture(PNG, mime=mime), ValueError(f"mime must be a media type such as image/png, not {mime!r}"))
        for mime in ("", "png", "image/", "/png", "image/png,", "image/png\n", "a b/c", "a/b/c")
    ],
    (picture(PNG, mime=5), TypeError("mime must be a string, not int")),
    *[
        (picture(url, mime="image/png"), ValueError("mime is for bytes and files, not for a URL"))
        for url in ("https://example.com/a.png", "data:,a")
    ],
    (picture("data:\ud800"), ValueError("body/base64: 'data:\\ud800' cannot be encoded as JSON")),
    # Arguments of the model.
    (text("a", params=[1]), TypeError("params must be a mapping, not list")),
    (text("a", params=iter([1])), TypeError("params must be a mapping, not list_iterator")),
    (text("a", extra_params="a"), TypeError("extra_params must be a mapping, not str")),
    (text("a", params={1: 2}), TypeError("params: a member name must be a string, not int")),
    (
        text("a", params={"a": 1, "b": 1, "c": 1}, extra_params={"b": 1, "a": 2}),
        ValueError("params and extra_params both contain a, b"),
    ),
    (
        text("a", params={HALF: 1}),
        ValueError("body/params: the member name 'a\\ud800' cannot be encoded as JSON"),
    ),
    (text("a", auto_scale=1), TypeError("auto_scale must be a bool, not int")),
    (
        text("a", params={"stream": True}),
        ValueError("the input asks for a stream, which run cannot read: use stream"),
    ),
    # The members of the wire.
    *[
        (untyped(given), TypeError(f"{A_LIST} {type(given).__name__}"))
        for given in (5, None, b"a", iter("a"), (it for it in [HELLO]))
    ],
    (untyped({1: "a"}), TypeError("input: a member name must be a string, not int")),
    (untyped({"a": float("nan")}), ValueError("body/a: nan cannot be encoded as JSON")),
    (untyped({"a": {"b": [b"c"]}}), TypeError("body/a/b/0: bytes cannot be encoded as JSON")),
    (
        untyped({"messages": (it for it in [HELLO])}),
        TypeError("body/messages: generator cannot be encoded as JSON"),
    ),
    (
        untyped({"params": {}}, params={"a": 1}),
        ValueError("the input and the arguments both contain params"),
    ),
    (
        untyped({"autoScale": True}, auto_scale=True),
        ValueError("the input and the arguments both contain autoScale"),
    ),
    *[
        (untyped(given), ValueError("the input asks for a stream, which run cannot read: use stream"))
        for given in ({"stream": True}, {"params": {"stream": True}}, {"json": False})
    ],
    (
        lambda c: c.model(MODEL).stream({"stream": True}).read(),
        ValueError("the input and the arguments both contain stream"),
    ),
    # Clusters.
    (create(min=-1), ValueError("min must be 0 to 10, not -1")),
    (create(max=11), ValueError("max must be 0 to 10, not 11")),
    (create(min=2, desired=1), ValueError("min 2 is above desired 1")),
    (create(desired=3, max=2), ValueError("desired 3 is above max 2")),
    (update(min=5, max=4), ValueError("min 5 is above max 4")),
    (load(min=5, max=4), ValueError("min 5 is above max 4")),
    (create(min=1.0), TypeError("min must be an integer, not float")),
    (update(desired=True), TypeError("desired must be an integer, not bool")),
    (load(max="3"), TypeError("max must be an integer, not str")),
    (load(max=0), ValueError("max must be 1 or more: a cluster with max 0 never runs")),
    (create(idle_timeout=300), TypeError("idle_timeout must be a timedelta, not int")),
    *[
        (update(idle_timeout=timedelta(seconds=it)), ValueError(f"{MINUTES} {timedelta(seconds=it)}"))
        for it in (0, -60, 1, 59, 61, 90, 60.000001, 1441 * 60)
    ],
    (create(config=["a"]), TypeError("config must be a mapping, not list")),
    (create(config={"a": b"b"}), TypeError("body/config/a: bytes cannot be encoded as JSON")),
    (update(on="off"), TypeError("on must be a bool, not str")),
    (load(timeout=30), TypeError("timeout must be a timedelta, not int")),
    (
        load(timeout=timedelta(seconds=-1)),
        ValueError("timeout must be 0 or more, not datetime.timedelta(days=-1, seconds=86399)"),
    ),
    (load(on_progress=3), TypeError("on_progress must be callable, not int")),
    (
        lambda c: c.model(MODEL).cluster.wait_until_running(timeout=30),
        TypeError("timeout must be a timedelta, not int"),
    ),
    (
        lambda c: c.model(MODEL).cluster.wait_until_running(on_progress="p"),
        TypeError("on_progress must be callable, not str"),
    ),
    # The older API.
    *[
        (older(name, "gpt2", *more), no_id("gpt2"))
        for name, more in (
            *(("status", ()), ("request", ()), ("wait_until_available", ()), ("wait_until_running", ())),
            *(("start", ()), ("load", ()), ("shut_down", ()), ("run", ("a",))),
        )
    ],
    (lambda c: c.v1.stream("../gpt2", "a").read(), no_id("../gpt2")),
    (older("request", 5), TypeError("model_id must be a string, not int")),
    (older("list_models", 5), TypeError("task must be a string, not int")),
    (older("start", MODEL, concurrency=0), ValueError("concurrency must be 1 to 1000, not 0")),
    (older("load", MODEL, concurrency=-1), ValueError("concurrency must be 1 to 1000, not -1")),
    (older("start", MODEL, concurrency=1001), ValueError("concurrency must be 1 to 1000, not 1001")),
    (older("start", MODEL, concurrency=True), TypeError("concurrency must be an integer, not bool")),
    (older("load", MODEL, concurrency=1.0), TypeError("concurrency must be an integer, not float")),
    (older("start", MODEL, idle_timeout=300), TypeError("idle_timeout must be a timedelta, not int")),
    *[
        (
            older("load", MODEL, idle_timeout=timedelta(seconds=it)),
            ValueError(f"{SECONDS} {timedelta(seconds=it)}"),
        )
        for it in (0, -1, 0.5, 1.000001, 86401)
    ],
    *[
        (older(name, MODEL, timeout=30), TypeError("timeout must be a timedelta, not int"))
        for name in ("load", "wait_until_running", "wait_until_available")
    ],
    *[
        (older("run", MODEL, given), TypeError(f"{A_LIST} {type(given).__name__}"))
        for given in (5, b"a", (it for it in ["a"]))
    ],
    (older("run", MODEL, "a", params=[1]), TypeError("params must be a mapping, not list")),
    (older("run", MODEL, {"a": float("nan")}), ValueError("body/a: nan cannot be encoded as JSON")),
    (
        older("run", MODEL, "a", params={"stream": True}),
        ValueError("the input asks for a stream, which run cannot read: use stream"),
    ),
    *[
        (
            older("run", MODEL, {name: "a"}),
            ValueError(f"the input must not contain {name}: the client sets these members"),
        )
        for name in ("key", "model", "modelId", "params", "stream")
    ],
    (
        lambda c: c.v1.stream(MODEL, {"stream": True, "key": "a"}).read(),
        ValueError("the input must not contain key, stream: the client sets these members"),
    ),
]

COMPAT: list[tuple[Call, Exception]] = [
    (lambda c: c.model("gpt2"), no_id("gpt2")),
    (lambda c: c.model(MODEL, "a b"), ConfigurationError(f"the provider key {KEY_FORM}")),
    (lambda c: c.process("gpt2"), no_id("gpt2")),
    (lambda c: c.list.models({"modelId": "gpt2"}), no_id("gpt2")),
    (
        lambda c: c.list.models({"model_id": MODEL}),
        ValueError("options must be task or modelId, not 'model_id'"),
    ),
    (lambda c: c.list.models("chat"), TypeError("options must be a mapping, not str")),
    (lambda c: c.list.models({"task": 5}), TypeError("task must be a string, not int")),
    (lambda c: c.model(MODEL).run({1}), TypeError("body/input: set cannot be encoded as JSON")),
    (
        lambda c: c.model(MODEL).run(it for it in "a"),
        TypeError("body/input: generator cannot be encoded as JSON"),
    ),
    (lambda c: c.model(MODEL).run(HALF), ValueError("body/input: 'a\\ud800' cannot be encoded as JSON")),
    (
        lambda c: c.model(MODEL).run("a", {"top_p": float("nan")}),
        ValueError("body/params/top_p: nan cannot be encoded as JSON"),
    ),
    (lambda c: c.model(MODEL).run("a", "b"), TypeError("params must be a mapping, not str")),
    (lambda c: c.model(MODEL).run("a", None, "yes"), TypeError("stream must be a bool, not str")),
    (
        lambda c: c.model(MODEL).run("a", {"stream": True}),
        ValueError("the input asks for a stream, which run cannot read: use stream"),
    ),
    (
        lambda c: c.model(MODEL).run("a", {}, model_params={"b": 1}),
        TypeError("params and model_params are the same argument, but their values differ"),
    ),
    *[
        (
            lambda c, it=it: c.model(MODEL).start(timeout=it),
            ValueError(f"timeout must be 60 to 86400 seconds in whole minutes, such as 300, not {it}"),
        )
        for it in (-60, 0, 90, 86460)
    ],
    (lambda c: c.model(MODEL).load(timeout="300"), TypeError("timeout must be an integer, not str")),
    (lambda c: c.model(MODEL).start(concurrency=True), TypeError("concurrency must be an integer, not bool")),
    (lambda c: c.model(MODEL).load(concurrency=11), ValueError("concurrency must be 1 to 10, not 11")),
    (lambda c: c.model(MODEL).start({"concurrency": 0}), ValueError("concurrency must be 1 to 10, not 0")),
    (
        lambda c: c.model(MODEL).load({"memory": 1}),
        ValueError("options must be concurrency or timeout, not 'memory'"),
    ),
    (lambda c: c.model(MODEL).start(5), TypeError("options must be a mapping, not int")),
]

SETTINGS: list[tuple[dict[str, Any], str]] = [
    *[
        ({"api_key": key}, f"the API key {KEY_FORM}")
        for key in ("", "k" * 257, "two words", "line\n", "\tkey", "schlüssel", "k\x00", b"key", 5, HALF)
    ],
    *[
        ({"provider_key": key}, f"the provider key {KEY_FORM}")
        for key in ("", "k" * 257, "two words", "line\n", "\tkey", "schlüssel", "k\x00", b"key", 5, HALF)
    ],
    *[
        ({"base_url": url}, NO_URL)
        for url in (
            *("api.example", "localhost:8080", "ftp://api.example", "https://"),
            *("https://api.example:0", "https://api.example:port", "https://a:99999", "https://[::1"),
        )
    ],
    *[
        ({"base_url": url}, MORE)
        for url in ("https://user:word@api.example", "https://api.example?x=1", "https://api.example#x")
    ],
    ({"base_url": "https://a b.example"}, "base_url is malformed: it contains a space"),
    ({"base_url": "https://a..b"}, "base_url is malformed: its host is not a valid name"),
    ({"base_url": 5}, "base_url must be a string, not int"),
    ({"idle_timeout": None}, "idle_timeout must be a positive timedelta, not None"),
    *[
        (
            {"base_url": f"http://{host}"},
            f"plain http to {name} would send the key in the clear: use https, or allow_insecure=True",
        )
        for host, name in (
            *(("api.example", "api.example"), ("10.0.0.1", "10.0.0.1"), ("0.0.0.0", "0.0.0.0")),
            *(("localhost.example", "localhost.example"), ("[2001:db8::1]", "2001:db8::1")),
        )
    ],
    ({"base_url": "http://a", "allow_insecure": "no"}, "allow_insecure must be a bool, not 'no'"),
]

LIMITS: list[tuple[dict[str, Any], str]] = [
    ({"deadline": timedelta(0)}, "deadline must be a positive timedelta, not datetime.timedelta(0)"),
    (
        {"deadline": timedelta(days=-1)},
        "deadline must be a positive timedelta, not datetime.timedelta(days=-1)",
    ),
    ({"deadline": 30}, "deadline must be a positive timedelta, not 30"),
    ({"idle_timeout": timedelta(0)}, "idle_timeout must be a positive timedelta, not datetime.timedelta(0)"),
    ({"idle_timeout": "long"}, "idle_timeout must be a positive timedelta, not 'long'"),
    ({"max_retries": -1}, "max_retries must be an integer of 0 or more, not -1"),
    ({"max_retries": True}, "max_retries must be an integer of 0 or more, not True"),
    ({"max_retries": 1.0}, "max_retries must be an integer of 0 or more, not 1.0"),
    ({"retry_unknown_outcomes": "yes"}, "retry_unknown_outcomes must be a bool, not 'yes'"),
]


def assert_same(error: BaseException, expected: Exception) -> None:
    assert (type(error), str(error)) == (type(expected), str(expected))
    assert error.__context__ is None


def over(make_client: ScriptedClient) -> compat.Bytez:
    client = compat.Bytez(KEY)
    client.close()
    client._client = make_client.client
    return client


@pytest.mark.parametrize(("call", "expected"), CALLS, ids=[str(expected) for _, expected in CALLS])
async def test_a_call_is_refused_and_nothing_is_sent(
    make_client: MakeClient, call: Call, expected: Exception
) -> None:
    it = make_client(TASKS)
    with pytest.raises(type(expected)) as caught:
        await it.do(call)
    assert_same(caught.value, expected)
    assert it.script.requests == []
    assert await it.do(lambda client: client.tasks.list()) == ["chat"]


@pytest.mark.parametrize(("call", "expected"), COMPAT, ids=[str(expected) for _, expected in COMPAT])
def test_an_invalid_call_of_compat_is_refused_and_nothing_is_sent(call: Call, expected: Exception) -> None:
    it = make_scripted_client("sync", TASKS)
    client = over(it)
    with pytest.raises(type(expected)) as caught:
        call(client)
    assert_same(caught.value, expected)
    assert it.script.requests == []
    assert client.list.tasks().output == ["chat"]


@pytest.mark.parametrize("client", [Bytez, AsyncBytez])
@pytest.mark.parametrize(("settings", "reason"), [*SETTINGS, *LIMITS])
def test_a_setting_is_refused(client: Any, settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        client(**{"api_key": "key", **settings})
    assert_same(caught.value, ConfigurationError(reason))


@pytest.mark.parametrize(("limits", "reason"), LIMITS)
async def test_a_limit_of_a_copy_is_refused_and_the_client_goes_on(
    make_client: MakeClient, limits: dict[str, Any], reason: str
) -> None:
    it = make_client(TASKS)
    with pytest.raises(ConfigurationError) as caught:
        it.client.with_options(**limits)
    assert_same(caught.value, ConfigurationError(reason))
    assert await it.do(lambda client: client.tasks.list()) == ["chat"]


@pytest.mark.parametrize(
    ("client", "wanted"), [(Bytez, "httpx.Client"), (AsyncBytez, "httpx.AsyncClient")], ids=str
)
async def test_an_http_client_of_another_kind_is_refused(client: Any, wanted: str) -> None:
    async with httpx.AsyncClient() as awaited:
        with httpx.Client() as blocking:
            given = awaited if client is Bytez else blocking
            for wrong in (given, 5):
                with pytest.raises(ConfigurationError) as caught:
                    client("key", http_client=wrong)
                reason = f"http_client must be an {wanted}, not {type(wrong).__name__}"
                assert_same(caught.value, ConfigurationError(reason))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"api_key": "a b"}, ConfigurationError(f"the API key {KEY_FORM}")),
        ({"dev": "https://example.com"}, TypeError("dev must be a bool, not str")),
        (
            {"dev": True, "base_url": "https://example.com"},
            TypeError("dev and base_url both set the base URL: pass only one of them"),
        ),
        ({"base_url": "example.com"}, ConfigurationError(NO_URL)),
    ],
)
def test_an_invalid_setting_of_compat_is_refused(settings: dict[str, Any], expected: Exception) -> None:
    with pytest.raises(type(expected)) as caught:
        compat.Bytez(**{"api_key": "key", **settings})
    assert_same(caught.value, expected)


async def test_an_unknown_task_is_refused_with_the_known_ones(make_client: MakeClient) -> None:
    it = make_client()
    with pytest.raises(ValueError, match=r"^unknown task 'juggling'; leave it out, or use one of .*, chat, "):
        it.client.model(MODEL, task="juggling")


async def test_a_folder_is_no_picture(make_client: MakeClient) -> None:
    it = make_client()
    with pytest.raises(OSError, match=HERE.name) as caught:  # The kind of it depends on the system.
        await it.do(picture(HERE))
    assert caught.value.filename == str(HERE)
    assert it.script.requests == []


CONSUMERS: list[tuple[object, Callable[[Any], Call]]] = [
    (HELLO, chat),
    ("cat", labels),
    (PNG, picture),
    (HELLO, untyped),
    (HELLO, lambda given: untyped({"messages": given})),
    ("top_k", lambda given: text("a", params=given)),
    ("a", lambda given: older("run", MODEL, given)),
    ("a", lambda given: create(config=given)),
]


@pytest.mark.parametrize(("item", "spend"), CONSUMERS)
async def test_a_generator_is_refused_before_anything_is_taken_from_it(
    make_client: MakeClient, item: object, spend: Callable[[Any], Call]
) -> None:
    given = (it for it in [item])
    it = make_client()
    with pytest.raises(TypeError, match="generator"):
        await it.do(spend(given))
    assert [*given] == [item]


WITH_A_FILE: list[tuple[Callable[[Any], Call], type[Exception]]] = [
    (lambda file: picture(file, mime="png"), ValueError),
    (lambda file: picture(file, params=[1]), TypeError),
    (lambda file: picture(file, params={"a": 1}, extra_params={"a": 1}), ValueError),
    (lambda file: picture(file, extra_params={"a": b"b"}), TypeError),
    (lambda file: task("visual-question-answering", file, None), TypeError),
    (lambda file: task("zero-shot-object-detection", file, []), ValueError),
]


@pytest.mark.parametrize(("call", "error"), WITH_A_FILE)
async def test_an_open_file_stands_where_it_stood_after_a_refusal(
    make_client: MakeClient, tmp_path: Path, call: Callable[[Any], Call], error: type[Exception]
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"head" + PNG)
    it = make_client(output([]))
    with path.open("rb") as file:
        file.seek(4)
        with pytest.raises(error):
            await it.do(call(file))
        assert (file.closed, file.tell()) == (False, 4)
        await it.do(picture(file))
    assert b"data:image/png;base64," in it.request().content


async def test_an_open_file_of_an_unknown_type_can_be_sent_with_its_type(make_client: MakeClient) -> None:
    it = make_client(output([]))
    file = io.BytesIO(b"hello")
    with pytest.raises(ValueError, match="pass mime="):
        await it.do(picture(file))
    await it.do(picture(file, mime="image/x-own"))
    assert b"data:image/x-own;base64,aGVsbG8=" in it.request().content


async def test_an_open_file_can_be_sent_again_after_the_service_refused(make_client: MakeClient) -> None:
    it = make_client(error_reply(401), output([]))
    file = io.BytesIO(PNG)
    with pytest.raises(Exception, match="no"):
        await it.do(picture(file))
    await it.do(picture(file))
    first, second = it.script.requests
    assert first.content == second.content


class Pipe(io.BytesIO):
    """What can be read once."""

    def seekable(self) -> bool:
        return False


async def test_what_can_be_read_once_says_so_the_second_time(make_client: MakeClient) -> None:
    it = make_client(error_reply(401))
    pipe = Pipe(PNG)
    with pytest.raises(Exception, match="no"):
        await it.do(picture(pipe))
    with pytest.raises(ValueError, match="the media are empty; a file is read from its current position"):
        await it.do(picture(pipe))
    assert len(it.script.requests) == 1
