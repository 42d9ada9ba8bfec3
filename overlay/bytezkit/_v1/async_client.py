"""Asynchronous client for the v1 API."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from bytezkit import _v1
from bytezkit._core.config import Duration
from bytezkit._core.json import UntypedInput
from bytezkit._core.polling import Progress
from bytezkit._media.streams import AsyncTextStream
from bytezkit._transport.session import AsyncSession
from bytezkit._v1.models import Instance, Job, V1Model, V1Result
from bytezkit_models.json_value import JsonInput
from bytezkit_models.reprs import object_repr


class AsyncV1:
    """The v1 API, which the vendor documented in 2024.

    New code should use the v2 API instead:

    - `client.models.list` replaces `list_models`;
    - `client.model(...).request` replaces `request` and `wait_until_available`;
    - `client.model(...).load` replaces `load` and `wait_until_running`;
    - `create`, `get` and `delete` of `client.model(...).cluster` replace `start`, `status` and `shut_down`;
    - `run` and `stream` of `client.model(...)` replace `run` and `stream`;
    - `client.clusters.list` replaces `instances`.

    Each method raises `LifecycleUnavailableError` if the service has removed its endpoint.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def __repr__(self) -> str:
        return object_repr(self, self._session.http.origin.base_url)

    async def list_models(self, task: str | None = None) -> list[V1Model]:
        """List the models of the v1 API.

        Args:
            task: Only models of this task.
        """
        return await self._session.perform(_v1.operations.list_models, task)

    async def request(self, model_id: str) -> Job:
        """Request that the service make a model available. A repeated request returns the state of the job.

        Raises:
            ModelFailedError: The job failed.
        """
        return await self._session.perform(_v1.operations.request_model, model_id)

    async def wait_until_available(
        self,
        model_id: str,
        *,
        timeout: Duration = timedelta(minutes=15),
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Job:
        """Request a model and wait until it is available.

        Args:
            model_id: `organization/name`.
            timeout: Maximum time to wait; a number is in seconds. Default: 15 minutes.
            on_progress: Called after each poll, for example `print`.

        Raises:
            WaitTimeoutError: The model was not available before the timeout.
            ModelFailedError: The job failed.
        """
        return await self._session.perform(
            _v1.operations.wait_until_available, model_id, timeout=timeout, on_progress=on_progress
        )

    async def start(
        self, model_id: str, *, concurrency: int | None = None, idle_timeout: Duration | None = None
    ) -> Instance:
        """Start an instance of a model without waiting for it.

        Args:
            model_id: `organization/name`.
            concurrency: Maximum number of concurrent requests, 1 to 1000. Server default: 1.
            idle_timeout: Time without a run after which the instance stops, within two minutes; whole
                seconds, 1 to 86400. Server default: 30 minutes.

        Raises:
            ValueError: A value is out of range.
            ConflictError: The model is loaded already.
            RateLimitError: The model is being loaded already.
            NotFoundError: The catalog does not have the model.
        """
        return await self._session.perform(_v1.operations.start, model_id, concurrency, idle_timeout)

    async def load(
        self,
        model_id: str,
        *,
        concurrency: int | None = None,
        idle_timeout: Duration | None = None,
        timeout: Duration = timedelta(minutes=15),
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Instance:
        """Start an instance unless the model has one, and wait until it is running.

        Args:
            model_id: `organization/name`.
            concurrency: As for `start`; ignored if the model is loaded already.
            idle_timeout: As for `concurrency`.
            timeout: Maximum time to wait; a number is in seconds. Default: 15 minutes.
            on_progress: Called after each poll, for example `print`.

        Raises:
            ValueError: A value is out of range.
            WaitTimeoutError: The instance was not running before the timeout.
            ModelFailedError: The instance failed or was shut down.
            NotFoundError: The catalog does not have the model.
        """
        return await self._session.perform(
            _v1.operations.load, model_id, concurrency, idle_timeout, timeout=timeout, on_progress=on_progress
        )

    async def wait_until_running(
        self,
        model_id: str,
        *,
        timeout: Duration = timedelta(minutes=15),
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Instance:
        """Wait until the instance of a model is running.

        Args:
            model_id: `organization/name`.
            timeout: Maximum time to wait; a number is in seconds. Default: 15 minutes.
            on_progress: Called after each poll, for example `print`.

        Raises:
            WaitTimeoutError: The instance was not running before the timeout.
            ModelFailedError: The instance failed, was shut down or never started.
            NotFoundError: The catalog does not have the model.
        """
        return await self._session.perform(
            _v1.operations.wait_until_running, model_id, timeout=timeout, on_progress=on_progress
        )

    async def status(self, model_id: str) -> Instance:
        """Return the instance of a model. Its status is `STOPPED` if the model is not loaded.

        Raises:
            NotFoundError: The catalog does not have the model.
        """
        return await self._session.perform(_v1.operations.status, model_id)

    async def run(
        self, model_id: str, input: UntypedInput, *, params: Mapping[str, JsonInput] | None = None
    ) -> V1Result:
        """Run a loaded model once. The service waits for an instance that is still starting.

        Args:
            model_id: `organization/name`.
            input: A mapping of body members; or a string or list, sent as the member `input`; None for a task
                without input.
            params: Parameters of the model.

        Raises:
            TypeError: An argument has a wrong type.
            ValueError: The input contains a member that the client sets (`model`, `modelId`, `params`,
                `stream`, `key`), or cannot be encoded as JSON.
            ConflictError: The model is not loaded.
            BytezError: See `bytezkit.errors`.
        """
        return await self._session.perform(_v1.operations.run, model_id, input, params)

    def stream(
        self, model_id: str, input: UntypedInput, *, params: Mapping[str, JsonInput] | None = None
    ) -> AsyncTextStream:
        """Run a loaded model and stream its text; arguments and errors as for `run`.

        For text generation, the text begins with the prompt.

        Raises:
            DecodeError: The model does not stream text.
        """
        return AsyncTextStream(
            str(model_id), lambda: self._session.perform(_v1.operations.open_text, model_id, input, params)
        )

    async def instances(self) -> list[Instance]:
        """List your instances."""
        return await self._session.perform(_v1.operations.list_instances)

    async def shut_down(self, model_id: str) -> Instance:
        """Shut the instance of a model down immediately.

        Returns:
            The instance after the shutdown.

        Raises:
            NotFoundError: The model is not loaded, or the catalog does not have it.
        """
        return await self._session.perform(_v1.operations.shut_down, model_id)
