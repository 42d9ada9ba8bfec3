"""Asynchronous client for the v1 API."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from bytezkit._api.clusters import LOAD_TIMEOUT
from bytezkit._core.polling import Progress
from bytezkit._media.streams import AsyncTextStream
from bytezkit._transport.session import AsyncSession
from bytezkit._v1 import operations
from bytezkit._v1.models import Instance, Job, V1Model, V1Result
from bytezkit_models.json_value import JsonInput


class AsyncV1:
    """The v1 API, which the vendor documented in 2024; new code should use the current one.

    - for `list_models`: `client.models.list`;
    - for `request` and `wait_until_available`: `client.model(...).request`;
    - for `load` and `wait_until_running`: `client.model(...).load`;
    - for `start`, `status` and `shut_down`: `create`, `get` and `delete` of `client.model(...).cluster`;
    - for `run` and `stream`: those of `client.model(...)`;
    - for `instances`: `client.clusters.list`.

    Where the service does not offer it any more, each raises `LifecycleUnavailableError`.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_models(self, task: str | None = None) -> list[V1Model]:
        """List the models that the v1 API runs.

        Args:
            task: Only models of this task.
        """
        return await self._session.perform(operations.list_models, task)

    async def request(self, model_id: str) -> Job:
        """Ask the service to make a model available; asked again, it says how far that is.

        Raises:
            ModelFailedError: It failed.
        """
        return await self._session.perform(operations.request_model, model_id)

    async def wait_until_available(
        self,
        model_id: str,
        *,
        timeout: timedelta = LOAD_TIMEOUT,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Job:
        """Ask for a model until it is available.

        Args:
            model_id: `organization/name`.
            timeout: How long to wait at most.
            on_progress: Called with each state that is seen; `print` will do.

        Raises:
            WaitTimeoutError: It was not available in time.
            ModelFailedError: It failed.
        """
        return await self._session.perform(
            operations.wait_until_available, model_id, timeout=timeout, on_progress=on_progress
        )

    async def start(
        self, model_id: str, *, concurrency: int | None = None, idle_timeout: timedelta | None = None
    ) -> Instance:
        """Load a model and do not wait for it.

        Args:
            model_id: `organization/name`.
            concurrency: How many requests it serves at once, 1 to 1000. Server default: 1.
            idle_timeout: Whole seconds, 1 to 86400, without a run after which it goes, within two
                minutes. Server default: 30 minutes.

        Raises:
            ValueError: A value is out of range.
            ConflictError: It is loaded already.
            RateLimitError: It is being loaded already.
            NotFoundError: The catalog has no such model.
        """
        return await self._session.perform(operations.start, model_id, concurrency, idle_timeout)

    async def load(
        self,
        model_id: str,
        *,
        concurrency: int | None = None,
        idle_timeout: timedelta | None = None,
        timeout: timedelta = LOAD_TIMEOUT,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Instance:
        """Load a model unless it is loaded, and wait until it runs.

        Args:
            model_id: `organization/name`.
            concurrency: As for `start`; has no effect on a model that is loaded already.
            idle_timeout: As for `concurrency`.
            timeout: How long to wait at most.
            on_progress: Called with each state that is seen; `print` will do.

        Raises:
            ValueError: A value is out of range.
            WaitTimeoutError: It did not run in time.
            ModelFailedError: It failed or was shut down.
            NotFoundError: The catalog has no such model.
        """
        return await self._session.perform(
            operations.load, model_id, concurrency, idle_timeout, timeout=timeout, on_progress=on_progress
        )

    async def wait_until_running(
        self,
        model_id: str,
        *,
        timeout: timedelta = LOAD_TIMEOUT,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Instance:
        """Wait until a model that was started runs.

        Args:
            model_id: `organization/name`.
            timeout: How long to wait at most.
            on_progress: Called with each state that is seen; `print` will do.

        Raises:
            WaitTimeoutError: It did not run in time.
            ModelFailedError: It failed, or is not loaded (any more).
            NotFoundError: The catalog has no such model.
        """
        return await self._session.perform(
            operations.wait_until_running, model_id, timeout=timeout, on_progress=on_progress
        )

    async def status(self, model_id: str) -> Instance:
        """Say what the instance of a model does; one that is not loaded is `STOPPED`.

        Raises:
            NotFoundError: The catalog has no such model.
        """
        return await self._session.perform(operations.status, model_id)

    async def run(
        self, model_id: str, input: JsonInput, *, params: Mapping[str, JsonInput] | None = None
    ) -> V1Result:
        """Run a loaded model once; one that still starts is waited for.

        Args:
            model_id: `organization/name`.
            input: The members of the body as a mapping, sent as they are; or a string or a list,
                sent as `input`; None for the tasks that take no input.
            params: Arguments of the model.

        Raises:
            TypeError: An argument is of a wrong type.
            ValueError: The input holds a member that the client sends itself (`model`, `modelId`,
                `params`, `stream`, `key`), or can not be written as JSON.
            ConflictError: The model is not loaded.
            BytezError: See `bytezkit.errors`.
        """
        return await self._session.perform(operations.run, model_id, input, params)

    def stream(
        self, model_id: str, input: JsonInput, *, params: Mapping[str, JsonInput] | None = None
    ) -> AsyncTextStream:
        """Run a loaded model and read its text as it comes; arguments and errors as for `run`.

        The text of text generation begins with the prompt.

        Raises:
            DecodeError: The model does not stream text.
        """
        return AsyncTextStream(lambda: self._session.perform(operations.open_text, model_id, input, params))

    async def instances(self) -> list[Instance]:
        """List your instances."""
        return await self._session.perform(operations.list_instances)

    async def shut_down(self, model_id: str) -> Instance:
        """Stop the instance of a model at once.

        Returns:
            The instance as it is then.

        Raises:
            NotFoundError: The model is not loaded, or the catalog has no such model.
        """
        return await self._session.perform(operations.shut_down, model_id)
