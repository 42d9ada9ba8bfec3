"""Model of the service: the expected answer to every request, in virtual time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, Final, TypeAlias

from bytezkit_models.tasks import TASKS
from tests.emulator.oracle.catalog import CATALOG, Model
from tests.emulator.oracle.hosts import Capacity, Cluster, Host, LoadedModel, ProviderHost, Run, stamp
from tests.emulator.oracle.jobs import Job, Outputs, fits_contract, lifted, read_job
from tests.emulator.oracle.messages import JSON, STREAM, Check, Expected, RefusedError, Request, some_text

_QUEUE_TIME, _JOB_TIME = 10_000, 90_000
_TIMEOUT, _CONCURRENCY, _PERIOD = 5, 1, 1800
_CREDITS: Final = "Insufficient credits. Please add credits to continue."
_STATUSES: Final = {
    "quickstart": ("booting instance", "running", "off"),
    "langchain": ("loading", "on", "off"),
}
ORIGIN: Final = "http://emulator"
_REQUEST: Final = "/models/v2/request/"


@dataclass(eq=False)
class Tenant:
    """State of one key; `requested` maps a model to the time at which its job was queued."""

    clusters: dict[str, Cluster] = field(default_factory=dict)
    loaded: dict[str, LoadedModel] = field(default_factory=dict)
    requested: dict[str, int] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)

    @property
    def spent(self) -> Decimal:
        return sum((it.job.model.cost(it.job.duration) for it in self.runs if it.is_over), Decimal())


@dataclass(eq=False)
class PendingRun:
    """A run without a complete answer; `head` is the expected answer, except for the text of a stream."""

    request: Request
    run: Run
    host: Host | ProviderHost
    is_stream: bool
    head: Expected | None = None

    @property
    def is_answered(self) -> bool:
        has_answer = self.run.began is not None if self.is_stream else self.run.is_over
        return has_answer or self.run.refusal is not None


Result: TypeAlias = Expected | PendingRun


class ServiceModel:
    """The service for all keys, each of which may spend `credits` US dollars; None sets no limit."""

    def __init__(
        self,
        keys: tuple[str, ...],
        queue_limit: int,
        credits: str | None,  # noqa: A002  # the service's own word
        dialect: Mapping[str, str],
    ) -> None:
        self.now = 0
        self._outputs: Final = Outputs()
        self._tenants: Final = {key: Tenant() for key in keys}
        self._queue_limit = queue_limit
        self._credits = None if credits is None else Decimal(credits)
        self._dialect = dialect
        self._hosts: list[Host | ProviderHost] = []
        self._operations: Final[Mapping[str, Callable[[Tenant, Request], Result]]] = {
            "/models/v2/list/models": self._list_models,
            "/models/v2/list/tasks": lambda _, __: _success(_all_tasks),
            "/models/v2/list/clusters": self._list_clusters,
            "/model/list": self._list_v1_models,
            "/model/instances": self._list_instances,
            "/model/job": self._create_job,
            "/model/load": self._load,
            "/model/status": self._read_instance,
            "/model/delete": self._delete_instance,
            "/model/run": self._run_loaded,
            "PUT": self._create_cluster,
            "GET": self._read_cluster,
            "PATCH": self._update_cluster,
            "DELETE": self._delete_cluster,
            "POST": self._run,
        }

    # Time

    def moments(self) -> list[int]:
        """Return the times of the next events, in order."""
        queued = [moment for tenant in self._tenants.values() for moment in tenant.requested.values()]
        moments = {moment for host in self._hosts for moment in host.moments()}
        moments.update(
            moment + delay for moment in queued for delay in (_QUEUE_TIME, _QUEUE_TIME + _JOB_TIME)
        )
        return sorted(moment for moment in moments if moment > self.now)

    def clusters(self) -> list[tuple[str, str]]:
        """Return the existing clusters as pairs of key and model."""
        return [(key, model_id) for key, tenant in self._tenants.items() for model_id in tenant.clusters]

    def loaded_models(self) -> list[tuple[str, str]]:
        """Return the loaded models as pairs of key and model."""
        return [(key, model_id) for key, tenant in self._tenants.items() for model_id in tenant.loaded]

    def pass_time(self, milliseconds: int) -> None:
        end = self.now + milliseconds
        while (moment := min((it for host in self._hosts for it in host.moments()), default=end + 1)) <= end:
            self.now = moment
            for host in self._hosts:
                host.happen(moment)
            self._remove_deleted()
        self.now = end

    def _remove_deleted(self) -> None:
        for tenant in self._tenants.values():
            tenant.clusters = {name: it for name, it in tenant.clusters.items() if not it.is_deleted}
            tenant.loaded = {name: it for name, it in tenant.loaded.items() if not it.is_deleted}
        self._hosts = [host for host in self._hosts if not host.is_gone]

    # Requests

    def answer(self, request: Request) -> Result:
        """Return the expected answer to a request."""
        try:
            result = self._answer(request)
        except RefusedError as refusal:
            is_run = request.path.startswith("/models/v2/") and not request.path.startswith(_REQUEST)
            is_run = request.method == "POST" and (is_run or request.path == "/model/run")
            return refusal.answer(is_v1=request.is_v1, is_for_stream=is_run and _wants_bytes(request))
        self._remove_deleted()
        return result

    def _answer(self, request: Request) -> Result:
        body = request.body or {}
        tenant = None
        if request.authorization is not None:
            scheme, _, key = request.authorization.partition(" ")
            tenant = self._tenant(key if scheme.lower() in ("key", "bearer") else request.authorization)
        elif not request.is_v1 or request.method == "GET":
            if request.path.startswith(_REQUEST):
                return _success("Job queued")
            raise RefusedError(401, "Unauthorized")
        if request.is_garbled:
            raise RefusedError(400, some_text("body"))
        if request.is_v1:
            if request.path not in ("/model/list", "/model/instances"):
                _check_v1_contract(body)
            tenant = tenant or self._tenant(body.get("key", ""))
        assert tenant is not None
        if request.path.startswith(_REQUEST):
            tenant.requested.setdefault(request.model_id, self.now)
            return _success("Job queued")
        name = request.path if request.path in self._operations else request.method
        return self._operations[name](tenant, request)

    def _tenant(self, key: str) -> Tenant:
        if key not in self._tenants:
            raise RefusedError(401, "Unauthorized")
        return self._tenants[key]

    # Models

    def _models(self, tenant: Tenant) -> dict[str, Model]:
        # The catalog, then the models that jobs added for this key, in the order of their ends.
        return CATALOG | {
            model_id: Model(model_id, "text-generation", None, None, "micro-lm", "0.0000872083")
            for model_id, queued in tenant.requested.items()
            if model_id not in CATALOG and queued + _QUEUE_TIME + _JOB_TIME <= self.now
        }

    def _named_model(self, tenant: Tenant, request: Request) -> tuple[str, Model]:
        """Return the member of a v1 body that names the model, and the model."""
        member, model_id = _named(request)
        return member, self._model(tenant, model_id)

    def _model(self, tenant: Tenant, model_id: str) -> Model:
        model = self._models(tenant).get(model_id)
        if model is None:
            raise RefusedError(404, "Model does not exist or has yet to be added to the Bytez catalog")
        return model

    def _list_models(self, tenant: Tenant, request: Request) -> Result:
        task, model_id = request.query.get("task"), request.query.get("modelId")
        models = self._models(tenant).values()
        return _success(
            [it.as_json() for it in models if task in (None, it.task) and model_id in (None, it.id)]
        )

    def _list_v1_models(self, tenant: Tenant, request: Request) -> Result:
        models, task = self._models(tenant).values(), request.query.get("task")
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
            times = {"startTime": stamp(start), "endTime": stamp(end), "modified": stamp(end)}
            progress |= {"message": "Model available", **times}
        return _plain(progress)

    # Clusters

    def _list_clusters(self, tenant: Tenant, request: Request) -> Result:
        return _success([cluster.as_json() for cluster in tenant.clusters.values()])

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
        words = _STATUSES[self._dialect.get("cluster_status", "quickstart")]
        cluster = Cluster(model, capacity, timeout, words, limit=self._queue_limit, now=self.now)
        tenant.clusters[model.id] = cluster
        self._hosts.append(cluster)
        return cluster

    def _cluster(self, tenant: Tenant, request: Request) -> Cluster:
        model = self._model(tenant, request.model_id)
        if model.id not in tenant.clusters:
            raise RefusedError(404, "Cluster does not exist")
        return tenant.clusters[model.id]

    def _read_cluster(self, tenant: Tenant, request: Request) -> Result:
        cluster = self._cluster(tenant, request).as_json()
        return _success(cluster, cluster=cluster)

    def _update_cluster(self, tenant: Tenant, request: Request) -> Result:
        body = _checked_cluster_body(request)
        cluster = self._cluster(tenant, request)
        cluster.update(_merged(cluster.capacity, body), body.get("timeout"), body.get("status"), self.now)
        return _success(cluster.as_json(), cluster=cluster.as_json())

    def _delete_cluster(self, tenant: Tenant, request: Request) -> Result:
        self._cluster(tenant, request).delete(self.now)
        return _success(None)

    # Models of the v1 API

    def _load(self, tenant: Tenant, request: Request) -> Result:
        member, model = self._named_model(tenant, request)
        loaded, body = tenant.loaded.get(model.id), request.body or {}
        if loaded is not None and not loaded.is_booting:
            if self._dialect.get("already_loaded") != "started":
                raise RefusedError(409, f"Model {model.id} is already loaded")
            return _plain({member: model.id, "status": "started", "concurrency": loaded.capacity.max})
        if not model.is_v1:
            raise RefusedError(422, some_text(member))
        self._check_credits(tenant, request)
        if loaded is not None:
            raise RefusedError(429, f"{model.id}: operation already in progress: load", {"status": "error"})
        concurrency = body.get("concurrency", _CONCURRENCY)
        period = body.get("expirationPeriodSeconds", body.get("timeout", _PERIOD))
        status = self._dialect.get("starting_status", "DEPLOYING")
        loaded = LoadedModel(model, concurrency, period, status, limit=self._queue_limit, now=self.now)
        tenant.loaded[model.id] = loaded
        self._hosts.append(loaded)
        return _plain({member: model.id, "status": "started", "concurrency": concurrency})

    def _read_instance(self, tenant: Tenant, request: Request) -> Result:
        member, model = self._named_model(tenant, request)
        loaded = tenant.loaded.get(model.id)
        return _plain({member: model.id} | (loaded.as_json() if loaded else {"status": "STOPPED"}))

    def _list_instances(self, tenant: Tenant, request: Request) -> Result:
        return _plain([{"model": name} | it.as_json() for name, it in tenant.loaded.items()])

    def _delete_instance(self, tenant: Tenant, request: Request) -> Result:
        member, model = self._named_model(tenant, request)
        if model.id not in tenant.loaded:
            raise RefusedError(404, f"Model {model.id} is not loaded")
        tenant.loaded[model.id].delete(self.now)
        return _plain({member: model.id, "status": "STOPPED"})

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
        job = read_job(body, model, is_v1=False)
        self._check_credits(tenant, request)
        if model.provider is not None:
            host = ProviderHost(self._queue_limit)
            self._hosts.append(host)
        elif host is None:
            host = self._new_cluster(tenant, model, Capacity(), _TIMEOUT)
        return self._submit(tenant, request, body, job, host)

    def _run_loaded(self, tenant: Tenant, request: Request) -> Result:
        _, model = self._named_model(tenant, request)
        if model.id not in tenant.loaded:
            raise RefusedError(409, f"Model {model.id} is not loaded")
        body = request.body or {}
        job = read_job(body, model, is_v1=True)
        self._check_credits(tenant, request)
        return self._submit(tenant, request, body, job, tenant.loaded[model.id])

    def _submit(
        self, tenant: Tenant, request: Request, body: dict[str, Any], job: Job, host: Host | ProviderHost
    ) -> Result:
        run = Run(job)
        if not host.submit(run, self.now, is_bounded=request.is_v1 or body.get("autoScale") is not True):
            raise RefusedError(429, "Rate limit exceeded")
        tenant.runs.append(run)
        return PendingRun(request, run, host, body.get("stream") is True)

    def leave(self, pending: PendingRun) -> None:
        """Disconnect the client of a run."""
        pending.host.leave(pending.run, self.now)
        self._remove_deleted()

    def head(self, pending: PendingRun) -> Expected:
        """Return the expected answer of a run that has an answer; of a stream, all except the text."""
        is_v1, run, job = pending.request.is_v1, pending.run, pending.run.job
        if run.refusal is not None:
            refusal = RefusedError(409, run.refusal)
            return refusal.answer(is_v1=is_v1, is_for_stream=_wants_bytes(pending.request))
        headers: dict[str, str | Check] = {
            "inference-meter": job.model.meter,
            "inference-meter-price": f"{job.model.price} / sec",
            "inference-time": _number(Decimal(job.duration) / 1000, "0.0005"),
            "inference-cost": _number(job.model.cost(job.duration), "0.000000001"),
            "ratelimit-limit": str(pending.host.limit),
            "ratelimit-remaining": str(pending.host.remaining),
            "ratelimit-reset": "1",
        }
        if pending.is_stream:
            # `stream_violation` checks the text.
            return Expected(200, STREAM, lambda found: None, {} if is_v1 else headers)
        has_parts = not is_v1 and self._dialect.get("chat_content") == "parts"
        output: Any = partial(self._outputs.check_text, job)
        if job.model.task == "chat":
            content = [{"type": "text", "text": output}] if has_parts else output
            output = {"role": "assistant", "content": content}
        if is_v1:
            generated = [*job.members["messages"], output] if job.model.task == "chat" else output
            return _plain({"output": [{"generated_text": generated}]})
        body: dict[str, Any] = {"error": None, "output": output}
        if job.model.provider is not None:
            body["provider"] = self._provider_answer(job)
        return Expected(200, JSON, body, headers)

    def stream_violation(self, pending: PendingRun, text: str) -> str | None:
        """Return the violation of the text that a stream has sent so far."""
        run = pending.run
        assert run.began is not None
        words = run.job.words_after(self.now - run.began)
        if words < 0:
            return "expected nothing yet" if text else None
        return self._outputs.check_text(run.job, text, words=None if words == run.job.tokens else words)

    def is_complete(self, pending: PendingRun) -> bool:
        """Return whether a stream of text is complete."""
        run = pending.run
        return run.began is not None and self.now >= run.began + run.job.duration

    def next_chunk(self, pending: PendingRun) -> int | None:
        """Return the time of the next chunk of a stream."""
        began = pending.run.began
        if began is None or self.is_complete(pending):
            return None
        return began + pending.run.job.next_word_after(self.now - began)

    def _provider_answer(self, job: Job) -> Check:
        """Return a check for the answer in the format of the provider."""

        def check(found: Any) -> str | None:
            text = self._outputs.known(job)
            if not isinstance(found, Mapping):
                return "expected an object"
            if job.model.provider == "openai":
                message, usage = found["choices"][0]["message"], found["usage"]
                counts = [usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]]
                wanted = [job.input_words, job.tokens, job.input_words + job.tokens]
                if message != {"role": "assistant", "content": text} or counts != wanted:
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


def _number(value: Decimal, within: str) -> Check:
    def check(found: Any) -> str | None:
        is_near = isinstance(found, str) and abs(Decimal(found) - value) < Decimal(within)
        return None if is_near else f"expected {value}"

    return check


def _all_tasks(found: Any) -> str | None:
    """Check that the list has the tasks of the registry, each once."""
    is_complete = isinstance(found, list) and sorted(found) == sorted(TASKS)
    return None if is_complete else f"expected {sorted(TASKS)}"


def _success(output: Any, **members: Any) -> Expected:
    return Expected(200, JSON, {"error": None, "output": output, **members})


def _plain(body: Any) -> Expected:
    return Expected(200, JSON, body)


def _named(request: Request) -> tuple[str, str]:
    """Return the member that names the model, and the model."""
    body = request.body or {}
    member = "model" if "model" in body else "modelId"
    return member, body[member]


def _check_v1_contract(body: dict[str, Any]) -> None:
    if "model" not in body and "modelId" not in body:
        raise RefusedError(400, some_text("body"))
    for name in ("concurrency", "expirationPeriodSeconds", "timeout"):
        if body.get(name, 1) < 1:
            raise RefusedError(400, some_text("body", name))
    if body.get("messages") == []:
        raise RefusedError(400, some_text("body", "messages"))


def _wants_bytes(request: Request) -> bool:
    body = lifted(request.body or {})
    return body.get("stream") is True or body.get("json") is False


def _checked_cluster_body(request: Request) -> dict[str, Any]:
    body = request.body or {}
    capacity, timeout = body.get("capacity", {}), body.get("timeout")
    fits = (
        set(body) <= {"capacity", "timeout", "config" if request.method == "PUT" else "status"}
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
