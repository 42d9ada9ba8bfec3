"""Clusters that come, serve and go otherwise than they should."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast
from unittest.mock import PropertyMock, patch

from msgspec.structs import replace

from bytezkit_emulator._common.http_types import Reply, success
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._model import cluster as _cluster
from bytezkit_emulator._model.capacity import Capacity
from bytezkit_emulator._model.cluster import DEFAULT_TIMEOUT, Cluster
from bytezkit_emulator._model.instance import Inference, Instance, InstanceState
from bytezkit_emulator._model.instance_pool import InstancePool
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._openapi.contract import Contract
from bytezkit_emulator._service import operations as _operations
from bytezkit_emulator._service import service as _service
from bytezkit_emulator._service.operations import HANDLERS
from bytezkit_emulator._time.idle_timer import IdleTimer
from tests.mutants.mutant import Change, fault

_merge_capacity = _operations._merge_capacity
_find_cluster = _operations._find_cluster


def _handler(operation_id: str, handle: Callable[[World, Call], Reply]) -> Change:
    return patch.dict(cast("dict[str, Any]", HANDLERS), {operation_id: handle})


@fault("lifecycle", "PATCH replaces the capacity instead of merging into it.")
def patch_replaces() -> Change:
    return patch.object(_operations, "_merge_capacity", lambda _, body: _merge_capacity(Capacity(), body))


@fault("lifecycle", "PATCH without a timeout sets the default timeout.")
def patch_resets_timeout() -> Change:
    update = _operations._update_cluster

    def handle(world: World, call: Call) -> Reply:
        return update(world, replace(call, body={"timeout": DEFAULT_TIMEOUT, **call.body}))

    return _handler("updateClusterV2", handle)


@fault("lifecycle", "PATCH without a status switches a cluster on that is off.")
def patch_switches_on() -> Change:
    update = _operations._update_cluster

    def handle(world: World, call: Call) -> Reply:
        return update(world, replace(call, body={"status": "on", **call.body}))

    return _handler("updateClusterV2", handle)


@fault("lifecycle", "PATCH leaves the moment of the last change as it was.")
def patch_not_dated() -> Change:
    update = Cluster.update

    def undated(self: Cluster, **settings: Any) -> None:
        modified = self._modified
        update(self, **settings)
        self._modified = modified

    return patch.object(Cluster, "update", undated)


@fault("lifecycle", "DELETE answers as if, and keeps the cluster.")
def delete_keeps() -> Change:
    def handle(world: World, call: Call) -> Reply:
        _find_cluster(world, call)
        return success(None)

    return _handler("deleteClusterV2", handle)


@fault("lifecycle", "DELETE of a cluster that is not there is a success.")
def delete_of_nothing() -> Change:
    def handle(world: World, call: Call) -> Reply:
        model = world.model(call.tenant, call.model_id)
        if model.model_id in call.tenant.clusters:
            _find_cluster(world, call).delete()
        return success(None)

    return _handler("deleteClusterV2", handle)


@fault("lifecycle", "PUT on a cluster that is there makes it anew.")
def put_replaces() -> Change:
    create = _operations._create_cluster

    def handle(world: World, call: Call) -> Reply:
        cluster = call.tenant.clusters.get(call.model_id)
        if cluster is not None:
            cluster.delete()
        return create(world, call)

    return _handler("createClusterV2", handle)


@fault("lifecycle", "PUT does not look at the timeout.")
def put_ignores_timeout() -> Change:
    create = World.create_cluster

    def create_cluster(self: World, *args: Any) -> Cluster:
        return create(self, args[0], args[1], args[2], DEFAULT_TIMEOUT)

    return patch.object(World, "create_cluster", create_cluster)


@fault("lifecycle", "A timeout is taken for seconds.")
def timeout_in_seconds() -> Change:
    limit = property(lambda self: timedelta(seconds=self.timeout))
    return patch.object(Cluster, "_idle_limit", limit)


@fault("lifecycle", "An idle cluster goes a minute too late.")
def idle_minute_late() -> Change:
    limit = property(lambda self: timedelta(minutes=min(self.timeout, 1440) + 1))
    return patch.object(Cluster, "_idle_limit", limit)


@fault("lifecycle", "A timeout above 1440 minutes is not cut to them.")
def timeout_not_cut() -> Change:
    return patch.object(_cluster, "_MAX_TIMEOUT", 10**6)


@fault("lifecycle", "An idle cluster never goes.")
def never_idle() -> Change:
    return patch.object(IdleTimer, "_check_idle", lambda self: self._schedule_check(self._limit))


@fault("lifecycle", "A cluster goes although a request is served.")
def idle_while_serving() -> Change:
    return patch.object(InstancePool, "is_in_use", new_callable=PropertyMock, return_value=False)


@fault("lifecycle", "The timeout runs from the creation, whatever is run meanwhile.")
def run_keeps_nothing_alive() -> Change:
    def note(self: Cluster) -> None:
        self._last_inference = self._scheduler.now

    return patch.object(Cluster, "_record_inference", note)


@fault("lifecycle", "An idle cluster goes down to nothing whatever its `min`.")
def min_not_kept() -> Change:
    return patch.object(Cluster, "_scale_down_or_delete", Cluster.delete)


@fault("lifecycle", "Instances serve at once, without booting.")
def boot_skipped() -> Change:
    def boot(self: InstancePool) -> None:
        instance = Instance(self._scheduler.now)
        self._instances.append(instance)
        self._free_instance(instance)

    return patch.object(InstancePool, "_boot", boot)


@fault("lifecycle", "A cluster that boots says that it runs.")
def running_while_booting() -> Change:
    return patch.object(InstancePool, "is_booting", new_callable=PropertyMock, return_value=False)


@fault("lifecycle", "Only one instance boots, whatever is desired.")
def one_instance() -> Change:
    scale_to_load = InstancePool.scale_to_load

    def fit_one(self: InstancePool) -> None:
        capacity, self.capacity = self.capacity, replace(self.capacity, desired=min(1, self.capacity.max))
        scale_to_load(self)
        self.capacity = capacity

    return patch.object(InstancePool, "scale_to_load", fit_one)


@fault("lifecycle", "A cluster does not grow above `desired` under load.")
def no_growth() -> Change:
    grow = InstancePool._scale_up

    def grow_little(self: InstancePool) -> None:
        if self._active_count < max(1, self.capacity.desired):
            grow(self)

    return patch.object(InstancePool, "_scale_up", grow_little)


@fault("lifecycle", "Instances above `desired` stay when the load is gone.")
def surplus_stays() -> Change:
    return patch.object(InstancePool, "_retire_surplus", lambda self, instance, idle_since: None)


@fault("lifecycle", "A cluster that is off serves.")
def off_serves() -> Change:
    return patch.object(Cluster, "unavailable_reason", new_callable=PropertyMock, return_value=None)


@fault("lifecycle", "Who waits longest is served last.")
def last_come_first_served() -> Change:
    make_free = InstancePool._free_instance

    def make_free_for_last(self: InstancePool, instance: Instance) -> None:
        self._queue.rotate(1)
        make_free(self, instance)

    return patch.object(InstancePool, "_free_instance", make_free_for_last)


@fault("lifecycle", "One request more than the limit may wait.")
def queue_limit_off_by_one() -> Change:
    submit = InstancePool.submit

    def submit_one_more(self: InstancePool, duration: timedelta, *, is_bounded: bool) -> Inference:
        is_full = len(self._queue) > self._settings.queue_limit
        return submit(self, duration, is_bounded=is_bounded and is_full)

    return patch.object(InstancePool, "submit", submit_one_more)


@fault("lifecycle", "`autoScale` makes no difference.")
def auto_scale_ignored() -> Change:
    submit = InstancePool.submit

    def submit_bounded(self: InstancePool, duration: timedelta, *, is_bounded: bool) -> Inference:
        return submit(self, duration, is_bounded=True)

    return patch.object(InstancePool, "submit", submit_bounded)


@fault("lifecycle", "A request that is given up keeps its instance busy to the end.")
def abandoned_keeps_busy() -> Change:
    abandon = InstancePool.abandon

    def abandon_waiting(self: InstancePool, inference: Inference) -> None:
        if inference.instance is None:
            abandon(self, inference)

    return patch.object(InstancePool, "abandon", abandon_waiting)


@fault("lifecycle", "A cluster shows no `lastInference` but that of its creation.")
def last_inference_stands() -> Change:
    as_json = Cluster.as_json

    def unmoved(self: Cluster) -> JsonObject:
        cluster = as_json(self)
        return {**cluster, "lastInference": cluster["created"]}

    return patch.object(Cluster, "as_json", unmoved)


@fault("lifecycle", "Switching off cuts what is being served.")
def off_cuts() -> Change:
    update = Cluster.update

    def cut(self: Cluster, *, capacity: Capacity, timeout: int, is_on: bool) -> None:
        update(self, capacity=capacity, timeout=timeout, is_on=is_on)
        for instance in [] if is_on else list(self._instance_pool._instances):
            if instance.state is InstanceState.DRAINING:
                self._instance_pool._retire(instance)

    return patch.object(Cluster, "update", cut)


@fault("lifecycle", "The profile `serverless` has the operations on clusters.")
def serverless_has_clusters() -> Change:
    served = _service._served_operations

    def serve_all(contract: Contract, *, is_serverless: bool) -> set[str]:
        return served(contract, is_serverless=False)

    return patch.object(_service, "_served_operations", serve_all)
