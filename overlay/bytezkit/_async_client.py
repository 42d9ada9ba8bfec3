"""The asynchronous client."""

from collections.abc import AsyncIterable, Callable, Iterable
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from bytezkit._api.async_task_overloads import AsyncModelFactory
from bytezkit._core.clock import Clock
from bytezkit._core.config import DEFAULT_CONCURRENCY, Limits, configure
from bytezkit._core.exchange import Context
from bytezkit._core.secrets import Secret
from bytezkit._core.tracing import Tracer
from bytezkit._transport.async_sender import AsyncHttpClient, AsyncSender
from bytezkit._transport.session import AsyncSession
from bytezkit_models.json_value import JsonInput, JsonValue

if TYPE_CHECKING:
    from bytezkit._api.async_media_ref import AsyncMediaRef
    from bytezkit._api.async_resources import AsyncClusters, AsyncModels, AsyncTasks
    from bytezkit._map.async_driver import AsyncOutcomes
    from bytezkit._map.outcomes import Outcome
    from bytezkit._v1.async_client import AsyncV1

# What a client does is imported when it is first done: setting one up costs little more than httpx.

_DEFAULTS: Final = Limits()


class AsyncBytez(AsyncModelFactory):
    """A client of the Bytez model API, safe to share between the tasks of one event loop.

    Make one and keep it. It belongs to the event loop that first used it: in another one, also that of a
    forked process, every call raises `RuntimeError`.

    Args:
        api_key: The key; the environment variable `BYTEZ_KEY` if not given.
        base_url: Where the service is; `BYTEZ_BASE_URL` if not given, else https://api.bytez.com.
        provider_key: Your own key at the provider of a closed-source model, sent with runs.
        deadline: Total time for a call, retries and pauses included; for a stream, until it begins.
            None for no bound.
        idle_timeout: Longest silence within a stream.
        max_retries: How often a request is sent again after the first time.
        retry_unknown_outcomes: Whether a run is sent again when it is not known if the service
            already ran (and charged) it.
        http_client: An `httpx.AsyncClient` to send with, for example with hooks, certificates or a transport
            of your own; you close it. Or `"aiohttp"`, with the extra `fast`: several times as fast with many
            calls in flight; it needs asyncio. Default: a new `httpx.AsyncClient`, which uses the proxies
            that the environment names.
        allow_insecure: Whether the key may be sent over plain http to a host that is not loopback.
        tracer: Called with an `Attempt` for each sending of a request, which then happens within the
            context that it returns; for the spans and headers of tracing. Every attempt is also logged
            by `bytezkit`, at level DEBUG.
        clock: Tells the time and waits; tests pass one that does not really wait.

    Raises:
        ConfigurationError: The key is missing or malformed, or another argument makes no sense.
    """

    def __init__(  # noqa: PLR0913 - one keyword per setting
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        provider_key: str | None = None,
        deadline: timedelta | None = _DEFAULTS.deadline,
        idle_timeout: timedelta = _DEFAULTS.idle_timeout,
        max_retries: int = _DEFAULTS.max_retries,
        retry_unknown_outcomes: bool = _DEFAULTS.retry_unknown_outcomes,
        http_client: AsyncHttpClient | None = None,
        allow_insecure: bool = False,
        tracer: Tracer | None = None,
        clock: Clock | None = None,
    ) -> None:
        keys = [None if key is None else Secret(key) for key in (api_key, provider_key)]
        del api_key, provider_key
        origin = configure(
            api_key=keys[0], provider_key=keys[1], base_url=base_url, allow_insecure=allow_insecure
        )
        limits = Limits(
            deadline=deadline,
            idle_timeout=idle_timeout,
            max_retries=max_retries,
            retry_unknown_outcomes=retry_unknown_outcomes,
        )
        self._session = AsyncSession(
            Context(limits, clock or Clock(), tracer), AsyncSender(origin, http_client)
        )

    @property
    def models(self) -> "AsyncModels":
        """The models of the catalog."""
        from bytezkit._api.async_resources import AsyncModels  # noqa: PLC0415

        return AsyncModels(self._session)

    @property
    def tasks(self) -> "AsyncTasks":
        """The tasks of the catalog."""
        from bytezkit._api.async_resources import AsyncTasks  # noqa: PLC0415

        return AsyncTasks(self._session)

    @property
    def clusters(self) -> "AsyncClusters":
        """Your clusters."""
        from bytezkit._api.async_resources import AsyncClusters  # noqa: PLC0415

        return AsyncClusters(self._session)

    @property
    def v1(self) -> "AsyncV1":
        """The v1 API, which the vendor documented in 2024."""
        from bytezkit._v1.async_client import AsyncV1  # noqa: PLC0415

        return AsyncV1(self._session)

    def media(self, url: str) -> "AsyncMediaRef":
        """Return a reference to media that a model made, by the URL that the service gave.

        Raises:
            TypeError: The URL is not a string.
        """
        from bytezkit._api.async_media_ref import AsyncMediaRef  # noqa: PLC0415

        if not isinstance(url, str):
            raise TypeError(f"a URL is a string, not {type(url).__name__}")
        return AsyncMediaRef(self._session, url)

    def map(
        self,
        inputs: Iterable[tuple[str, JsonInput]] | AsyncIterable[tuple[str, JsonInput]],
        *,
        concurrency: int = DEFAULT_CONCURRENCY,
        ordered: bool = True,
        on_outcome: "Callable[[Outcome[tuple[str, JsonInput], JsonValue]], object] | None" = None,
    ) -> "AsyncOutcomes[tuple[str, JsonInput], JsonValue]":
        """Run different models on many inputs, some at once; for one model, use its handle's `map`.

        Args:
            inputs: Tuples of a model's id and what `run` of its untyped handle takes; a mapping may hold
                `params`.
            concurrency: How many requests may be under way at once, over all models; fewer are, as long
                as the service refuses for having too many.
            ordered: Whether outcomes come in the order of the inputs, or as soon as they are there.
            on_outcome: Called with each outcome as soon as it is there, one at a time. The iteration raises
                an error that it raises.

        Raises:
            TypeError: The inputs are one string or mapping.
            ValueError: The concurrency is no positive integer.
        """
        from bytezkit._api.async_handles import map_models  # noqa: PLC0415

        return map_models(
            self._session, inputs, concurrency=concurrency, ordered=ordered, on_outcome=on_outcome
        )

    def with_options(
        self,
        *,
        provider_key: str | None = None,
        deadline: timedelta | None = None,
        idle_timeout: timedelta | None = None,
        max_retries: int | None = None,
        retry_unknown_outcomes: bool | None = None,
    ) -> "AsyncBytez":
        """Return a client with other options over the same connections, which this one closes.

        Args:
            provider_key: As for the constructor; None leaves it as it is.
            deadline: As for the constructor; None leaves it as it is.
            idle_timeout: As for the constructor; None leaves it as it is.
            max_retries: As for the constructor; None leaves it as it is.
            retry_unknown_outcomes: As for the constructor; None leaves it as it is.

        Raises:
            ConfigurationError: A limit makes no sense, or the provider key is malformed.
        """
        key = None if provider_key is None else Secret(provider_key)
        del provider_key
        if key is not None:
            key.check("the provider key")
        limits = self._session.context.limits.but(
            deadline=deadline,
            idle_timeout=idle_timeout,
            max_retries=max_retries,
            retry_unknown_outcomes=retry_unknown_outcomes,
        )
        client = AsyncBytez.__new__(AsyncBytez)
        session = self._session.with_limits(limits)
        client._session = AsyncSession(session.context, session.http.share(key))  # noqa: SLF001 - its own class
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
        # A traceback with locals prints a client whose constructor failed, too.
        where = self._session.http.base_url if hasattr(self, "_session") else "(not set up)"
        return f"<AsyncBytez {where}>"

    def _open(self, model_id: str, task: str | None) -> object:
        from bytezkit._api import async_handles, runs  # noqa: PLC0415

        if task is None:
            return async_handles.AsyncUntypedModel(self._session, runs.untyped_target(model_id))
        from bytezkit._api.async_task_handles import HANDLES  # noqa: PLC0415

        if not isinstance(task, str):
            raise TypeError(f"a task is a string, not {type(task).__name__}")
        if task not in HANDLES:
            raise ValueError(f"unknown task {task!r}; leave it out, or use one of {', '.join(HANDLES)}")
        handle, output = HANDLES[task]
        return handle(self._session, runs.target(model_id, output))
