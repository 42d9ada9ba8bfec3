"""Asynchronous model handles for any task."""

from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from copy import copy
from datetime import timedelta
from typing import Generic, Self, TypeVar, Unpack

from bytezkit._api import catalog, clusters, runs
from bytezkit._api.async_media_ref import AsyncMediaRef
from bytezkit._api.inputs import RunOptions, check_pair, untyped_input
from bytezkit._api.resource_models import Cluster, ClusterSettings, ModelDetails
from bytezkit._api.runs import ModelTarget
from bytezkit._core.config import CallOptions, Duration
from bytezkit._core.effects import Operation
from bytezkit._core.exchange import Context, PreparedRun
from bytezkit._core.json import UntypedInput
from bytezkit._core.model_id import ModelId, is_model_id
from bytezkit._core.polling import Progress
from bytezkit._core.results import Result
from bytezkit._map.async_driver import AsyncEncode, AsyncOutcomes
from bytezkit._map.outcomes import Outcome
from bytezkit._media.streams import AsyncMediaStream, AsyncTextStream
from bytezkit._transport.session import AsyncSession
from bytezkit_models.json_value import JsonInput, JsonValue
from bytezkit_models.reprs import object_repr

InputT = TypeVar("InputT")
OutputT = TypeVar("OutputT")


class AsyncClusterHandle:
    """The cluster of one model.

    The vendor documented these operations until 2025-09-23. Each method raises `LifecycleUnavailableError` if
    the service has removed its endpoint.
    """

    def __init__(self, session: AsyncSession, model_id: ModelId) -> None:
        self._session = session
        self._model_id = model_id

    def __repr__(self) -> str:
        return object_repr(self, str(self._model_id))

    async def create(
        self,
        *,
        min: int | None = None,
        desired: int | None = None,
        max: int | None = None,
        idle_timeout: Duration | None = None,
        config: Mapping[str, JsonInput] | None = None,
    ) -> str:
        """Create the cluster and start its desired instances.

        Args:
            min: Number of instances when idle, 0 to 10. Server default: 0.
            desired: Number of instances at first, 0 to 10. Server default: 1.
            max: Maximum number of instances under load, 0 to 10. Server default: 1.
            idle_timeout: Time without a request after which the cluster scales down to `min`; whole minutes,
                1 to 1440; a number is in seconds. Server default: 5 minutes.
            config: Arguments for loading the model.

        Returns:
            The confirmation of the service, such as `Loading`.

        Raises:
            ValueError: A value is out of range, or not `min <= desired <= max`.
            ConflictError: The model has a cluster already.
            NotFoundError: The catalog does not have the model.
        """
        settings = ClusterSettings(min=min, desired=desired, max=max, idle_timeout=idle_timeout)
        return await self._session.perform(clusters.create_cluster, self._model_id, settings, config)

    async def get(self) -> Cluster:
        """Read the cluster.

        Raises:
            NotFoundError: The model has no cluster.
        """
        return await self._session.perform(clusters.get_cluster, self._model_id)

    async def update(
        self,
        *,
        min: int | None = None,
        desired: int | None = None,
        max: int | None = None,
        idle_timeout: Duration | None = None,
        on: bool | None = None,
    ) -> Cluster:
        """Change the cluster. None leaves a setting unchanged.

        Args:
            min: As for `create`.
            desired: As for `create`.
            max: As for `create`.
            idle_timeout: As for `create`.
            on: False shuts all instances down but keeps the cluster; True starts it again.

        Returns:
            The changed cluster.

        Raises:
            ValueError: A value is out of range, or not `min <= desired <= max`.
            NotFoundError: The model has no cluster.
        """
        settings = ClusterSettings(min=min, desired=desired, max=max, idle_timeout=idle_timeout)
        return await self._session.perform(clusters.update_cluster, self._model_id, settings, on=on)

    async def delete(self) -> None:
        """Shut the cluster down and delete it.

        Raises:
            NotFoundError: The model has no cluster.
        """
        await self._session.perform(clusters.delete_cluster, self._model_id)

    async def wait_until_running(
        self,
        *,
        timeout: Duration = timedelta(minutes=15),
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Cluster:
        """Wait until the cluster is running. A cluster without desired instances is running immediately.

        Args:
            timeout: Maximum time to wait; a number is in seconds. Default: 15 minutes.
            on_progress: Called after each poll, for example `print`.

        Raises:
            WaitTimeoutError: The cluster was not running before the timeout.
            ModelFailedError: The cluster failed or is switched off.
            NotFoundError: The model has no cluster.
        """
        return await self._session.perform(
            clusters.wait_until_running, self._model_id, timeout=timeout, on_progress=on_progress
        )


class AsyncHandle:
    """Operations on a model that do not depend on its task."""

    def __init__(self, session: AsyncSession, model_id: ModelId) -> None:
        self._session = session
        self._model_id = model_id

    def __repr__(self) -> str:
        return object_repr(self, str(self._model_id))

    @property
    def model_id(self) -> str:
        """`organization/name`."""
        return str(self._model_id)

    @property
    def cluster(self) -> AsyncClusterHandle:
        """The model's cluster."""
        return AsyncClusterHandle(self._session, self._model_id)

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """Return a handle whose calls have other options: `model.with_options(deadline=5).run(...)`.

        Arguments and errors as for `with_options` of the client.
        """
        handle: Self = copy(self)
        handle._session = self._session.with_options(options)
        return handle

    async def details(self) -> ModelDetails:
        """Read the model's entry in the catalog.

        Raises:
            NotFoundError: The catalog does not have the model.
        """
        return await self._session.perform(catalog.details, self._model_id)

    async def request(self) -> str:
        """Request that the service add the model to its catalog.

        Returns:
            The confirmation of the service, such as `Job queued`.
        """
        return await self._session.perform(catalog.request_model, self._model_id)

    async def load(
        self,
        *,
        min: int | None = None,
        desired: int | None = None,
        max: int | None = None,
        idle_timeout: Duration | None = None,
        timeout: Duration = timedelta(minutes=15),
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Cluster:
        """Create a cluster unless the model has one, and wait until it is running.

        Args:
            min: As for `cluster.create`; ignored if the model has a cluster already.
            desired: As for `min`.
            max: As for `min`.
            idle_timeout: As for `min`.
            timeout: Maximum time to wait; a number is in seconds. Default: 15 minutes.
            on_progress: Called after each poll, for example `print`.

        Raises:
            ValueError: A value is out of range, or `max` is 0.
            WaitTimeoutError: The cluster was not running before the timeout.
            ModelFailedError: The cluster failed or is switched off.
            LifecycleUnavailableError: The service does not offer clusters. Run the model directly.
        """
        settings = ClusterSettings(min=min, desired=desired, max=max, idle_timeout=idle_timeout)
        return await self._session.perform(
            clusters.load, self._model_id, settings, timeout=timeout, on_progress=on_progress
        )


class AsyncRunnableHandle(AsyncHandle, Generic[OutputT]):
    """A handle whose model can be run, with a known type of output."""

    def __init__(self, session: AsyncSession, target: ModelTarget[OutputT]) -> None:
        super().__init__(session, target.model_id)
        self._target = target

    def __repr__(self) -> str:
        return object_repr(self, *self._target.labels)

    async def _run(self, members: Mapping[str, object], options: RunOptions) -> Result[OutputT]:
        return await self._session.perform(runs.run, self._target, members, options)

    def _map(
        self,
        inputs: Iterable[InputT] | AsyncIterable[InputT],
        encode: AsyncEncode[InputT],
        options: RunOptions,
        *,
        concurrency: int,
        ordered: bool,
        on_outcome: Callable[[Outcome[InputT, OutputT]], object] | None,
    ) -> AsyncOutcomes[InputT, OutputT]:
        # `map` lowers its concurrency on status 429, so the exchange must not retry it.
        async def prepare(input: InputT) -> PreparedRun[OutputT]:
            return runs.prepare_run(self._target, await encode(input), options, rate_limited_by_caller=True)

        return AsyncOutcomes(
            self._session,
            inputs,
            prepare,
            model_of=lambda _: self.model_id,
            concurrency=concurrency,
            ordered=ordered,
            on_outcome=on_outcome,
        )

    # Streams are opened on first use, so an unused stream sends no request.
    def _stream(self, members: Mapping[str, object], options: RunOptions) -> AsyncTextStream:
        return AsyncTextStream(
            " ".join(self._target.labels),
            lambda: self._session.perform(runs.open_text, self._target, members, options),
        )

    def _stream_media(self, members: Mapping[str, object], options: RunOptions) -> AsyncMediaStream:
        return AsyncMediaStream(
            " ".join(self._target.labels),
            lambda: self._session.perform(runs.open_media, self._target, members, options),
        )


class AsyncMediaHandle(AsyncRunnableHandle[str]):
    """A handle on a model that outputs media."""

    async def _run_media(self, members: Mapping[str, object], options: RunOptions) -> Result[AsyncMediaRef]:
        result = await self._run(members, options)
        return result.with_output(AsyncMediaRef(result.output, self._session))

    def _map_media(
        self,
        inputs: Iterable[InputT] | AsyncIterable[InputT],
        encode: AsyncEncode[InputT],
        options: RunOptions,
        *,
        concurrency: int,
        ordered: bool,
        on_outcome: Callable[[Outcome[InputT, AsyncMediaRef]], object] | None,
    ) -> AsyncOutcomes[InputT, AsyncMediaRef]:
        async def prepare(input: InputT) -> PreparedRun[AsyncMediaRef]:
            run = runs.prepare_run(self._target, await encode(input), options, rate_limited_by_caller=True)

            def run_media(context: Context, within: timedelta | None) -> Operation[Result[AsyncMediaRef]]:
                result = yield from run(context, within)
                return result.with_output(AsyncMediaRef(result.output, self._session))

            return run_media

        return AsyncOutcomes(
            self._session,
            inputs,
            prepare,
            model_of=lambda _: self.model_id,
            concurrency=concurrency,
            ordered=ordered,
            on_outcome=on_outcome,
        )


class AsyncUntypedModel(AsyncRunnableHandle[JsonValue]):
    """A handle on a model whose task the type checker does not know."""

    async def run(
        self,
        input: UntypedInput,
        *,
        params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> Result[JsonValue]:
        """Run the model once.

        Args:
            input: A mapping of body members; or a string or list, sent as the member `input`.
            params: Parameters of the model.
            auto_scale: Whether the service may buy credits instead of rejecting the run at the rate limit.

        Raises:
            TypeError: An argument has a wrong type.
            ValueError: A member occurs twice, or cannot be encoded as JSON.
            BytezError: See `bytezkit.errors`.
        """
        return await self._run(untyped_input(input), RunOptions(params, None, auto_scale))

    def map(
        self,
        inputs: Iterable[UntypedInput] | AsyncIterable[UntypedInput],
        *,
        concurrency: int = 8,
        ordered: bool = True,
        on_outcome: Callable[[Outcome[UntypedInput, JsonValue]], object] | None = None,
        params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> AsyncOutcomes[UntypedInput, JsonValue]:
        """Run the model on many inputs concurrently. The outcome of each is a `Success` or a `Failure`.

        Args:
            inputs: The `input` of each run, as for `run`.
            concurrency: Maximum number of concurrent requests. `map` sends fewer after status 429.
                Default: 8.
            ordered: Whether outcomes are returned in the order of the inputs or of completion.
            on_outcome: Called with each outcome on completion, never concurrently. The iteration raises its
                exceptions.
            params: Parameters of the model.
            auto_scale: Whether the service may buy credits instead of rejecting the run at the rate limit.

        Raises:
            TypeError: The inputs are a single string or mapping.
            ValueError: The concurrency is not a positive integer.
        """

        async def encode(input: UntypedInput) -> Mapping[str, object]:
            return untyped_input(input)

        options = RunOptions(params, None, auto_scale)
        return self._map(
            inputs, encode, options, concurrency=concurrency, ordered=ordered, on_outcome=on_outcome
        )

    def stream(
        self,
        input: UntypedInput,
        *,
        params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> AsyncTextStream:
        """Run the model and stream its text; arguments and errors as for `run`.

        Raises:
            DecodeError: The model does not stream text.
        """
        return self._stream(untyped_input(input), RunOptions(params, None, auto_scale))

    def stream_media(
        self,
        input: UntypedInput,
        *,
        params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> AsyncMediaStream:
        """Run the model and stream its media; arguments and errors as for `run`.

        Raises:
            DecodeError: The model does not stream media.
        """
        return self._stream_media(untyped_input(input), RunOptions(params, None, auto_scale))


def map_models(
    session: AsyncSession,
    inputs: Iterable[tuple[str, UntypedInput]] | AsyncIterable[tuple[str, UntypedInput]],
    *,
    concurrency: int,
    ordered: bool,
    on_outcome: Callable[[Outcome[tuple[str, UntypedInput], JsonValue]], object] | None,
) -> AsyncOutcomes[tuple[str, UntypedInput], JsonValue]:
    """Run the model of each input concurrently. This is the `map` method of the client."""

    async def prepare(input: tuple[str, UntypedInput]) -> PreparedRun[JsonValue]:
        model_id, members = check_pair(input, "model_id, input")
        return runs.prepare_untyped_run(model_id, members)

    def model_of(input: tuple[str, UntypedInput]) -> str:
        # Of a malformed input, `prepare` raises the error.
        model_id = input[0] if isinstance(input, tuple) and input else None
        return model_id if is_model_id(model_id) else ""

    return AsyncOutcomes(
        session,
        inputs,
        prepare,
        model_of=model_of,
        concurrency=concurrency,
        ordered=ordered,
        on_outcome=on_outcome,
    )
