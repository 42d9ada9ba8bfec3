"""Model of the service: the expected answer to every request, in virtual time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias

from bytezkit_models.tasks import TASKS
from tests.emulator.oracle.catalog import CATALOG, Model, requested
from tests.emulator.oracle.hosts import Capacity, Cluster, Host, Loaded, ProviderHost, Run
from tests.emulator.oracle.jobs import (
    INFERENCE_TIME,
    TOKEN_TIME,
    Job,
    MisfitError,
    Outputs,
    fits_contract,
    lifted,
    read_job,
)
from tests.emulator.oracle.matching import JSON, TEXT_STREAM, Check, Expected, failure, some_text
from tests.emulator.oracle.requests import Request

_START: Final = datetime(2025, 1, 1, tzinfo=UTC)
_QUEUE_TIME, _JOB_TIME = 10_000, 90_000
_TIMEOUT, _CONCURRENCY, _PERIOD = 5, 1, 1800
_CREDITS: Final = "Insufficient credits. Please add credits to continue."
_STATUSES: Final = {
    "quickstart": ("booting instance", "running", "off"),
    "langchain": ("loading", "on", "off"),
}
_DIALECT: Final = {
    "already_loaded": "conflict",
    "starting_status": "DEPLOYING",
    "cluster_status": "quickstart",
    "chat_content": "text",
}
ORIGIN: Final = "http://emulator"


def stamp(moment: int) -> str:
    return (_START + timedelta(milliseconds=moment)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(eq=False)
class Tenant:
    """State of one key; `requested` maps a model to the time at which its job was queued."""

    clusters: dict[str, Cluster] = field(default_factory=dict)
    loaded: dict[str, Loaded] = field(default_factory=dict)
    requested: dict[str, int] = field(default_factory=dict)
    spent: Decimal = Decimal()


@dataclass(eq=False)
class Ongoing:
    """A run without a complete answer."""

    request: Request
    run: Run
    model: Model
    host: Host | ProviderHost
    streams: bool

    @property
    def is_answered(self) -> bool:
        return self.run.refusal is not None or (self.run.has_started if self.streams else self.run.is_over)


class RefusedError(Exception):
    """A request is refused."""

    def __init__(self, status: int, error: str | Check, members: Mapping[str, Any] | None = None) -> None:
        super().__init__(status, error)
        self.status = status
        self.error = error
        self.members = members or {}


Result: TypeAlias = Expected | Ongoing


class ServiceModel:
    """The service behind all keys.

    Args:
        keys: The valid keys.
        line: Runs that may wait at one host.
        credits: US dollars that each key may spend, or None for no limit.
        dialect: Settings of the dialect that differ from the defaults.
    """

    def __init__(
        self,
        keys: tuple[str, ...],
        *,
        line: int,
        credits: str | None,  # noqa: A002  # the service's own word
        dialect: Mapping[str, str],
    ) -> None:
        self.now = 0
        self.outputs: Final = Outputs()
        self._tenants: Final = {key: Tenant() for key in keys}
        self._line = line
        self._credits = None if credits is None else Decimal(credits)
        self._dialect = {**_DIALECT, **dialect}
        self._hosts: list[tuple[Tenant, Model, Host | ProviderHost]] = []
        self._operations: Final[Mapping[tuple[str, str], Callable[[Tenant, Request], Result]]] = {
            ("GET", "/models/v2/list/models"): self._list_models,
            ("GET", "/models/v2/list/tasks"): self._list_tasks,
            ("GET", "/models/v2/list/clusters"): self._list_clusters,
            ("GET", "/model/list"): self._list_v1_models,
            ("POST", "/model/list"): self._list_v1_models,
            ("GET", "/model/instances"): self._list_instances,
            ("POST", "/model/instances"): self._list_instances,
            ("POST", "/model/job"): self._create_job,
            ("POST", "/model/load"): self._load,
            ("POST", "/model/status"): self._read_instance,
            ("POST", "/model/delete"): self._delete_instance,
            ("POST", "/model/run"): self._run_loaded,
        }
        self._model_operations: Final[Mapping[str, Callable[[Tenant, Request], Result]]] = {
            "PUT": self._create_cluster,
            "GET": self._read_cluster,
            "PATCH": self._update_cluster,
            "DELETE": self._delete_cluster,
            "POST": self._run,
        }

    # Time

    def moments(self) -> list[int]:
        """Return the times of the next events, in order."""
        moments = {moment for _, _, host in self._hosts for moment in host.moments()}
        for tenant in self._tenants.values():
            for queued in tenant.requested.values():
                moments |= {queued + _QUEUE_TIME, queued + _QUEUE_TIME + _JOB_TIME}
        return sorted(moment for moment in moments if moment > self.now)

    def clusters(self) -> list[tuple[str, str]]:
        """Return the existing clusters as pairs of key and model."""
        return [(key, model_id) for key, tenant in self._tenants.items() for model_id in tenant.clusters]

    def loaded_models(self) -> list[tuple[str, str]]:
        """Return the loaded models as pairs of key and model."""
        return [(key, model_id) for key, tenant in self._tenants.items() for model_id in tenant.loaded]

    def pass_time(self, length: int) -> None:
        end = self.now + length
        while True:
            moment = min((at for _, _, host in self._hosts for at in host.moments()), default=end + 1)
            if moment > end:
                break
            self.now = moment
            for _, _, host in self._hosts:
                host.happen(moment)
            self._settle()
        self.now = end

    def _settle(self) -> None:
        """Charge for finished runs and remove deleted hosts."""
        for tenant, model, host in self._hosts:
            for run in host.finished:
                tenant.spent += model.cost(run.job.length)
            host.finished = []
        for tenant in self._tenants.values():
            for hosts in (tenant.clusters, tenant.loaded):
                for model_id in [name for name, host in hosts.items() if host.is_away]:
                    del hosts[model_id]
        self._hosts = [(tenant, model, host) for tenant, model, host in self._hosts if not host.is_gone]

    # Requests

    def answer(self, request: Request) -> Result:
        """Return the expected answer to a request."""
        try:
            result = self._answer(request)
        except RefusedError as refusal:
            return failure(
                refusal.status,
                refusal.error,
                refusal.members,
                is_v1=request.is_v1,
                is_for_stream=self._is_run(request) and _wants_bytes(request.body or {}),
            )
        self._settle()
        return result

    def _answer(self, request: Request) -> Result:
        body = request.body or {}
        tenant = None
        if request.authorization is not None:
            tenant = self._tenant(_key_in(request.authorization))
        elif not request.is_v1 or request.method == "GET":
            if request.path.startswith("/models/v2/request/"):
                return _success("Job queued")
            raise RefusedError(401, "Unauthorized")
        if request.is_garbled:
            raise RefusedError(400, some_text("body"))
        if request.is_v1:
            self._check_v1_contract(request, body)
            tenant = tenant or self._tenant(body.get("key", ""))
        assert tenant is not None
        operation = self._operations.get((request.method, request.path))
        if operation is not None:
            return operation(tenant, request)
        if request.path.startswith("/models/v2/request/"):
            tenant.requested.setdefault(request.model_id, self.now)
            return _success("Job queued")
        return self._model_operations[request.method](tenant, request)

    def _tenant(self, key: str) -> Tenant:
        if key not in self._tenants:
            raise RefusedError(401, "Unauthorized")
        return self._tenants[key]

    @staticmethod
    def _check_v1_contract(request: Request, body: dict[str, Any]) -> None:
        if request.path.removeprefix("/model/") in ("list", "instances"):
            return
        if "model" not in body and "modelId" not in body:
            raise RefusedError(400, some_text("body"))
        wrong = [
            name for name in ("concurrency", "expirationPeriodSeconds", "timeout") if body.get(name, 1) < 1
        ]
        if body.get("messages", [{}]) == []:
            wrong.append("messages")
        if wrong:
            raise RefusedError(400, some_text("body", wrong[0]))

    @staticmethod
    def _is_run(request: Request) -> bool:
        is_current = request.path.startswith("/models/v2/") and not request.path.startswith(
            "/models/v2/request/"
        )
        return request.method == "POST" and (is_current or request.path == "/model/run")

    # Models

    def _models(self, tenant: Tenant) -> dict[str, Model]:
        # The catalog, then the models that jobs added for this key, in the order of their ends.
        return CATALOG | {
            model_id: requested(model_id)
            for model_id, queued in tenant.requested.items()
            if model_id not in CATALOG and queued + _QUEUE_TIME + _JOB_TIME <= self.now
        }

    def _model(self, tenant: Tenant, model_id: str) -> Model:
        try:
            return self._models(tenant)[model_id]
        except KeyError:
            raise RefusedError(
                404, "Model does not exist or has yet to be added to the Bytez catalog"
            ) from None

    def _list_models(self, tenant: Tenant, request: Request) -> Result:
        task, model_id = request.query.get("task"), request.query.get("modelId")
        models = self._models(tenant).values()
        return _success(
            [it.as_json() for it in models if task in (None, it.task) and model_id in (None, it.id)]
        )

    def _list_tasks(self, tenant: Tenant, request: Request) -> Result:
        return _success(_all_tasks)

    def _list_v1_models(self, tenant: Tenant, request: Request) -> Result:
        models = self._models(tenant).values()
        task = request.query.get("task")
        return _plain([it.as_v1_json() for it in models if it.is_v1 and task in (None, it.task)])

    def _create_job(self, tenant: Tenant, request: Request) -> Result:
        member, model_id = _named(request)
        progress: dict[str, Any] = {member: model_id, "success": True}
        if model_id not in tenant.requested:
            tenant.requested[model_id] = self.now
            return _plain(progress | {"modified": stamp(self.now)})
        queued = tenant.requested[model_id]
        start, end = queued + _QUEUE_TIME, queued + _QUEUE_TIME + _JOB_TIME
        if self.now < start:
            progress |= {"message": "Model is already queued", "startTime": None, "modified": stamp(queued)}
        elif self.now < end:
            # The documents show no message for a running job.
            progress |= {"message": some_text(), "startTime": stamp(start), "modified": stamp(start)}
        else:
            progress |= {"message": "Model available", "startTime": stamp(start), "endTime": stamp(end)}
            progress |= {"modified": stamp(end)}
        return _plain(progress)

    # Clusters

    def _list_clusters(self, tenant: Tenant, request: Request) -> Result:
        return _success([cluster.as_json(stamp) for cluster in tenant.clusters.values()])

    def _create_cluster(self, tenant: Tenant, request: Request) -> Result:
        body = _checked_cluster_body(request)
        model = self._model(tenant, request.model_id)
        if model.provider is not None:
            raise RefusedError(422, some_text(model.provider))
        if model.id in tenant.clusters:
            raise RefusedError(409, "Cluster already exists")
        capacity = _merged(Capacity(), body)
        self._check_credits(tenant, request)
        self._new_cluster(tenant, model, capacity, body.get("timeout") or _TIMEOUT)
        return Expected(202, JSON, {"error": None, "output": "Loading"})

    def _new_cluster(self, tenant: Tenant, model: Model, capacity: Capacity, timeout: int) -> Cluster:
        words = _STATUSES[self._dialect["cluster_status"]]
        cluster = Cluster(model, capacity, timeout, line=self._line, words=words, now=self.now)
        tenant.clusters[model.id] = cluster
        self._hosts.append((tenant, model, cluster))
        return cluster

    def _cluster(self, tenant: Tenant, request: Request) -> Cluster:
        model = self._model(tenant, request.model_id)
        if model.id not in tenant.clusters:
            raise RefusedError(404, "Cluster does not exist")
        return tenant.clusters[model.id]

    def _read_cluster(self, tenant: Tenant, request: Request) -> Result:
        cluster = self._cluster(tenant, request).as_json(stamp)
        return _success(cluster, cluster=cluster)

    def _update_cluster(self, tenant: Tenant, request: Request) -> Result:
        body = _checked_cluster_body(request)
        cluster = self._cluster(tenant, request)
        cluster.update(_merged(cluster.capacity, body), body.get("timeout"), body.get("status"), self.now)
        return _success(cluster.as_json(stamp), cluster=cluster.as_json(stamp))

    def _delete_cluster(self, tenant: Tenant, request: Request) -> Result:
        self._cluster(tenant, request).delete(self.now)
        return _success(None)

    # Models of the v1 API

    def _load(self, tenant: Tenant, request: Request) -> Result:
        member, model_id = _named(request)
        model = self._model(tenant, model_id)
        loaded, body = tenant.loaded.get(model.id), request.body or {}
        if loaded is not None and not loaded.starts:
            if self._dialect["already_loaded"] == "conflict":
                raise RefusedError(409, f"Model {model.id} is already loaded")
            return _plain({member: model_id, "status": "started", "concurrency": loaded.concurrency})
        if not model.is_v1:
            raise RefusedError(422, some_text(member))
        self._check_credits(tenant, request)
        if loaded is not None:
            raise RefusedError(429, f"{model.id}: operation already in progress: load", {"status": "error"})
        concurrency = body.get("concurrency", _CONCURRENCY)
        period = body.get("expirationPeriodSeconds", body.get("timeout", _PERIOD))
        word = self._dialect["starting_status"]
        loaded = Loaded(model, concurrency, period, line=self._line, word=word, now=self.now)
        tenant.loaded[model.id] = loaded
        self._hosts.append((tenant, model, loaded))
        return _plain({member: model_id, "status": "started", "concurrency": concurrency})

    def _read_instance(self, tenant: Tenant, request: Request) -> Result:
        member, model_id = _named(request)
        self._model(tenant, model_id)
        loaded = tenant.loaded.get(model_id)
        state = {"status": "STOPPED"} if loaded is None else loaded.as_json(stamp)
        return _plain({member: model_id} | state)

    def _list_instances(self, tenant: Tenant, request: Request) -> Result:
        return _plain([{"model": name} | it.as_json(stamp) for name, it in tenant.loaded.items()])

    def _delete_instance(self, tenant: Tenant, request: Request) -> Result:
        member, model_id = _named(request)
        self._model(tenant, model_id)
        if model_id not in tenant.loaded:
            raise RefusedError(404, f"Model {model_id} is not loaded")
        tenant.loaded[model_id].stop(self.now)
        return _plain({member: model_id, "status": "STOPPED"})

    # Runs

    def _run(self, tenant: Tenant, request: Request) -> Result:
        body = lifted(request.body or {})
        if not fits_contract(body):
            raise RefusedError(400, some_text("body"))
        model = self._model(tenant, request.model_id)
        if model.provider == "cohere" and request.provider_key is None:
            raise RefusedError(401, some_text("provider-key"))
        host: Host | ProviderHost | None = tenant.clusters.get(model.id)
        if isinstance(host, Cluster) and host.obstacle is not None:
            raise RefusedError(409, host.obstacle)
        job = _job(body, model, is_v1=False)
        self._check_credits(tenant, request)
        if model.provider is not None:
            host = ProviderHost(self._line)
            self._hosts.append((tenant, model, host))
        elif host is None:
            host = self._new_cluster(tenant, model, Capacity(), _TIMEOUT)
        return self._submit(request, body, job, host, is_bounded=body.get("autoScale") is not True)

    def _run_loaded(self, tenant: Tenant, request: Request) -> Result:
        _, model_id = _named(request)
        model = self._model(tenant, model_id)
        if model_id not in tenant.loaded:
            raise RefusedError(409, f"Model {model_id} is not loaded")
        body = request.body or {}
        job = _job(body, model, is_v1=True)
        self._check_credits(tenant, request)
        return self._submit(request, body, job, tenant.loaded[model_id], is_bounded=True)

    def _submit(
        self, request: Request, body: dict[str, Any], job: Job, host: Host | ProviderHost, *, is_bounded: bool
    ) -> Result:
        run = Run(job)
        if isinstance(host, ProviderHost):
            host.submit(run, self.now)
        elif not host.submit(run, self.now, is_bounded=is_bounded):
            raise RefusedError(429, "Rate limit exceeded")
        return Ongoing(request, run, job.model, host, body.get("stream") is True)

    def leave(self, ongoing: Ongoing) -> None:
        """Disconnect the client of a run."""
        ongoing.host.leave(ongoing.run, self.now)
        self._settle()

    def head(self, ongoing: Ongoing) -> Expected:
        """Return the expected answer of a run that has one; of a stream, all except the text."""
        request, run = ongoing.request, ongoing.run
        if run.refusal is not None:
            is_for_stream = _wants_bytes(request.body or {})
            return failure(409, run.refusal, {}, is_v1=request.is_v1, is_for_stream=is_for_stream)
        if request.is_v1:
            if ongoing.streams:
                return Expected(200, TEXT_STREAM, _comes_later)
            return _plain(self._v1_output(run.job))
        headers = self._meters(ongoing)
        if ongoing.streams:
            return Expected(200, TEXT_STREAM, _comes_later, headers)
        body: dict[str, Any] = {"error": None, "output": self._output(run.job)}
        if ongoing.model.provider is not None:
            body["provider"] = self._provider_answer(run.job)
        return Expected(200, JSON, body, headers)

    def text_so_far(self, ongoing: Ongoing) -> Callable[[str], str | None]:
        """Return a check for the text that a stream has sent so far."""
        run = ongoing.run
        assert run.began is not None
        words = run.job.words_after(self.now - run.began)
        if words is None:
            return lambda text: None if not text else "expected nothing yet"
        return lambda text: self.outputs.check_text(
            run.job, text, words=None if words == run.job.tokens else words
        )

    def is_whole(self, ongoing: Ongoing) -> bool:
        """Return whether a stream of text is complete."""
        run = ongoing.run
        return run.began is not None and self.now >= run.began + run.job.length

    def next_piece(self, ongoing: Ongoing) -> int | None:
        """Return the time of the next chunk of a stream."""
        run = ongoing.run
        if run.began is None or self.is_whole(ongoing):
            return None
        return max(
            run.began + INFERENCE_TIME,
            self.now + TOKEN_TIME - (self.now - run.began - INFERENCE_TIME) % TOKEN_TIME,
        )

    def _output(self, job: Job) -> Any:
        if job.model.task == "text-generation":
            return lambda found: self.outputs.check_text(job, found)
        has_parts = self._dialect["chat_content"] == "parts"
        return lambda found: self.outputs.check_message(job, found, has_parts=has_parts)

    def _v1_output(self, job: Job) -> dict[str, Any]:
        def check(found: Any) -> str | None:
            if job.model.task == "text-generation":
                return self.outputs.check_text(job, found)
            return self.outputs.check_message(job, found, has_parts=False)

        if job.model.task == "text-generation":
            return {"output": [{"generated_text": check}]}
        return {"output": [{"generated_text": [*job.members["messages"], check]}]}

    def _meters(self, ongoing: Ongoing) -> dict[str, str | Check]:
        model, length = ongoing.model, ongoing.run.job.length
        return {
            "inference-meter": model.meter,
            "inference-meter-price": f"{model.price} / sec",
            "inference-time": _number(Decimal(length) / 1000, "0.0005"),
            "inference-cost": _number(model.cost(length), "0.000000001"),
            "ratelimit-limit": str(ongoing.host.limit),
            "ratelimit-remaining": str(ongoing.host.remaining),
            "ratelimit-reset": "1",
        }

    def _provider_answer(self, job: Job) -> Any:
        """Return a check for the answer in the form of the provider."""

        def check(found: Any) -> str | None:
            text = self.outputs.known(job)
            if not isinstance(found, Mapping):
                return "expected an object"
            if job.model.provider == "openai":
                said, usage = found["choices"][0]["message"], found["usage"]
                counts = [usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]]
                wanted = [job.read, job.tokens, job.read + job.tokens]
                if said != {"role": "assistant", "content": text} or counts != wanted:
                    return f"expected {text!r} and {wanted} tokens"
            elif found["message"] != {"role": "assistant", "content": [{"type": "text", "text": text}]}:
                return f"expected {text!r}"
            return None

        return check

    def _check_credits(self, tenant: Tenant, request: Request) -> None:
        if self._credits is not None and tenant.spent >= self._credits:
            if request.is_v1:
                raise RefusedError(402, f"Payment Required: {_CREDITS}")
            raise RefusedError(402, "Payment Required", {"status": 402, "message": _CREDITS})


def _comes_later(found: Any) -> None:
    """Accept the received part of a stream; `text_so_far` checks it."""


def _number(value: Decimal, within: str) -> Check:
    def check(found: Any) -> str | None:
        is_near = isinstance(found, str) and abs(Decimal(found) - value) < Decimal(within)
        return None if is_near else f"expected {value}"

    return check


def _all_tasks(found: Any) -> str | None:
    """Check that the list has the tasks of the registry, each once, and the tasks of all models."""
    used = {model.task for model in CATALOG.values()}
    is_list = isinstance(found, list) and sorted(found) == sorted(TASKS)
    return None if is_list and used <= set(found) else f"expected {len(TASKS)} tasks with {used}"


def _success(output: Any, **members: Any) -> Expected:
    return Expected(200, JSON, {"error": None, "output": output, **members})


def _plain(body: Any) -> Expected:
    return Expected(200, JSON, body)


def _key_in(authorization: str) -> str:
    scheme, _, key = authorization.partition(" ")
    return key if scheme.lower() in ("key", "bearer") else authorization


def _named(request: Request) -> tuple[str, str]:
    """Return the member that names the model, and the model."""
    body = request.body or {}
    member = "model" if "model" in body else "modelId"
    return member, body[member]


def _wants_bytes(body: dict[str, Any]) -> bool:
    body = lifted(body)
    return body.get("stream") is True or body.get("json") is False


def _checked_cluster_body(request: Request) -> dict[str, Any]:
    body = request.body or {}
    members = {"PUT": {"capacity", "timeout", "config"}, "PATCH": {"capacity", "timeout", "status"}}[
        request.method
    ]
    capacity, timeout = body.get("capacity", {}), body.get("timeout")
    fits = (
        set(body) <= members
        and set(capacity) <= {"min", "desired", "max"}
        and all(0 <= size <= 10 for size in capacity.values())
        and (timeout is None or 1 <= timeout <= 86400)
        and body.get("status") in (None, "on", "off")
    )
    if not fits:
        raise RefusedError(400, some_text("body"))
    return body


def _merged(capacity: Capacity, body: dict[str, Any]) -> Capacity:
    merged = capacity.merged(body.get("capacity", {}))
    if merged is None:
        raise RefusedError(422, some_text("body/capacity", "is above"))
    return merged


def _job(body: dict[str, Any], model: Model, *, is_v1: bool) -> Job:
    try:
        return read_job(body, model, is_v1=is_v1)
    except MisfitError:
        raise RefusedError(422, some_text("body")) from None
