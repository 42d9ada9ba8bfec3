"""Live engine over a server with the API of OpenAI, such as Ollama, llama.cpp or vLLM."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import suppress
from typing import Final, NoReturn, TypedDict

import httpx
import msgspec

from bytezkit_emulator._common.http_types import HttpError, is_loopback_address
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._engines.inputs import InputError
from bytezkit_emulator._engines.job import Job, Output
from bytezkit_emulator._engines.live.run import EngineError, LiveRun, Slots
from bytezkit_models.json_value import JsonValue

# The other servers queue further runs themselves; this bounds the number of threads.
_MAX_RUNS: Final = 16
_CONNECT_TIMEOUT: Final = 5.0
_MAX_EXCERPT: Final = 300
_EVERY_MODEL: Final = "*"
_CHAT: Final = "chat"
_COMPLETION: Final = "text-generation"
_EMBEDDINGS: Final = ("feature-extraction", "sentence-similarity")
# Names of parameters that differ from those of the API of OpenAI.
_NAMES: Final = {"max_new_tokens": "max_tokens", "stop_strings": "stop"}
# Temperature 0 stands for `do_sample`, and the emulator joins the prompt and the new text.
_OMITTED: Final = ("do_sample", "return_full_text")
# Statuses that the client gets unchanged, and those that say that the input is at fault.
_LOAD_STATUSES: Final = (429, 503)
_INPUT_STATUSES: Final = (400, 413, 422)


class _Function(msgspec.Struct):
    name: str | None = None
    arguments: str | None = None


class _ToolCall(msgspec.Struct):
    index: int = 0
    id: str | None = None
    function: _Function = msgspec.field(default_factory=_Function)


class _Delta(msgspec.Struct):
    content: str | None = None
    tool_calls: list[_ToolCall] | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)
    text: str | None = None
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int
    completion_tokens: int = 0


class _Event(msgspec.Struct):
    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: JsonValue = None


class _Embedding(msgspec.Struct):
    embedding: list[float]


class _Embeddings(msgspec.Struct):
    data: list[_Embedding]
    usage: _Usage | None = None


class _ListedModel(msgspec.Struct):
    id: str


class _ListedModels(msgspec.Struct):
    data: list[_ListedModel]


class _ErrorText(msgspec.Struct):
    message: str


class _Error(msgspec.Struct):
    error: _ErrorText


class _Settings(TypedDict):
    """Arguments of both clients of httpx."""

    base_url: httpx.URL
    headers: dict[str, str]
    timeout: httpx.Timeout
    verify: ssl.SSLContext
    trust_env: bool


class OpenAIEngine:
    """Live engine of an emulator: runs models at a server with the API of OpenAI.

    It serves the tasks chat, text-generation, feature-extraction and sentence-similarity. It belongs to one
    emulator, which connects to the server when it is constructed.

    Args:
        url: Base URL of the API, such as `http://127.0.0.1:11434/v1` for Ollama.
        models: The server's name of a model, by model id; `*` stands for all other models. Default: the ids.
        key: API key of the server. Default: none.
        timeout: Maximum seconds without a byte from the server. Default: 120.

    Raises:
        EngineError: The URL is no base URL, or the key is malformed.
    """

    def __init__(
        self,
        url: str,
        *,
        models: Mapping[str, str] | None = None,
        key: str | None = None,
        timeout: float = 120,
    ) -> None:
        is_valid_key = key is None or (key.isascii() and key.isprintable() and key != "" and " " not in key)
        self._key = key if is_valid_key else None
        # A traceback may show local variables, so the key must be gone before an exception can be raised.
        del key
        if not is_valid_key:
            raise EngineError("the key of the upstream must be printable ASCII characters without spaces")
        self._url = _read_url(url)
        self._models = dict(models or {})
        self._timeout = httpx.Timeout(timeout, connect=_CONNECT_TIMEOUT)
        is_local = self._url.host == "localhost" or is_loopback_address(self._url.host)
        # Loopback is never proxied.
        self._uses_environment = not is_local
        # Created once: otherwise each client would create one, and reading the certificates takes longer than
        # a short run.
        has_tls = self._url.scheme == "https"
        self._tls = httpx.create_ssl_context() if has_tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._slots = Slots(_MAX_RUNS)

    def __reduce__(self) -> NoReturn:
        raise TypeError("an engine cannot be pickled, since it has a key")

    def open(self, tasks: Mapping[str, str]) -> Mapping[str, str]:
        """Check that the server has the models.

        Args:
            tasks: Task of each model of the emulator.

        Raises:
            EngineError: The server cannot be reached, refuses the key, or has no such model; or there is no
                such model to map.
        """
        for model_id in self._models.keys() - {*tasks, _EVERY_MODEL}:
            raise EngineError(f"there is no model {model_id!r} to run as {self._models[model_id]!r}")
        listed = self._list_models()
        for name in self._models.values():
            # Ollama lists the tag, which requests may omit.
            if not listed.intersection((name, f"{name}:latest")):
                known = ", ".join(sorted(listed)) or "none"
                raise EngineError(f"the upstream {self._url} has no model {name!r}; it has: {known}")
        return {}

    def admit(self, job: Job) -> Slots | None:
        """Return the slots of all runs, or None for another task."""
        return self._slots if job.task.name in (_CHAT, _COMPLETION, *_EMBEDDINGS) else None

    def run(self, job: Job, live_run: LiveRun) -> Output:
        """Return the server's output, and write its text as it comes."""
        try:
            return asyncio.run(self._run(job, live_run))
        except httpx.TimeoutException:
            raise HttpError(504, f"the upstream {self._url} did not respond in time") from None
        except httpx.HTTPError as error:
            raise HttpError(502, f"the upstream {self._url} failed: {_describe(error)}") from None
        except msgspec.MsgspecError as error:
            raise HttpError(502, f"the upstream {self._url} sent an invalid response: {error}") from None

    async def _run(self, job: Job, live_run: LiveRun) -> Output:
        loop = asyncio.get_running_loop()
        work = asyncio.create_task(self._work(job, live_run))

        def cancel() -> None:
            # The loop is closed if the run is cancelled at its end.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(work.cancel)

        live_run.on_cancel(cancel)
        return await work

    async def _work(self, job: Job, live_run: LiveRun) -> Output:
        body: JsonObject = {**_parameters(job.params), "model": self._name(job.model_id)}
        if job.stops:
            body["stop"] = [*job.stops]
        async with httpx.AsyncClient(**self._settings) as client:
            if job.task.name in _EMBEDDINGS:
                return await self._embed(client, {**body, "input": job.text("text")})
            body |= {"stream": True, "stream_options": {"include_usage": True}}
            if job.task.name == _CHAT:
                body |= job.inputs.members
                return await self._generate(client, "chat/completions", body, job, live_run)
            body["prompt"] = job.text("text")
            return await self._generate(client, "completions", body, job, live_run)

    async def _embed(self, client: httpx.AsyncClient, body: JsonObject) -> Output:
        response = await client.post("embeddings", json=body)
        self._raise_for_status(response)
        result = msgspec.json.decode(response.content, type=_Embeddings)
        if not result.data:
            raise HttpError(502, f"the upstream {self._url} sent an invalid response: no embedding")
        prompt_tokens = None if result.usage is None else result.usage.prompt_tokens
        return Output(value=[*result.data[0].embedding], prompt_tokens=prompt_tokens)

    async def _generate(
        self, client: httpx.AsyncClient, path: str, body: JsonObject, job: Job, live_run: LiveRun
    ) -> Output:
        pieces: list[str] = []
        calls: dict[int, _ToolCall] = {}
        usage: _Usage | None = None
        is_whole = False
        async with client.stream("POST", path, json=body) as response:
            if not response.is_success:
                await response.aread()
                self._raise_for_status(response)
            async for event in _events(response):
                if event.error is not None:
                    raise HttpError(502, self._redacted(f"the upstream {self._url} failed: {event.error}"))
                usage = event.usage or usage
                for choice in event.choices:
                    is_whole = is_whole or choice.finish_reason is not None
                    _add_calls(calls, choice.delta.tool_calls or [])
                    piece = choice.delta.content or choice.text
                    if piece:
                        if not pieces:
                            live_run.write(job.prefix)
                        live_run.write(piece)
                        pieces.append(piece)
        if not is_whole:
            raise HttpError(
                502, f"the upstream {self._url} closed the connection before the end of its stream"
            )
        text = job.prefix + "".join(pieces)
        return Output(
            value=_message(text, calls) if "messages" in body else text,
            tokens=len(pieces) if usage is None else usage.completion_tokens,
            prompt_tokens=None if usage is None else usage.prompt_tokens,
        )

    def _list_models(self) -> set[str]:
        try:
            # The asynchronous client would need an event loop, which this thread may already run.
            with httpx.Client(**self._settings) as client:
                response = client.get("models", timeout=_CONNECT_TIMEOUT)
        except httpx.HTTPError as error:
            raise EngineError(f"the upstream {self._url} cannot be reached: {_describe(error)}") from None
        if response.status_code in (401, 403):
            problem = "refuses the key" if self._key else "requires a key"
            raise EngineError(f"the upstream {self._url} {problem}")
        try:
            self._raise_for_status(response)
            return {model.id for model in msgspec.json.decode(response.content, type=_ListedModels).data}
        except (HttpError, InputError, msgspec.MsgspecError):
            raise EngineError(
                f"{self._url} is not the base URL of an OpenAI-compatible API, such as "
                f"http://127.0.0.1:11434/v1: it lists no models at {self._url}/models"
            ) from None

    @property
    def _settings(self) -> "_Settings":
        return {
            "base_url": self._url,
            "headers": {"authorization": f"Bearer {self._key}"} if self._key else {},
            "timeout": self._timeout,
            "verify": self._tls,
            "trust_env": self._uses_environment,
        }

    def _name(self, model_id: str) -> str:
        return self._models.get(model_id, self._models.get(_EVERY_MODEL, model_id))

    def _raise_for_status(self, response: httpx.Response) -> None:
        status = response.status_code
        if response.is_success:
            return
        reason = self._redacted(f"the upstream responded with {status}: {_error_text(response)}")
        if status in _INPUT_STATUSES:
            raise InputError(reason)
        retry = {name: response.headers[name] for name in ("retry-after",) if name in response.headers}
        raise HttpError(status if status in _LOAD_STATUSES else 502, reason, headers=retry)

    def _redacted(self, text: str) -> str:
        """Return a text without the key, which a server may repeat."""
        return text if self._key is None else text.replace(self._key, "***")


def _read_url(text: str) -> httpx.URL:
    """Return a base URL without a slash at its end.

    Raises:
        EngineError: It is not an HTTP URL, or it has other parts than a host, a port and a path.
    """
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, TypeError):
        url = httpx.URL()
    if url.userinfo or url.query or url.fragment:
        raise EngineError("the URL of the upstream must not contain credentials, a query or a fragment")
    if url.scheme not in ("http", "https") or not url.host:
        raise EngineError(f"the URL of the upstream must be as http://127.0.0.1:11434/v1, not {text!r}")
    return url.copy_with(path=url.path.rstrip("/"))


def _describe(error: httpx.HTTPError) -> str:
    return str(error) or type(error).__name__


def _error_text(response: httpx.Response) -> str:
    try:
        text = msgspec.json.decode(response.content, type=_Error).error.message
    except msgspec.MsgspecError:
        text = response.text
    return text[:_MAX_EXCERPT]


def _parameters(params: JsonObject) -> JsonObject:
    """Return the parameters under the names of the API of OpenAI; unknown names are passed on."""
    body = {_NAMES.get(name, name): value for name, value in params.items() if name not in _OMITTED}
    return {**body, "temperature": 0} if params.get("do_sample") is False else body


async def _events(response: httpx.Response) -> AsyncIterator[_Event]:
    async for line in response.aiter_lines():
        data = line.removeprefix("data:").strip()
        if line.startswith("data:") and data != "[DONE]":
            yield msgspec.json.decode(data, type=_Event)


def _add_calls(calls: dict[int, _ToolCall], deltas: Collection[_ToolCall]) -> None:
    """Add the pieces of tool calls, whose arguments come in parts."""
    for delta in deltas:
        call = calls.setdefault(delta.index, _ToolCall())
        call.id = call.id or delta.id
        call.function.name = call.function.name or delta.function.name
        call.function.arguments = (call.function.arguments or "") + (delta.function.arguments or "")


def _message(text: str, calls: Mapping[int, _ToolCall]) -> JsonValue:
    message: JsonObject = {"role": "assistant", "content": text}
    if calls:
        message["content"] = text or None
        message["tool_calls"] = [
            {
                "id": call.id or f"call_{index}",
                "type": "function",
                "function": {"name": call.function.name or "", "arguments": call.function.arguments or "{}"},
            }
            for index, call in calls.items()
        ]
    return message
