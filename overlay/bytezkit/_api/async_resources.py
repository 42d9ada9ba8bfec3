"""Asynchronous listings of models, tasks and clusters."""

import builtins

from bytezkit import _api
from bytezkit._api.resource_models import Cluster, ModelDetails
from bytezkit._core.model_id import check_task
from bytezkit._transport.session import AsyncSession
from bytezkit_models.json_value import JsonValue
from bytezkit_models.reprs import object_repr
from bytezkit_models.tasks import TaskName


class AsyncModels:
    """The models of the catalog."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def __repr__(self) -> str:
        return object_repr(self, self._session.http.origin.base_url)

    async def list_raw(
        self, *, task: str | None = None, model_id: str | None = None
    ) -> builtins.list[dict[str, JsonValue]]:
        """List models as JSON objects of the service; arguments and errors as for `list`.

        An object may have more or fewer members than `ModelDetails`.
        """
        return await self._session.perform(_api.catalog.list_raw_models, task=task, model_id=model_id)

    async def list(
        self, *, task: TaskName | None = None, model_id: str | None = None
    ) -> builtins.list[ModelDetails]:
        """List all models, or those that match the filters.

        Args:
            task: List only models of this task. `list_raw` also takes tasks that this package does not know.
            model_id: List only the model with this id.

        Raises:
            ValueError: The id is malformed, or the task is unknown.
        """
        known_task = None if task is None else check_task(task)
        return await self._session.perform(_api.catalog.list_models, task=known_task, model_id=model_id)


class AsyncTasks:
    """The tasks of the catalog."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def __repr__(self) -> str:
        return object_repr(self, self._session.http.origin.base_url)

    async def list(self) -> builtins.list[str]:
        """List the names of the tasks of the service."""
        return await self._session.perform(_api.catalog.list_tasks)


class AsyncClusters:
    """The clusters of the API key."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def __repr__(self) -> str:
        return object_repr(self, self._session.http.origin.base_url)

    async def list(self) -> builtins.list[Cluster]:
        """List the clusters of the API key.

        Raises:
            LifecycleUnavailableError: The service does not offer cluster operations.
        """
        return await self._session.perform(_api.clusters.list_clusters)
