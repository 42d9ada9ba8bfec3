"""The simulated service that all operations use."""

from collections.abc import Callable, Mapping, Set
from decimal import Decimal
from functools import partial
from operator import itemgetter
from typing import Final, TypeAlias

import msgspec

from bytezkit_emulator._common.dialect import Dialect
from bytezkit_emulator._common.http_types import HttpError, Reply, ReplyGenerator, Request
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._common.settings import Settings
from bytezkit_emulator._engines import Job, RunEngine
from bytezkit_emulator._engines.live import LiveRun
from bytezkit_emulator._model.capacity import Capacity
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.cluster import Cluster
from bytezkit_emulator._model.loaded_model import LoadedModel
from bytezkit_emulator._model.media_store import MediaStore
from bytezkit_emulator._model.model_job import ModelJob
from bytezkit_emulator._model.snapshot_schema import SavedTenant
from bytezkit_emulator._model.tenants import Tenant
from bytezkit_emulator._openapi.contract import Contract, Task
from bytezkit_emulator._time.scheduler import Scheduler

_REQUESTED_TASK: Final = "text-generation"


class World(msgspec.Struct, frozen=True, kw_only=True):
    """The simulated service and its configuration, shared by all tenants.

    Attributes:
        contract: The OpenAPI document.
        catalog: Models that every tenant sees, by id.
        scheduler: Virtual time.
        settings: Durations and limits.
        dialect: Choices where published clients disagree.
        engine: Answers the runs.
        is_live: Whether the live engine serves a job.
        live_runs: Runs of the live engine that have started and not finished.
        media_store: Stores media outputs.
        credits: US dollars that each tenant may spend; None for no limit.
    """

    contract: Contract
    catalog: Mapping[str, Model]
    scheduler: Scheduler
    settings: Settings
    dialect: Dialect
    engine: RunEngine
    is_live: Callable[[Job], bool]
    live_runs: Set[LiveRun]
    media_store: MediaStore
    credits: Decimal | None

    def find_model(self, tenant: Tenant | None, model_id: str) -> Model | None:
        """Return a model that the tenant sees, or None if there is no such model."""
        own = None if tenant is None else tenant.models.get(model_id)
        return own or self.catalog.get(model_id)

    def find_task(self, tenant: Tenant | None, model_id: str) -> Task | None:
        """Return the task of a model that the tenant sees, or None if there is no such model."""
        model = self.find_model(tenant, model_id)
        return None if model is None else self.contract.tasks[model.task]

    def model(self, tenant: Tenant, model_id: str) -> Model:
        """Return a model that the tenant sees.

        Raises:
            HttpError: There is no such model.
        """
        model = self.find_model(tenant, model_id)
        if model is None:
            raise HttpError(404, "Model does not exist or has yet to be added to the Bytez catalog")
        return model

    def check_credits(self, tenant: Tenant) -> None:
        """Raise 402 if the tenant has no credits left.

        Raises:
            HttpError: The tenant has spent its credits.
        """
        if self.credits is not None and tenant.spent >= self.credits:
            raise HttpError(
                402,
                "Payment Required",
                "Insufficient credits. Please add credits to continue.",
            )

    def request_model(self, tenant: Tenant, model_id: str) -> JsonObject:
        """Start the job that makes a model available, unless it exists; return the job's state as JSON."""
        if model_id in tenant.jobs:
            return tenant.jobs[model_id].as_json()
        return self._new_job(tenant, model_id).queue()

    def create_cluster(self, tenant: Tenant, model_id: str, capacity: Capacity, timeout: int) -> Cluster:
        """Create and start a cluster of a tenant."""
        cluster = self._new_cluster(tenant, model_id, capacity, timeout)
        cluster.start()
        return cluster

    def load_model(self, tenant: Tenant, model_id: str, *, concurrency: int, period: int) -> LoadedModel:
        """Load a model for a tenant through the v1 API."""
        loaded = self._new_loaded_model(tenant, model_id, concurrency, period)
        loaded.start()
        return loaded

    def restore_tenant(self, saved: SavedTenant) -> Tenant:
        """Return a tenant with the saved state."""
        tenant = Tenant()
        tenant.spent = saved.spent
        for job in saved.jobs:
            self._new_job(tenant, job.model_id).restore(job)
        # In the order in which the jobs ended, since the list of models keeps it.
        done = [(job.available, job.model_id) for job in saved.jobs if job.available is not None]
        for _, model_id in sorted(done, key=itemgetter(0)):
            self._make_available(tenant, model_id)
        for cluster in saved.clusters:
            capacity = Capacity(cluster.capacity.min, cluster.capacity.desired, cluster.capacity.max)
            self._new_cluster(tenant, cluster.model_id, capacity, cluster.timeout).restore(cluster)
        for loaded in saved.loaded_models:
            period = loaded.expiration_period_seconds
            self._new_loaded_model(tenant, loaded.model_id, loaded.concurrency, period).restore(loaded)
        return tenant

    def _new_cluster(self, tenant: Tenant, model_id: str, capacity: Capacity, timeout: int) -> Cluster:
        cluster = Cluster(
            model_id,
            capacity=capacity,
            timeout=timeout,
            status_dialect=self.dialect.cluster_status,
            scheduler=self.scheduler,
            settings=self.settings,
            on_delete=partial(tenant.clusters.pop, model_id),
        )
        tenant.clusters[model_id] = cluster
        return cluster

    def _new_loaded_model(self, tenant: Tenant, model_id: str, concurrency: int, period: int) -> LoadedModel:
        loaded = LoadedModel(
            model_id,
            concurrency=concurrency,
            period=period,
            starting_status=self.dialect.starting_status,
            scheduler=self.scheduler,
            settings=self.settings,
            on_stop=partial(tenant.loaded_models.pop, model_id),
        )
        tenant.loaded_models[model_id] = loaded
        return loaded

    def _new_job(self, tenant: Tenant, model_id: str) -> ModelJob:
        job = ModelJob(self.scheduler, self.settings, partial(self._make_available, tenant, model_id))
        tenant.jobs[model_id] = job
        return job

    def _make_available(self, tenant: Tenant, model_id: str) -> None:
        if self.find_model(tenant, model_id) is None:
            tenant.models[model_id] = Model(
                model_id=model_id,
                task=_REQUESTED_TASK,
                params=None,
                ram_required=None,
                is_language_model=True,
            )


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A parsed request that fits the contract.

    Attributes:
        caller: Tenant of the request's key, if it has a key.
        path: Path parameters.
        query: Query parameters.
        body: The body without the key; empty if there is no body.
        has_key_in_body: Whether the body had a key, as in the v1 API of May 2024.
        request: The raw request.
        cleanup: Called in reverse order when the request ends, completed or abandoned.
    """

    caller: Tenant | None
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: JsonObject
    has_key_in_body: bool
    request: Request
    cleanup: list[Callable[[], object]]

    @property
    def model_member(self) -> str:
        """Name of the body member that holds the model id, in a v1 request."""
        return "model" if "model" in self.body else "modelId"

    @property
    def model_id(self) -> str:
        """Id of the model in the path or in the body."""
        if self.path:
            return f"{self.path['org']}/{self.path['name']}"
        return str(self.body[self.model_member])

    @property
    def tenant(self) -> Tenant:
        """The caller of an operation that requires a key."""
        if self.caller is None:
            raise TypeError("an operation that requires a key was called without a key")
        return self.caller


Handler: TypeAlias = Callable[[World, Call], Reply | ReplyGenerator]
