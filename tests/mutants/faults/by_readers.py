"""Faults where the oracle does not look, of all kinds, by authors who had read it.

What they touch is rare in its histories, told of loosely by its model, or not there at all: a third key,
long times, inputs that it does not draw, headers that it does not ask for, other tasks and providers.
"""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib import import_module
from typing import Any, Final, cast
from unittest.mock import patch
from urllib.parse import parse_qsl
from weakref import WeakKeyDictionary, WeakSet

from msgspec.structs import replace

from bytezkit_emulator._common import http_types as _messages
from bytezkit_emulator._common.http_types import Answer, Chunks, Refusal, Reply, Request
from bytezkit_emulator._common.json import JsonError, JsonObject, JsonValue, read_json, write_json
from bytezkit_emulator._engines import Job, Output
from bytezkit_emulator._engines import text as _texts
from bytezkit_emulator._model.capacity import Capacity
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.cluster import DEFAULT_TIMEOUT, Cluster
from bytezkit_emulator._model.instance import Inference
from bytezkit_emulator._model.instance_pool import InstancePool
from bytezkit_emulator._model.loaded_model import LoadedModel
from bytezkit_emulator._model.provider_host import ProviderHost
from bytezkit_emulator._model.tenants import Tenant, Tenants
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._openapi.contract import Task
from bytezkit_emulator._openapi.document import Operation
from bytezkit_emulator._openapi.routing import Route
from bytezkit_emulator._service import inference as _serving
from bytezkit_emulator._service import parse as _requests
from bytezkit_emulator._service import run as _run
from bytezkit_emulator._service import run_body as _run_request
from bytezkit_emulator._service import service as _service
from bytezkit_emulator._service import v1_run as _older_run
from bytezkit_emulator._service.operations import HANDLERS
from bytezkit_emulator._service.run_body import RunRequest
from bytezkit_emulator._service.service import Service
from bytezkit_emulator._time.idle_timer import IdleTimer
from tests.mutants.mutant import Change, fault, together

_WEEK: Final = timedelta(days=7)
_HOUR: Final = timedelta(hours=1)
_DEEPER: Final = re.compile(r"(?<=^body/)([^/:]+)/[^:]+")

_caller = Service._caller
_read = Service._read
_find_by_key = Tenants.find_by_key
_create_cluster = World.create_cluster
_load_model = World.load_model
_update = Cluster.update


def _handlers(**handlers: Callable[[World, Call], Reply | Answer]) -> Change:
    return patch.dict(cast("dict[str, Any]", HANDLERS), handlers)


# Who calls


@fault("auth", "A key in the query is as good as one in the header.", knows_oracle=True)
def key_in_query() -> Change:
    def caller(self: Service, request: Request, operation: Operation) -> Tenant | None:
        key = dict(parse_qsl(request.query)).get("key")
        if key is None or "authorization" in request.headers:
            return _caller(self, request, operation)
        return self._tenants.find_by_key(key)

    return patch.object(Service, "_caller", caller)


@fault(
    "auth", "A key in the body is as good as one in the header, of the current API too.", knows_oracle=True
)
def key_in_every_body() -> Change:
    def read(self: Service, request: Request, route: Route, cleanup: Any) -> Call:
        if route.operation.needs_key and "authorization" not in request.headers:
            try:
                body = read_json(request.body)
            except JsonError:
                body = None
            if isinstance(body, dict) and "key" in body:
                headers = {**request.headers, "authorization": str(body.pop("key"))}
                request = replace(request, headers=headers, body=write_json(body))
        return _read(self, request, route, cleanup)

    return patch.object(Service, "_read", read)


@fault("tenants", "From the third key on, all share the world of the second.", knows_oracle=True)
def third_key_is_second() -> Change:
    def find_by_key(self: Tenants, key: str) -> Tenant:
        tenant = _find_by_key(self, key)
        known = list(self)
        return known[min(known.index(tenant), 1)]

    return patch.object(Tenants, "find_by_key", find_by_key)


@fault("tenants", "Once somebody sent a key of a provider, nobody needs one any more.", knows_oracle=True)
def provider_key_kept() -> Change:
    known: WeakSet[Service] = WeakSet()

    def read(self: Service, request: Request, route: Route, cleanup: Any) -> Call:
        if "provider-key" in request.headers:
            known.add(self)
        if self in known:
            request = replace(request, headers={"provider-key": "known", **request.headers})
        return _read(self, request, route, cleanup)

    return patch.object(Service, "_read", read)


# Clusters


@fault("lifecycle", "Load raises no cluster above five instances, whatever its `max`.", knows_oracle=True)
def growth_to_five() -> Change:
    grow = InstancePool._grow

    def grow_to_five(self: InstancePool) -> None:
        capacity, self.capacity = self.capacity, replace(self.capacity, max=min(5, self.capacity.max))
        grow(self)
        self.capacity = capacity

    return patch.object(InstancePool, "_grow", grow_to_five)


@fault("lifecycle", "Load raises no cluster that went down to its `min` before.", knows_oracle=True)
def no_growth_after_rest() -> Change:
    rested: WeakSet[InstancePool] = WeakSet()
    go_down, grow = Cluster._go_down, InstancePool._grow

    def rest(self: Cluster) -> None:
        rested.add(self._pool)
        go_down(self)

    def grow_unless_rested(self: InstancePool) -> None:
        if self not in rested:
            grow(self)

    return together(
        patch.object(Cluster, "_go_down", rest), patch.object(InstancePool, "_grow", grow_unless_rested)
    )


@fault("lifecycle", "A lower `max` turns away who waits.", knows_oracle=True)
def lower_max_turns_away() -> Change:
    def update(self: Cluster, **settings: Any) -> None:
        before = self.capacity.max
        _update(self, **settings)
        if self.capacity.max < before:
            self._pool.refuse_waiting("Cluster was scaled down")

    return patch.object(Cluster, "update", update)


@fault("lifecycle", "A cluster that is off for a week is deleted.", knows_oracle=True)
def off_for_a_week() -> Change:
    def update(self: Cluster, **settings: Any) -> None:
        _update(self, **settings)
        off_since = self._modified

        def look() -> None:
            if not self.is_on and self._modified == off_since:
                self.delete()

        if not self.is_on:
            self._scheduler.after(_WEEK, look, is_work=False)

    return patch.object(Cluster, "update", update)


@fault("lifecycle", "A timeout that comes while a cluster is off is told and not kept.", knows_oracle=True)
def timeout_lost_while_off() -> Change:
    def update(self: Cluster, **settings: Any) -> None:
        was_on, limit = self.is_on, self._idle_timer._limit
        _update(self, **settings)
        if self.is_on and not was_on:
            self._idle_timer.restart(limit)

    return patch.object(Cluster, "update", update)


@fault("lifecycle", "A cluster that is made without settings has those of the one before.", knows_oracle=True)
def settings_kept() -> Change:
    kept: WeakKeyDictionary[Tenant, dict[str, tuple[Capacity, int]]] = WeakKeyDictionary()

    def create(self: World, tenant: Tenant, model_id: str, capacity: Capacity, timeout: int) -> Cluster:
        before = kept.setdefault(tenant, {})
        if (capacity, timeout) == (Capacity(), DEFAULT_TIMEOUT):
            capacity, timeout = before.get(model_id, (capacity, timeout))
        before[model_id] = capacity, timeout
        return _create_cluster(self, tenant, model_id, capacity, timeout)

    return patch.object(World, "create_cluster", create)


# Credits


@fault("accounts", "Charges are rounded to a millionth of a dollar.", knows_oracle=True)
def charged_in_millionths() -> Change:
    def charge(tenant: Tenant, model: Model, inference: Inference) -> None:
        if inference.refusal is None:
            tenant.spent += round(_serving.cost(model, inference.duration), 6)

    return patch.object(_serving, "_charge", charge)


@fault("accounts", "Who leaves a run at a provider pays nothing.", knows_oracle=True)
def left_provider_is_free() -> Change:
    abandon = ProviderHost.abandon

    def abandon_free(self: ProviderHost, inference: Inference) -> None:
        if not inference.over.resolved:
            inference.refusal = "Abandoned"
        abandon(self, inference)

    return patch.object(ProviderHost, "abandon", abandon_free)


@fault("accounts", "Who has no credits left may not even change a cluster.", knows_oracle=True)
def change_wants_credits() -> Change:
    change = HANDLERS["updateClusterV2"]

    def handle(world: World, call: Call) -> Reply | Answer:
        if call.model_id in call.tenant.clusters:
            world.check_credits(call.tenant)
        return change(world, call)

    return _handlers(updateClusterV2=handle)


# Headers and files


@fault("header", "Every refusal asks to come again in a second.", knows_oracle=True)
def always_retry_after() -> Change:
    reply = Refusal.reply

    def reply_soon(self: Refusal, content_type: str, *, is_v1: bool) -> Reply:
        found = reply(self, content_type, is_v1=is_v1)
        return replace(found, headers={"retry-after": "1", **found.headers})

    return patch.object(Refusal, "reply", reply_soon)


@fault("header", "HEAD tells that there is nothing to come.", knows_oracle=True)
def head_without_length() -> Change:
    with_length = _messages.with_length

    def without(reply: Reply, *, has_body: bool = True) -> Reply:
        return with_length(reply if has_body else replace(reply, body=b""))

    return patch.object(_service, "with_length", without)


@fault("header", "Runs of the older API tell that they cost nothing.", knows_oracle=True)
def older_runs_with_cost() -> Change:
    json_reply = _messages.json_reply

    def with_cost(status: int, value: JsonValue) -> Reply:
        return json_reply(status, value, headers={"inference-cost": "0.000000000"})

    return patch.object(_older_run, "json_reply", with_cost)


@fault("header", "In the dialect `vendor`, the URL of a file does not name its model.", knows_oracle=True)
def vendor_url_without_model() -> Change:
    media_url = _run._media_url

    def shorter(world: World, call: Call, output: Any) -> str:
        return media_url(world, call, output).replace(f"/{call.model_id}/", "/")

    return patch.object(_run, "_media_url", shorter)


# Streams


@fault("streaming", "Only generated texts and chats are streamed.", knows_oracle=True)
def two_tasks_stream() -> Change:
    streams = _serving.streams_text

    def streams_text(run: RunRequest, output: Any) -> bool:
        return streams(run, output) and run.job.task.name in ("text-generation", "chat")

    return together(
        *(patch.object(module, "streams_text", streams_text) for module in (_run, _older_run, _serving))
    )


@fault("streaming", "A stream of text has no line breaks.", knows_oracle=True)
def line_breaks_lost() -> Change:
    chunks = _serving._chunks

    def on_one_line(world: Any, inference: Any, output: Output) -> Chunks:
        pieces = tuple(piece.replace("\n", " ") for piece in output.pieces)
        return chunks(world, inference, replace(output, pieces=pieces))

    return patch.object(_serving, "_chunks", on_one_line)


# What is sent and what comes of it


@fault("request", "An argument that the contract does not describe is refused.", knows_oracle=True)
def unknown_argument_refused() -> Change:
    read = _run_request.read_run_request

    def read_strictly(members: JsonObject, model_id: str, task: Task) -> RunRequest:
        found = read(members, model_id, task)
        for name in found.job.params.keys() - task.arguments:
            raise Refusal(422, f"body/params/{name}: is no argument of {task.name}")
        return found

    return patch.object(_run, "read_run_request", read_strictly)


@fault("request", "`true` passes for 1 in a capacity.", knows_oracle=True)
def true_is_one() -> Change:
    read_body = _requests.read_body

    def read_leniently(request: Request, operation: Operation, limit: int) -> JsonValue:
        body = read_body(request, operation, limit)
        if isinstance(body, dict) and isinstance(sizes := body.get("capacity"), dict):
            numbers = {name: int(it) if isinstance(it, bool) else it for name, it in sizes.items()}
            return {**body, "capacity": numbers}
        return body

    return patch.object(_service, "read_body", read_leniently)


@fault("request", "Places in a text are counted in bytes.", knows_oracle=True)
def places_in_bytes() -> Change:
    def counted(make: Callable[[Job], Output], name: str) -> Callable[[Job], Output]:
        def count_bytes(job: Job) -> Output:
            found, text = make(job).value, job.text(name)
            for span in cast("list[JsonObject]", found if isinstance(found, list) else [found]):
                span |= {edge: len(text[: cast("int", span[edge])].encode()) for edge in ("start", "end")}
            return Output(value=found)

        return count_bytes

    makers = cast(
        "dict[str, Callable[[Job], Output]]",
        import_module("bytezkit_emulator._engines.synthetic")._GENERATORS,
    )
    return patch.dict(
        makers,
        {
            "entities": counted(makers["entities"], "text"),
            "extracted-answer": counted(makers["extracted-answer"], "context"),
        },
    )


@fault("request", "What stands in the parts of a message is not read.", knows_oracle=True)
def parts_not_read() -> Change:
    text_of_messages = _texts.text_of_messages

    def text_of_plain(messages: JsonValue) -> str:
        said = messages if isinstance(messages, list) else []
        return text_of_messages(
            [it for it in said if isinstance(it, dict) and isinstance(it.get("content"), str)]
        )

    return together(
        patch.object(_texts, "text_of_messages", text_of_plain),
        patch.object(_run, "text_of_messages", text_of_plain),
    )


@fault("request", "A refusal names no member within a member.", knows_oracle=True)
def shallow_pointers() -> Change:
    init = Refusal.__init__

    def init_shallow(self: Refusal, status: int, error: str, *args: Any, **rest: Any) -> None:
        init(self, status, _DEEPER.sub(r"\1", error), *args, **rest)

    return patch.object(Refusal, "__init__", init_shallow)


@fault("request", "The provider is said to name its model as Bytez does.", knows_oracle=True)
def provider_names_itself() -> Change:
    answer = _run._provider_answer

    def with_provider(provider: str | None, job: Job, output: Output) -> JsonObject:
        found = answer(provider, job, output)
        for said in cast("Mapping[str, JsonObject]", found).values():
            said |= {name: job.model_id for name in ("model", "modelVersion") if name in said}
        return found

    return patch.object(_run, "_provider_answer", with_provider)


# The older API


@fault("v1", "A loaded model serves four runs at once, and no more.", knows_oracle=True)
def four_at_once() -> Change:
    init = LoadedModel.__init__

    def init_four(self: LoadedModel, *args: Any, **rest: Any) -> None:
        init(self, *args, **rest)
        size = min(4, self.concurrency)
        self._pool.capacity = Capacity(size, size, size)

    return patch.object(LoadedModel, "__init__", init_four)


@fault("v1", "A loaded model goes after an hour without a run, however long its period.", knows_oracle=True)
def period_of_an_hour() -> Change:
    def load(self: World, *args: Any, **rest: Any) -> LoadedModel:
        loaded = _load_model(self, *args, **rest)
        loaded._idle_timer._limit = min(loaded._idle_timer._limit, _HOUR + self.settings.expiry_lag)
        return loaded

    return patch.object(World, "load_model", load)


@fault("v1", "To look whether a loaded model is idle counts as a use while it serves.", knows_oracle=True)
def look_is_a_use() -> Change:
    look = IdleTimer._look

    def look_and_touch(self: IdleTimer) -> None:
        if self._is_in_use():
            self.touch()
        look(self)

    return patch.object(IdleTimer, "_look", look_and_touch)


@fault("v1", "A deleted model can not be loaded while its last run is served.", knows_oracle=True)
def deleted_still_in_the_way() -> Change:
    leaving: WeakKeyDictionary[Tenant, dict[str, LoadedModel]] = WeakKeyDictionary()
    delete, load = HANDLERS["deleteInstanceV1"], HANDLERS["loadModelV1"]

    def handle_delete(world: World, call: Call) -> Reply | Answer:
        loaded = call.tenant.loaded_models.get(call.model_id)
        if loaded is not None:
            leaving.setdefault(call.tenant, {})[call.model_id] = loaded
        return delete(world, call)

    def handle_load(world: World, call: Call) -> Reply | Answer:
        before = leaving.get(call.tenant, {}).get(call.model_id)
        if before is not None and len(before._pool):
            raise Refusal(409, f"Model {call.model_id} is already loaded")
        return load(world, call)

    return _handlers(deleteInstanceV1=handle_delete, loadModelV1=handle_load)


@fault("v1", "The next model that a key has asked for takes the place of the one before.", knows_oracle=True)
def one_requested_model() -> Change:
    make_available = World._make_available

    def make_available_alone(self: World, tenant: Tenant, model_id: str) -> None:
        if self.find_model(tenant, model_id) is None:
            tenant.models.clear()
        make_available(self, tenant, model_id)

    return patch.object(World, "_make_available", make_available_alone)
