"""Model of the service: the expected answer to every request, in virtual time."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from tests.emulator.clients import CLUSTERS, DELETE, GPT2_ID, INSTANCES, LOAD, STATUS, V1_RUN
from tests.emulator.oracle.hosts import Capacity, Cluster, Host, LoadedModel, Run

QWEN: Final = "Qwen/Qwen2-7B-Instruct"
# Meter and price per second, copied by hand from the vendor's price list.
PRICES: Final = {GPT2_ID: ("micro-free", "0.0000872083"), QWEN: ("sm-lm", "0.0006478333")}
_TIMEOUT: Final = 5
_CREDITS: Final = "Insufficient credits. Please add credits to continue."

Body: TypeAlias = dict[str, Any]
Form: TypeAlias = Literal["v1", "v2", "openai"]


class Request(NamedTuple):
    """A request; the v1 API names the model in the body."""

    key: str
    method: str
    path: str
    body: Body | None = None


@dataclass(frozen=True)
class Answer:
    """An answer, with the headers that are compared."""

    status: int
    body: Any
    headers: dict[str, str | None] = field(default_factory=dict)


@dataclass(eq=False)
class PendingRun:
    """A run without a complete answer."""

    model: str
    run: Run
    host: Host
    form: Form
    is_stream: bool
    has_head: bool = False

    @property
    def is_answered(self) -> bool:
        has_answer = self.run.began is not None if self.is_stream else self.run.is_over
        return has_answer or self.run.refusal is not None

    @property
    def cost(self) -> Decimal:
        return Decimal(PRICES[self.model][1]) * self.run.duration / 1000

    def answer(self, text: str) -> Answer:
        """Return the expected answer with this text; a stream has no body."""
        if self.run.refusal is not None:
            return _refusal(RefusedError(409, self.run.refusal), is_v1=self.form == "v1")
        meter, price = PRICES[self.model]
        headers: dict[str, str | None] = {
            "inference-meter": meter,
            "inference-meter-price": f"{price} / sec",
            "inference-time": f"{self.run.duration / 1000:g}",
            "inference-cost": f"{self.cost:.9f}",
            "ratelimit-limit": str(self.host.limit),
            "ratelimit-remaining": str(self.host.remaining),
        }
        body = None if self.is_stream else self._body(text)
        return Answer(200, body, {} if self.form == "v1" else headers)

    def _body(self, text: str) -> Body:
        if self.form == "v1":
            return {"output": [{"generated_text": text}]}
        if self.form == "v2":
            return {"error": None, "output": text}
        words, new = len(self.run.text.split()), self.run.tokens
        choice: Body = {"index": 0, "text": text, "logprobs": None, "finish_reason": "length"}
        usage = {"prompt_tokens": words, "completion_tokens": new, "total_tokens": words + new}
        return {"object": "text_completion", "model": self.model, "choices": [choice], "usage": usage}


@dataclass(eq=False)
class Tenant:
    """State of one key."""

    clusters: dict[str, Cluster] = field(default_factory=dict)
    loaded: dict[str, LoadedModel] = field(default_factory=dict)
    runs: list[PendingRun] = field(default_factory=list)


class RefusedError(Exception):
    """The service refuses a request."""

    def __init__(self, status: int, error: str, /, **members: Any) -> None:
        super().__init__(status, error)
        self.status = status
        self.error = error
        self.members = members


class ServiceModel:
    """The service for some keys, each of which may spend `credits` US dollars; None sets no limit."""

    def __init__(self, keys: tuple[str, ...], queue_limit: int, credits: str | None) -> None:  # noqa: A002
        self.now = 0
        self._tenants: Final = {key: Tenant() for key in keys}
        self._queue_limit = queue_limit
        self._credits = Decimal(credits or "Infinity")
        self._hosts: list[Host] = []

    def moments(self) -> list[int]:
        """Return the times of the next events."""
        return [moment for host in self._hosts for moment in host.moments()]

    def clusters(self) -> list[tuple[str, str]]:
        """Return the existing clusters as pairs of key and model."""
        return [(key, model) for key, tenant in self._tenants.items() for model in tenant.clusters]

    def loaded_models(self) -> list[tuple[str, str]]:
        """Return the loaded models as pairs of key and model."""
        return [(key, model) for key, tenant in self._tenants.items() for model in tenant.loaded]

    def pass_time(self, milliseconds: int) -> None:
        end = self.now + milliseconds
        while (moment := min(self.moments(), default=end + 1)) <= end:
            self.now = moment
            for host in self._hosts:
                host.happen(moment)
            self._remove_deleted()
        self.now = end

    def leave(self, pending: PendingRun) -> None:
        """Disconnect the client of a run."""
        pending.host.leave(pending.run, self.now)
        self._remove_deleted()

    def answer(self, request: Request) -> Answer | PendingRun:
        """Return the expected answer to a request."""
        is_v1 = request.path.startswith("/model/")
        try:
            answer = self._answer_v1 if is_v1 else self._answer_v2
            result = answer(self._tenants[request.key], request, request.body or {})
        except RefusedError as refusal:
            return _refusal(refusal, is_v1=is_v1)
        self._remove_deleted()
        return result

    def _answer_v2(self, tenant: Tenant, request: Request, body: Body) -> Answer | PendingRun:
        if request.path == CLUSTERS:
            return _success([it.as_json() for it in tenant.clusters.values()])
        form: Form = "openai" if request.path.endswith("/completions") else "v2"
        model = body["model"] if form == "openai" else request.path.removeprefix("/models/v2/")
        if form == "openai":
            params = {"max_new_tokens": body["max_tokens"]}
            body = {**body, "text": body["prompt"], "params": params}
        cluster = tenant.clusters.get(model)
        if request.method == "POST":
            if cluster is not None and cluster.obstacle is not None:
                raise RefusedError(409, cluster.obstacle)
            self._check_credits(tenant)
            cluster = cluster or self._create(tenant, model, {})
            return self._run(tenant, model, cluster, body, form)
        if request.method == "PUT":
            if cluster is not None:
                raise RefusedError(409, "Cluster already exists")
            self._check_credits(tenant)
            self._create(tenant, model, body)
            return Answer(202, {"error": None, "output": "Loading"})
        if cluster is None:
            raise RefusedError(404, "Cluster does not exist")
        if request.method == "DELETE":
            cluster.delete(self.now)
            return _success(None)
        if request.method == "PATCH":
            capacity = cluster.capacity.merged(body.get("capacity", {}))
            cluster.update(capacity, body.get("timeout"), body.get("status"), self.now)
        return _success(cluster.as_json(), cluster=cluster.as_json())

    def _create(self, tenant: Tenant, model: str, body: Body) -> Cluster:
        capacity = Capacity().merged(body.get("capacity", {}))
        cluster = Cluster(model, capacity, body.get("timeout") or _TIMEOUT, self._queue_limit, self.now)
        tenant.clusters[model] = cluster
        self._hosts.append(cluster)
        return cluster

    def _answer_v1(self, tenant: Tenant, request: Request, body: Body) -> Answer | PendingRun:
        if request.path == INSTANCES:
            return Answer(200, [{"model": name} | it.as_json() for name, it in tenant.loaded.items()])
        model = body["model"]
        loaded, named = tenant.loaded.get(model), {"model": model}
        if request.path == STATUS:
            return Answer(200, named | (loaded.as_json() if loaded else {"status": "STOPPED"}))
        if request.path == LOAD:
            return Answer(200, named | {"status": "started", "concurrency": self._load(tenant, loaded, body)})
        if loaded is None:
            raise RefusedError(404 if request.path == DELETE else 409, f"Model {model} is not loaded")
        if request.path == V1_RUN:
            self._check_credits(tenant)
            return self._run(tenant, model, loaded, body, "v1")
        loaded.delete(self.now)
        return Answer(200, named | {"status": "STOPPED"})

    def _load(self, tenant: Tenant, loaded: LoadedModel | None, body: Body) -> int:
        """Load a model, and return its concurrency."""
        model, concurrency = body["model"], body.get("concurrency", 1)
        if loaded is not None and not loaded.is_booting:
            raise RefusedError(409, f"Model {model} is already loaded")
        self._check_credits(tenant)
        if loaded is not None:
            raise RefusedError(429, f"{model}: operation already in progress: load", status="error")
        loaded = LoadedModel(model, concurrency, body.get("timeout", 1800), self._queue_limit, self.now)
        tenant.loaded[model] = loaded
        self._hosts.append(loaded)
        return int(concurrency)

    def _run(self, tenant: Tenant, model: str, host: Host, body: Body, form: Form) -> PendingRun:
        run = Run(body["text"], body["params"]["max_new_tokens"])
        if not host.submit(run, self.now, is_bounded=form == "v1" or not body.get("autoScale")):
            raise RefusedError(429, "Rate limit exceeded")
        pending = PendingRun(model, run, host, form, body.get("stream", False))
        tenant.runs.append(pending)
        return pending

    def _check_credits(self, tenant: Tenant) -> None:
        if sum((it.cost for it in tenant.runs if it.run.is_over), Decimal()) >= self._credits:
            raise RefusedError(402, "Payment Required")

    def _remove_deleted(self) -> None:
        for tenant in self._tenants.values():
            tenant.clusters = {name: it for name, it in tenant.clusters.items() if not it.is_deleted}
            tenant.loaded = {name: it for name, it in tenant.loaded.items() if not it.is_deleted}
        self._hosts = [host for host in self._hosts if not host.is_gone]


def _success(output: Any, **members: Any) -> Answer:
    return Answer(200, {"error": None, "output": output, **members})


def _refusal(refusal: RefusedError, *, is_v1: bool) -> Answer:
    body = {"error": refusal.error, **({} if is_v1 else {"output": None}), **refusal.members}
    if refusal.status == 402 and is_v1:
        body["error"] += f": {_CREDITS}"
    elif refusal.status == 402:
        body |= {"status": 402, "message": _CREDITS}
    return Answer(refusal.status, body, {"retry-after": "1"} if refusal.status == 429 else {})
