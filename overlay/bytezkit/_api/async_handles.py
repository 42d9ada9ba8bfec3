"""Asynchronous handles on models, whatever their task."""

from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from datetime import timedelta
from typing import Final, Generic, TypeVar

from bytezkit._api import catalog, clusters, runs
from bytezkit._api.async_media_ref import AsyncMediaRef
from bytezkit._api.catalog import ModelDetails
from bytezkit._api.cluster_models import Cluster
from bytezkit._api.clusters import LOAD_TIMEOUT, ClusterPlan
from bytezkit._api.inputs import RunOptions, pair, wire_input
from bytezkit._api.runs import Run, Target
from bytezkit._core.config import DEFAULT_CONCURRENCY
from bytezkit._core.effects import Operation
from bytezkit._core.exchange import Context
from bytezkit._core.model_id import ModelId
from bytezkit._core.polling import Progress
from bytezkit._core.results import Result
from bytezkit._map.async_driver import AsyncEncode, AsyncOutcomes
from bytezkit._map.outcomes import Outcome
from bytezkit._media.streams import AsyncMediaStream, AsyncTextStream
from bytezkit._transport.session import AsyncSession
from bytezkit_models.json_value import JsonInput, JsonValue

InputT = TypeVar("InputT")
OutputT = TypeVar("OutputT")


class AsyncClusterHandle:
    """The cluster of one model.

    The vendor documented these operations until 2025-09-23; where the service does not offer them any
    more, each raises `LifecycleUnavailableError`.
    """

    def __init__(self, session: AsyncSession, model_id: ModelId) -> None:
        self._session = session
        self._model_id = model_id

    async def create(
        self,
        *,
        min: int | None = None,
        desired: int | None = None,
        max: int | None = None,
        idle_timeout: timedelta | None = None,
        config: Mapping[str, JsonInput] | None = None,
    ) -> str:
        """Create the cluster and start its desired instances.

        Args:
            min: Instances that stay up when idle, 0 to 10. Server default: 0.
            desired: Instances that are started at first, 0 to 10. Server default: 1.
            max: Instances that load may raise it to, 0 to 10. Server default: 1.
            idle_timeout: Whole minutes, 1 to 1440, without a request after which the cluster goes
                down to `min`. Server default: 5 minutes.
            config: Arguments for loading the model.

        Returns:
            What the service says, such as `Loading`.

        Raises:
            ValueError: A value is out of range, or two contradict each other.
            ConflictError: There is a cluster already.
            NotFoundError: The catalog has no such model.
        """
        plan = ClusterPlan(min=min, desired=desired, max=max, idle_timeout=idle_timeout)
        return await self._session.perform(clusters.create_cluster, self._model_id, plan, config)

    async def get(self) -> Cluster:
        """Read the cluster.

        Raises:
            NotFoundError: There is none.
        """
        return await self._session.perform(clusters.get_cluster, self._model_id)

    async def update(
        self,
        *,
        min: int | None = None,
        desired: int | None = None,
        max: int | None = None,
        idle_timeout: timedelta | None = None,
        on: bool | None = None,
    ) -> Cluster:
        """Change the cluster; what is not given stays as it is.

        Args:
            min: As for `create`.
            desired: As for `create`.
            max: As for `create`.
            idle_timeout: As for `create`.
            on: False shuts all instances down and keeps the cluster; True starts it again.

        Returns:
            The cluster as it is now.

        Raises:
            ValueError: A value is out of range, or two contradict each other.
            NotFoundError: There is no cluster.
        """
        plan = ClusterPlan(min=min, desired=desired, max=max, idle_timeout=idle_timeout)
        return await self._session.perform(clusters.update_cluster, self._model_id, plan, on=on)

    async def delete(self) -> None:
        """Shut the cluster down and remove it.

        Raises:
            NotFoundError: There is none.
        """
        await self._session.perform(clusters.delete_cluster, self._model_id)

    async def wait_until_running(
        self,
        *,
        timeout: timedelta = LOAD_TIMEOUT,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Cluster:
        """Wait until the first instance is up; a cluster that is to keep none is ready at once.

        Args:
            timeout: How long to wait at most.
            on_progress: Called with each state that is seen; `print` will do.

        Raises:
            WaitTimeoutError: It was not up in time.
            ModelFailedError: It failed or was switched off.
            NotFoundError: There is no cluster.
        """
        return await self._session.perform(
            clusters.wait_until_running, self._model_id, timeout=timeout, on_progress=on_progress
        )


class AsyncHandle:
    """What can be done with any model, whatever its task.

    Attributes:
        cluster: The model's cluster.
    """

    def __init__(self, session: AsyncSession, model_id: ModelId) -> None:
        self._session = session
        self._model_id = model_id
        self.cluster: Final = AsyncClusterHandle(session, model_id)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._model_id}>"

    @property
    def model_id(self) -> str:
        """`organization/name`."""
        return str(self._model_id)

    async def details(self) -> ModelDetails:
        """Look the model up in the catalog.

        Raises:
            NotFoundError: The catalog has no such model.
        """
        return await self._session.perform(catalog.details, self._model_id)

    async def request(self) -> str:
        """Ask the service to add the model to its catalog.

        Returns:
            What the service says, such as `Job queued`.
        """
        return await self._session.perform(catalog.request_model, self._model_id)

    async def load(
        self,
        *,
        min: int | None = None,
        desired: int | None = None,
        max: int | None = None,
        idle_timeout: timedelta | None = None,
        timeout: timedelta = LOAD_TIMEOUT,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Cluster:
        """Create a cluster unless there is one, and wait until it is up.

        Args:
            min: As for `cluster.create`; has no effect on a cluster that is there already.
            desired: As for `min`.
            max: As for `min`.
            idle_timeout: As for `min`.
            timeout: How long to wait at most.
            on_progress: Called with each state that is seen; `print` will do.

        Raises:
            ValueError: A value is out of range, such as a max of 0.
            WaitTimeoutError: It was not up in time.
            ModelFailedError: It failed or is switched off.
            LifecycleUnavailableError: The service offers no clusters; run the model directly.
        """
        plan = ClusterPlan(min=min, desired=desired, max=max, idle_timeout=idle_timeout)
        return await self._session.perform(
            clusters.load, self._model_id, plan, timeout=timeout, on_progress=on_progress
        )


class AsyncRunningHandle(AsyncHandle, Generic[OutputT]):
    """A handle that knows what its model answers."""

    def __init__(self, session: AsyncSession, target: Target[OutputT]) -> None:
        super().__init__(session, target.model_id)
        self._target = target

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
        async def prepare(input: InputT) -> Run[OutputT]:
            return runs.prepared(self._target, await encode(input), options, rate_limited_by_caller=True)

        return AsyncOutcomes(
            self._session, inputs, prepare, concurrency=concurrency, ordered=ordered, on_outcome=on_outcome
        )

    def _stream(self, members: Mapping[str, object], options: RunOptions) -> AsyncTextStream:
        return AsyncTextStream(lambda: self._session.perform(runs.open_text, self._target, members, options))

    def _stream_media(self, members: Mapping[str, object], options: RunOptions) -> AsyncMediaStream:
        return AsyncMediaStream(
            lambda: self._session.perform(runs.open_media, self._target, members, options)
        )


class AsyncMediaHandle(AsyncRunningHandle[str]):
    """A handle on a model that makes media."""

    async def _run_media(self, members: Mapping[str, object], options: RunOptions) -> Result[AsyncMediaRef]:
        result = await self._run(members, options)
        return result.with_output(AsyncMediaRef(self._session, result.output))

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
        async def prepare(input: InputT) -> Run[AsyncMediaRef]:
            run = runs.prepared(self._target, await encode(input), options, rate_limited_by_caller=True)

            def run_media(context: Context, within: timedelta | None) -> Operation[Result[AsyncMediaRef]]:
                result = yield from run(context, within)
                return result.with_output(AsyncMediaRef(self._session, result.output))

            return run_media

        return AsyncOutcomes(
            self._session, inputs, prepare, concurrency=concurrency, ordered=ordered, on_outcome=on_outcome
        )


class AsyncUntypedModel(AsyncRunningHandle[JsonValue]):
    """A model whose task is not known to the type checker."""

    async def run(
        self,
        input: JsonInput,
        *,
        params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> Result[JsonValue]:
        """Run the model once.

        Args:
            input: The members of the body as a mapping, sent as they are; or a string or a list,
                sent as `input`.
            params: Arguments of the model.
            auto_scale: Whether credits may be bought instead of being refused at the rate limit.

        Raises:
            TypeError: An argument is of a wrong type.
            ValueError: A member is given twice, or can not be written as JSON.
            BytezError: See `bytezkit.errors`.
        """
        return await self._run(wire_input(input), RunOptions(params, None, auto_scale))

    def map(
        self,
        inputs: Iterable[JsonInput] | AsyncIterable[JsonInput],
        *,
        concurrency: int = DEFAULT_CONCURRENCY,
        ordered: bool = True,
        on_outcome: Callable[[Outcome[JsonInput, JsonValue]], object] | None = None,
        params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> AsyncOutcomes[JsonInput, JsonValue]:
        """Run the model on many inputs, some at once; what comes of each is a `Success` or a `Failure`.

        Args:
            inputs: What `run` takes, for each run.
            concurrency: How many requests may be under way at once; fewer are, as long as the service
                refuses for having too many.
            ordered: Whether outcomes come in the order of the inputs, or as soon as they are there.
            on_outcome: Called with each outcome as soon as it is there, one at a time. The iteration raises
                an error that it raises.
            params: Arguments of the model.
            auto_scale: Whether credits may be bought instead of being refused at the rate limit.

        Raises:
            TypeError: The inputs are one string or mapping.
            ValueError: The concurrency is no positive integer.
        """

        async def encode(input: JsonInput) -> Mapping[str, object]:
            return wire_input(input)

        options = RunOptions(params, None, auto_scale)
        return self._map(
            inputs, encode, options, concurrency=concurrency, ordered=ordered, on_outcome=on_outcome
        )

    def stream(
        self,
        input: JsonInput,
        *,
        params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> AsyncTextStream:
        """Run the model and read what it writes as it comes; arguments and errors as for `run`.

        Raises:
            DecodeError: The model does not stream text.
        """
        return self._stream(wire_input(input), RunOptions(params, None, auto_scale))

    def stream_media(
        self,
        input: JsonInput,
        *,
        params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> AsyncMediaStream:
        """Run the model and read the bytes of the media; arguments and errors as for `run`.

        Raises:
            DecodeError: The model does not stream media.
        """
        return self._stream_media(wire_input(input), RunOptions(params, None, auto_scale))


def map_models(
    session: AsyncSession,
    inputs: Iterable[tuple[str, JsonInput]] | AsyncIterable[tuple[str, JsonInput]],
    *,
    concurrency: int,
    ordered: bool,
    on_outcome: Callable[[Outcome[tuple[str, JsonInput], JsonValue]], object] | None,
) -> AsyncOutcomes[tuple[str, JsonInput], JsonValue]:
    """Run the model of each input; the client's `map`."""

    async def prepare(input: tuple[str, JsonInput]) -> Run[JsonValue]:
        model_id, members = pair(input, "model_id, input")
        return runs.prepared(
            runs.untyped_target(model_id), wire_input(members), RunOptions(), rate_limited_by_caller=True
        )

    return AsyncOutcomes(
        session, inputs, prepare, concurrency=concurrency, ordered=ordered, on_outcome=on_outcome
    )
