"""Asynchronous listings of models, tasks and clusters."""

from bytezkit._api import catalog, clusters
from bytezkit._api.catalog import ModelDetails
from bytezkit._api.cluster_models import Cluster
from bytezkit._transport.session import AsyncSession
from bytezkit_models.json_value import JsonValue


class AsyncModels:
    """The models of the catalog."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_raw(
        self, *, task: str | None = None, model_id: str | None = None
    ) -> list[dict[str, JsonValue]]:
        """List models as the JSON objects that the service sends; arguments and errors as for `list`.

        They hold members that `ModelDetails` does not have, and may lack some that it has.
        """
        return await self._session.perform(catalog.list_raw_models, task=task, model_id=model_id)

    async def list(self, *, task: str | None = None, model_id: str | None = None) -> list[ModelDetails]:
        """List models, all or those that the filters leave.

        Args:
            task: Only models of this task.
            model_id: Only the model of this id.

        Raises:
            ValueError: The id is malformed.
        """
        return await self._session.perform(catalog.list_models, task=task, model_id=model_id)


class AsyncTasks:
    """The tasks of the catalog."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list(self) -> list[str]:
        """List the names of the tasks that the service knows."""
        return await self._session.perform(catalog.list_tasks)


class AsyncClusters:
    """The clusters of the caller."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list(self) -> list[Cluster]:
        """List your clusters.

        Raises:
            LifecycleUnavailableError: The service does not offer cluster operations.
        """
        return await self._session.perform(clusters.list_clusters)
