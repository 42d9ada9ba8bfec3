"""Walls between tenants that leak."""

from collections.abc import MutableMapping
from typing import Any, cast
from unittest.mock import patch

from bytezkit_emulator._common.http_types import Reply, success
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.cluster import Cluster
from bytezkit_emulator._model.tenants import Tenant, Tenants
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._service.operations import HANDLERS
from tests.mutants.mutant import Change, fault, together

_find_by_key = Tenants.find_by_key
_create_cluster = World.create_cluster
_make_available = World._make_available


def _in_common(name: str) -> Change:
    """Let the tenants of an emulator have one of their attributes in common."""

    def find_by_key(self: Tenants, key: str) -> Tenant:
        tenant = _find_by_key(self, key)
        setattr(tenant, name, getattr(next(iter(self._tenants.values())), name))
        return tenant

    return patch.object(Tenants, "find_by_key", find_by_key)


@fault("tenants", "All keys share one world.")
def one_world() -> Change:
    def find_by_key(self: Tenants, key: str) -> Tenant:
        _find_by_key(self, key)
        return next(iter(self._tenants.values()))

    return patch.object(Tenants, "find_by_key", find_by_key)


@fault("tenants", "The list of clusters shows those of others too.")
def others_clusters_listed() -> Change:
    made: list[tuple[World, Cluster]] = []

    def create_cluster(self: World, *args: Any) -> Cluster:
        cluster = _create_cluster(self, *args)
        made.append((self, cluster))
        return cluster

    def list_clusters(world: World, call: Call) -> Reply:
        return success([cluster.as_json() for where, cluster in made if where is world and cluster.is_on])

    return together(
        patch.object(World, "create_cluster", create_cluster),
        patch.dict(cast("dict[str, Any]", HANDLERS), listClustersV2=list_clusters),
    )


@fault("tenants", "What one key loaded, every key has loaded (v1).")
def loaded_for_everyone() -> Change:
    return _in_common("loaded_models")


@fault("tenants", "A job that one key asked for is everybody's.")
def jobs_for_everyone() -> Change:
    return _in_common("jobs")


@fault("tenants", "A model that one key asked for comes into everybody's catalog.")
def requested_models_for_everyone() -> Change:
    def make_available(self: World, tenant: Tenant, model_id: str) -> None:
        _make_available(self, tenant, model_id)
        if model_id in tenant.models:
            cast("MutableMapping[str, Model]", self.catalog)[model_id] = tenant.models[model_id]

    return patch.object(World, "_make_available", make_available)


@fault("tenants", "What one key spends, every key has spent.")
def one_purse() -> Change:
    def find_by_key(self: Tenants, key: str) -> Tenant:
        tenant = _find_by_key(self, key)
        tenant.spent = max(it.spent for it in self._tenants.values())
        return tenant

    return patch.object(Tenants, "find_by_key", find_by_key)


@fault("tenants", "A cluster that one key deletes is gone for all.")
def deleted_for_everyone() -> Change:
    made: list[tuple[World, Tenant, Cluster]] = []
    delete = Cluster.delete

    def create_cluster(self: World, tenant: Tenant, model_id: str, *args: Any) -> Cluster:
        cluster = _create_cluster(self, tenant, model_id, *args)
        made.append((self, tenant, cluster))
        return cluster

    def delete_all(self: Cluster) -> None:
        world = next(where for where, _, cluster in made if cluster is self)
        for where, tenant, cluster in made:
            if where is world and tenant.clusters.get(self.model_id) is cluster:
                delete(cluster)

    return together(
        patch.object(World, "create_cluster", create_cluster), patch.object(Cluster, "delete", delete_all)
    )
