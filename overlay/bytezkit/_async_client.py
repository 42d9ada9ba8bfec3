"""The asynchronous client."""

from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from copy import copy
from datetime import timedelta
from types import TracebackType
from typing import Self, Unpack

from bytezkit import _api
from bytezkit._api.async_media_ref import AsyncMediaRef
from bytezkit._api.async_resources import AsyncClusters, AsyncModels, AsyncTasks
from bytezkit._api.async_task_overloads import AsyncModelFactory
from bytezkit._core.clock import Clock
from bytezkit._core.config import (
    CallOptions,
    Duration,
    OpenAIOptions,
    make_limits,
    openai_options,
    resolve_origin,
)
from bytezkit._core.exchange import Context
from bytezkit._core.json import UntypedInput
from bytezkit._core.model_id import check_task, check_variant
from bytezkit._core.secrets import Secret
from bytezkit._core.tracing import Tracer
from bytezkit._map.async_driver import AsyncOutcomes
from bytezkit._map.outcomes import Outcome
from bytezkit._transport.async_sender import AsyncHttpClient, AsyncSender
from bytezkit._transport.session import AsyncSession
from bytezkit._v1.async_client import AsyncV1
from bytezkit_models.json_value import JsonValue


class AsyncBytez(AsyncModelFactory):
    """A client of the Bytez model API, safe to share between the tasks of one event loop.

    Create one client and reuse it. It belongs to the first event loop that uses it: in another event loop or
    a forked process, every call raises `RuntimeError`.

    Args:
        api_key: API key. Default: the environment variable `BYTEZ_KEY`.
        base_url: Base URL of the service. Default: the environment variable `BYTEZ_BASE_URL`, or
            https://api.bytez.com.
        provider_key: Key at the provider of a closed-source model, sent with runs.
        deadline: Maximum time for a call, including retries and pauses; for a stream, until it begins. A
            number is in seconds; None: no limit. Default: 10 minutes.
        idle_timeout: Maximum time between two chunks of a stream. A number is in seconds. Default: 2 minutes.
        max_retries: Maximum number of retries of a request. Default: 2.
        retry_unknown_outcomes: Whether a run is retried if the service may have run (and charged) it already.
            Default: False.
        max_response_bytes: Maximum size of a response in bytes, decompressed; not for streams and media. A
            larger response raises `DecodeError`. Of an error, at most 1 MiB is read. Default: 256 MiB.
        headers: Further headers of every request to the service, for example for a gateway.
        http_client: An `httpx.AsyncClient` that sends the requests, for example with custom hooks,
            certificates or transport; the caller closes it. Or `"aiohttp"` (extra `fast`), which is several
            times as fast with many concurrent calls and requires asyncio. Default: a new `httpx.AsyncClient`,
            which uses the proxies of the environment.
        allow_insecure: Whether the key may be sent over plain http to a host that is not loopback. Default:
            the environment variable `BYTEZ_ALLOW_INSECURE`, `1` or `0`, or False.
        tracer: Called with an `Attempt` for each attempt of a request. The attempt runs within the returned
            context manager, which can record a span and add headers. Each attempt is also logged by the
            logger `bytezkit` at level DEBUG.
        clock: Measures time and sleeps. Tests pass a clock whose sleep returns immediately.

    Raises:
        ConfigurationError: The API key is missing, or an argument or environment variable is wrong.
    """

    def __init__(  # noqa: PLR0913 - one keyword per setting
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        provider_key: str | None = None,
        deadline: Duration | None = timedelta(minutes=10),
        idle_timeout: Duration = timedelta(minutes=2),
        max_retries: int = 2,
        retry_unknown_outcomes: bool = False,
        max_response_bytes: int = 256 * 2**20,
        headers: Mapping[str, str] | None = None,
        http_client: AsyncHttpClient | None = None,
        allow_insecure: bool | None = None,
        tracer: Tracer | None = None,
        clock: Clock | None = None,
    ) -> None:
        keys = [None if key is None else Secret(key) for key in (api_key, provider_key)]
        # A traceback with local variables must not show the keys.
        del api_key, provider_key
        origin = resolve_origin(
            api_key=keys[0],
            provider_key=keys[1],
            base_url=base_url,
            allow_insecure=allow_insecure,
            headers=headers,
        )
        limits = make_limits(
            deadline=deadline,
            idle_timeout=idle_timeout,
            max_retries=max_retries,
            retry_unknown_outcomes=retry_unknown_outcomes,
            max_response_bytes=max_response_bytes,
        )
        self._session = AsyncSession(
            Context(limits, clock or Clock(), origin, tracer), AsyncSender(origin, http_client)
        )

    @property
    def models(self) -> AsyncModels:
        """The models of the catalog."""
        return AsyncModels(self._session)

    @property
    def tasks(self) -> AsyncTasks:
        """The tasks of the catalog."""
        return AsyncTasks(self._session)

    @property
    def clusters(self) -> AsyncClusters:
        """The clusters of the API key."""
        return AsyncClusters(self._session)

    @property
    def v1(self) -> AsyncV1:
        """The v1 API, which the vendor documented in 2024."""
        return AsyncV1(self._session)

    def media(self, url: str) -> AsyncMediaRef:
        """Return a reference to the media of an earlier output.

        Args:
            url: URL of the media, from the output.

        Raises:
            TypeError: The URL is not a string.
        """
        return AsyncMediaRef(url, self._session)

    def map(
        self,
        inputs: Iterable[tuple[str, UntypedInput]] | AsyncIterable[tuple[str, UntypedInput]],
        *,
        concurrency: int = 8,
        ordered: bool = True,
        on_outcome: Callable[[Outcome[tuple[str, UntypedInput], JsonValue]], object] | None = None,
    ) -> AsyncOutcomes[tuple[str, UntypedInput], JsonValue]:
        """Run different models on many inputs concurrently. For a single model, use `map` of its handle.

        Args:
            inputs: Tuples of a model id and an input, as for `run` of an untyped handle. An input that is a
                mapping may contain `params`.
            concurrency: Maximum number of concurrent requests over all models. `map` sends fewer after
                status 429. Default: 8.
            ordered: Whether outcomes are returned in the order of the inputs or of completion.
            on_outcome: Called with each outcome on completion, never concurrently. The iteration raises its
                exceptions.

        Raises:
            TypeError: The inputs are a single string or mapping.
            ValueError: The concurrency is not a positive integer.
        """
        return _api.async_handles.map_models(
            self._session, inputs, concurrency=concurrency, ordered=ordered, on_outcome=on_outcome
        )

    def openai_options(self) -> OpenAIOptions:
        """Return arguments that direct a client of the package `openai` to the OpenAI-compatible API.

        They contain the keys and headers of this client, for the base URL that it has checked. The client of
        `openai` has connections, timeouts and retries of its own.
        """
        return openai_options(self._session.http.origin)

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """Return a client with other options over the same connections. Only this client closes them.

        Args:
            options: `provider_key`, `deadline`, `idle_timeout`, `max_retries`, `retry_unknown_outcomes`,
                `max_response_bytes` or `headers`, as for the constructor. Headers are added to those of this
                client. Default: no change.

        Raises:
            ConfigurationError: An option is wrong.
        """
        # The constructor would read the environment again and open new connections.
        client: Self = copy(self)
        client._session = self._session.with_options(options)
        return client

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.http.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        # A traceback with local variables also prints a client whose constructor failed.
        url = self._session.http.origin.base_url if hasattr(self, "_session") else "(not set up)"
        return f"<AsyncBytez {url}>"

    def _make_handle(self, model_id: str, task: str | None, variant: str | None) -> object:
        if task is None:
            if variant is not None:
                raise ValueError("variant needs a task")
            target = _api.runs.untyped_target(model_id)
            return _api.async_handles.AsyncUntypedModel(self._session, target)
        handle, output = _api.async_task_handles.HANDLES[check_task(task)]
        if variant is None:
            return handle(self._session, _api.runs.typed_target(model_id, task, output))
        output, params = check_variant(task, variant, _api.async_task_handles.VARIANTS)
        return handle(self._session, _api.runs.typed_target(model_id, task, output, params))
