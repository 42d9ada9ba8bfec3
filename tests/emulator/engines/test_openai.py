"""The engine `openai`, with a stub of the server."""

import json
import pickle
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Final

import httpx
import pytest

from bytezkit_emulator import Emulator, EngineError, OpenAIEngine
from bytezkit_emulator.__main__ import main
from tests.emulator.clients import CHAT, CHAT_ID, GPT2, GPT2_ID, VECTOR, error, open_client, output
from tests.emulator.service.test_closed_models import OPENAI

SECRET: Final = "sk-upstream-secret"
MESSAGES: Final = [{"role": "user", "content": "Hi"}]
USAGE: Final = {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 9}}
TOOL: Final = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
HELLO: Final = ("Hel", "lo")


def chunk(**delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}


def chat(*pieces: str) -> list[Any]:
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    texts = [chunk(content=it) for it in pieces]
    return [chunk(role="assistant", content=None), *texts, end, USAGE, "[DONE]"]


def texts(*pieces: str) -> list[Any]:
    return [*({"choices": [{"text": it, "finish_reason": None}]} for it in pieces), *chat()[1:]]


class Upstream(ThreadingHTTPServer):
    """A server with the API of OpenAI, which waits for each `Event` in a stream while its client is there."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.events: list[Any] = chat(*HELLO)
        self.answer: Any = {"data": [{"embedding": [0.5, -1.0]}], "usage": {"prompt_tokens": 3}}
        self.headers: Mapping[str, str] = {}
        self.models: Any = {"data": [{"id": "smollm2:latest"}, {"id": "nomic"}]}
        # Path, body and authorization.
        self.requests: list[tuple[str, Any, str | None]] = []
        self.left = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Upstream

    def do_GET(self) -> None:
        # The URL of the upstream may end in a status, such as /v1/401.
        status = self.path.removeprefix("/v1/").removesuffix("models").strip("/") or 200
        self._respond(int(status), json.dumps(self.server.models).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append((self.path, body, self.headers["authorization"]))
        if self.server.status != 200 or not body.get("stream"):
            self._respond(self.server.status, json.dumps(self.server.answer).encode())
            return
        self.send_response(200)
        self.end_headers()
        for event in self.server.events:
            if isinstance(event, Event):
                self._wait(event)
                continue
            data = event if isinstance(event, str) else json.dumps(event)
            self.wfile.write(f"data: {data}\n\n".encode())

    def _wait(self, event: Event) -> None:
        self.connection.settimeout(0.02)
        while not event.is_set():
            try:
                if self.connection.recv(1) == b"":
                    self.server.left.set()
                    return
            except TimeoutError:
                continue

    def _respond(self, status: int, body: bytes) -> None:
        self.send_response(status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        Thread(target=server.serve_forever, args=[0.01]).start()
        yield server
        server.shutdown()


def open_emulator(upstream: Upstream, **options: Any) -> Emulator:
    return Emulator(engine=OpenAIEngine(upstream.url, models={"*": "smollm2", GPT2_ID: "nomic"}, **options))


@pytest.mark.parametrize(
    ("path", "params", "events", "sent", "text"),
    [
        (CHAT, {"max_new_tokens": 7, "top_k": 3}, chat(*HELLO), {"max_tokens": 7, "top_k": 3}, "Hello"),
        (CHAT, {"do_sample": False}, [*chat(), "[DONE]"], {"temperature": 0}, ""),
        (GPT2, {"temperature": 0.5}, texts(" upon", "", " a"), {"temperature": 0.5}, "Once upon a"),
    ],
)
def test_texts(
    upstream: Upstream, path: str, params: Any, events: list[Any], *, sent: Any, text: str
) -> None:
    upstream.events = events
    body = {"messages": MESSAGES} if path == CHAT else {"text": "Once"}
    with open_client(open_emulator(upstream)) as client:
        whole, streamed = (
            client.post(path, json={**body, "params": params, "stream": it}) for it in (False, True)
        )
    is_chat = path == CHAT
    assert output(whole) == ({"role": "assistant", "content": text} if is_chat else text)
    assert streamed.text == text
    assert whole.headers["x-bytezkit-engine"] == streamed.headers["x-bytezkit-engine"] == "real"
    options = {"stream": True, "stream_options": {"include_usage": True}}
    inputs = {**body, "model": "smollm2"} if is_chat else {"prompt": "Once", "model": "nomic"}
    place = "/v1/chat/completions" if is_chat else "/v1/completions"
    assert upstream.requests == 2 * [(place, {**inputs, **sent, **options}, None)]


def test_tools_pass_through(upstream: Upstream) -> None:
    call = {"id": "c1", "type": "function"}
    first = {"index": 0, **call, "function": {"name": "weather", "arguments": '{"city"'}}
    rest = {"index": 0, "function": {"arguments": ': "Rome"}'}}
    upstream.events = [chunk(tool_calls=[first]), chunk(tool_calls=[rest]), *chat()[1:]]
    body = {"messages": MESSAGES, "params": {"tools": [TOOL], "tool_choice": "required"}}
    with open_client(open_emulator(upstream, key=SECRET)) as client:
        response = client.post(OPENAI, json=body)
    whole = {**call, "function": {"name": "weather", "arguments": '{"city": "Rome"}'}}
    assert output(response) == {"role": "assistant", "content": None, "tool_calls": [whole]}
    usage = response.json()["provider"]["usage"]
    assert usage == {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14}
    [(_, sent, authorization)] = upstream.requests
    assert (sent["tools"], sent["tool_choice"], authorization) == ([TOOL], "required", f"Bearer {SECRET}")


def test_routes_in_the_format_of_openai(upstream: Upstream) -> None:
    api = "/models/v2/openai/v1"
    body = {"model": CHAT_ID, "messages": MESSAGES, "stop": "x", "max_tokens": 9}
    with open_client(open_emulator(upstream)) as client:
        response = client.post(f"{api}/chat/completions", json=body)
        embedding = client.post(f"{api}/embeddings", json={"model": VECTOR[11:], "input": ["a", "b"]}).json()
    (_, sent, _), *_ = upstream.requests
    assert (sent["stop"], sent["max_tokens"], sent["model"]) == (["x"], 9, "smollm2")
    assert response.headers["x-bytezkit-engine"] == "real"
    assert response.json()["choices"][0]["message"] == {"role": "assistant", "content": "Hello"}
    assert response.json()["usage"] == {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14}
    assert [it["embedding"] for it in embedding["data"]] == [[0.5, -1.0]] * 2


@pytest.mark.parametrize("echo", [False, True])
def test_streams_of_completions_arrive_while_the_server_works(upstream: Upstream, echo: bool) -> None:
    heard = Event()
    first, *rest = texts(" upon", " a")
    upstream.events = [first, heard, *rest]
    body = {"model": GPT2_ID, "prompt": "Once", "stream": True, "echo": echo}
    text = ""
    with (
        open_client(open_emulator(upstream)) as client,
        client.stream("POST", "/models/v2/openai/v1/completions", json=body) as response,
    ):
        for line in response.iter_lines():
            if line.startswith("data: {"):
                text += "".join(it["text"] for it in json.loads(line[6:])["choices"])
                if " upon" in text:
                    heard.set()
    assert text == ("Once upon a" if echo else " upon a")


@pytest.mark.parametrize("is_streaming", [False, True])
def test_disconnect_frees_the_server(upstream: Upstream, is_streaming: bool) -> None:
    never = Event()
    upstream.events = [*chat("Hel")[:2], never] if is_streaming else [never]
    body = {"messages": MESSAGES, "stream": True}
    with open_emulator(upstream) as emulator:
        client = httpx.Client(base_url=emulator.url, trust_env=False, headers={"authorization": "Key a"})
        with (  # noqa: PT012  # the request can also fail in the loop
            client,
            pytest.raises((httpx.ReadTimeout, InterruptedError)),
            client.stream("POST", CHAT, json=body, timeout=0.5) as response,
        ):
            for _ in response.iter_bytes():
                raise InterruptedError
        assert upstream.left.wait(30)


@pytest.mark.parametrize(
    ("status", "answer", "retry_after", "expected", "reason"),
    [
        (400, {"error": {"message": f"too long for {SECRET}"}}, None, 422, "too long for ***"),
        (401, {"error": {"message": "no"}}, None, 502, "the upstream responded with 401: no"),
        (429, {"error": "later"}, "7", 429, 'responded with 429: {"error": "later"}'),
        (500, "a" * 1000, None, 502, 'the upstream responded with 500: "' + "a" * 299),
        (200, {"data": []}, None, 502, "sent an invalid response: no embedding"),
        (200, {"data": [{"embedding": ["a"]}]}, None, 502, "sent an invalid response: Expected `float`"),
    ],
)
def test_failures(
    upstream: Upstream, status: int, answer: Any, *, retry_after: str | None, expected: int, reason: str
) -> None:
    upstream.status, upstream.answer = status, answer
    upstream.headers = {} if retry_after is None else {"retry-after": retry_after}
    with open_client(open_emulator(upstream, key=SECRET)) as client:
        response = client.post(VECTOR, json={"text": "a"})
    assert reason in error(response, expected)
    assert SECRET not in response.text
    assert response.headers.get("retry-after") == retry_after


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([*chat("Hel")[:2]], "closed the connection before the end of its stream"),
        ([*chat("Hel")[:2], {"error": {"message": f"out of memory {SECRET}"}}], "out of memory ***"),
        ([*chat("Hel")[:2], "{"], "sent an invalid response"),
    ],
)
def test_failure_within_the_stream_cuts_the_connection(
    upstream: Upstream, events: list[Any], reason: str
) -> None:
    upstream.events = events
    emulator = open_emulator(upstream, key=SECRET)
    with open_client(emulator) as client:
        assert reason in error(client.post(CHAT, json={"messages": MESSAGES}), 502)
        with suppress(httpx.ReadError):
            # The failure may be there before the first piece is sent.
            error(client.post(CHAT, json={"messages": MESSAGES, "stream": True}), 502)
    assert reason in (emulator.journal.entries()[-1].reason or "")


def test_server_that_has_gone_or_is_slow(upstream: Upstream) -> None:
    never = Event()
    upstream.events = [never]
    emulator = open_emulator(upstream, timeout=0.1)
    with open_client(emulator) as client:
        reason = error(client.post(CHAT, json={"messages": MESSAGES}), 504)
        assert reason == f"the upstream {upstream.url} did not respond in time"
        never.set()
        upstream.shutdown()
        upstream.socket.close()
        reason = error(client.post(CHAT, json={"messages": MESSAGES}), 502)
        assert reason.startswith(f"the upstream {upstream.url} failed: ")


@pytest.mark.parametrize(
    ("url", "options", "reason"),
    [
        ("{url}/", {"models": {"*": "smollm2", CHAT_ID: "smollm2:latest"}}, None),
        ("{url}", {"models": {"*": "gpt"}}, "has no model 'gpt'; it has: nomic, smollm2:latest"),
        ("{url}", {"models": {"a/b": "nomic"}}, "there is no model 'a/b' to run as 'nomic'"),
        ("{url}/404", {}, "is not the base URL of an OpenAI-compatible API"),
        ("{url}/401", {}, "/401 requires a key"),
        ("{url}/403", {"key": SECRET}, "/403 refuses the key"),
        ("http://127.0.0.1:9", {}, "cannot be reached"),
        ("127.0.0.1:80", {}, "must be as http://127.0.0.1:11434/v1, not '127.0.0.1:80'"),
        ("http://a:b", {}, "must be as http://127.0.0.1:11434/v1, not 'http://a:b'"),
        ("http://user:pass@127.0.0.1", {}, "must not contain credentials"),
        ("http://127.0.0.1/v1?a=b", {}, "must not contain credentials, a query"),
        ("{url}", {"key": f"{SECRET} "}, "the key of the upstream must be printable ASCII"),
    ],
)
def test_configuration(upstream: Upstream, url: str, options: Any, reason: str | None) -> None:
    url = url.format(url=upstream.url)
    if reason is None:
        Emulator(engine=OpenAIEngine(url, **options)).close()
        return
    with pytest.raises(EngineError) as caught:
        Emulator(engine=OpenAIEngine(url, **options))
    assert reason in str(caught.value)
    assert "pass" not in str(caught.value)
    assert SECRET not in str(caught.value)


def test_key_is_not_shown() -> None:
    engine = OpenAIEngine("http://127.0.0.1", key=SECRET)
    assert SECRET not in repr(engine)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(engine)


def test_command_names_the_models_of_the_upstream(upstream: Upstream) -> None:
    options = ["--engine=openai", f"--upstream={upstream.url}", f"--upstream-model={GPT2_ID}=gpt"]
    with pytest.raises(SystemExit, match="has no model 'gpt'"):
        main(options)
