"""Decoding of responses of the v2 API into typed values or errors."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bytezkit import errors
from bytezkit.types import AssistantMessage, Capacity, Cluster, ModelDetails
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import MODEL, Chunks, Reply, cluster, error_reply, output, reply

pytestmark = pytest.mark.anyio

DETAILS = {
    "modelId": MODEL,
    "task": "text-generation",
    "params": 0.137,
    "ramRequired": None,
    "meter": "sm-lm-free",
    "meterPrice": "$0 / sec",
    "added-later": {"x": 1},
}
MODEL_DETAILS = ModelDetails(
    model_id=MODEL,
    task="text-generation",
    params=0.137,
    ram_required=None,
    meter="sm-lm-free",
    meter_price="$0 / sec",
)
RUNNING = Cluster(
    model_id=MODEL,
    status="running",
    capacity=Capacity(min=0, desired=1, max=2),
    timeout=5,
    created=datetime(2025, 8, 1, 10, tzinfo=UTC),
    modified=None,
    instances=1,
    inferences=None,
    last_inference=None,
)
MESSAGE = {"role": "assistant", "content": "b", "tool_calls": []}


@pytest.mark.parametrize(
    ("task", "given", "wire", "typed"),
    [
        ("text-generation", "a", "a b", "a b"),
        ("feature-extraction", "a", [1, 0.5, -2e-9], [1.0, 0.5, -2e-9]),
        ("chat", [{"role": "user"}], MESSAGE, AssistantMessage(role="assistant", content="b")),
        (None, "a", [{"label": "cat"}, None], [{"label": "cat"}, None]),
        (None, "a", None, None),
    ],
)
async def test_run_returns_typed_output_and_metadata(
    make_client: MakeClient, task: str | None, given: object, wire: object, typed: object
) -> None:
    it = make_client(output(wire, x_request_id="r-1", inference_time="0.5"))
    result = await it.do(lambda client: client.model(MODEL, task=task).run(given))
    assert (result.output, result.provider, result.raw) == (typed, None, {"error": None, "output": wire})
    assert (result.metadata.request_id, result.metadata.inference_time) == ("r-1", timedelta(seconds=0.5))


async def test_run_result_has_provider_and_unknown_members(make_client: MakeClient) -> None:
    body = {"output": "a", "provider": {"usage": {"total": 3}}, "new": [1]}
    result = await make_client(reply(202, body)).run("a")
    assert (result.output, result.provider, result.raw) == ("a", {"usage": {"total": 3}}, body)


MODELS = [{"modelId": MODEL, "new": [1, None]}, {}]


@pytest.mark.parametrize(
    ("action", "answer", "expected"),
    [
        (lambda c: c.tasks.list(), reply(200, {"output": ["chat", "juggling"]}), ["chat", "juggling"]),
        (lambda c: c.models.list(), reply(200, {"error": None, "output": [DETAILS]}), [MODEL_DETAILS]),
        (lambda c: c.models.list_raw(), output(MODELS), MODELS),
        (lambda c: c.model(MODEL).details(), reply(200, {"output": [DETAILS, DETAILS]}), MODEL_DETAILS),
        (lambda c: c.model(MODEL).request(), output("Job queued"), "Job queued"),
        (lambda c: c.clusters.list(), reply(200, {"output": [cluster()]}), [RUNNING]),
        (lambda c: c.model(MODEL).cluster.create(), output("Loading"), "Loading"),
        (lambda c: c.model(MODEL).cluster.get(), output(cluster()), RUNNING),
        (lambda c: c.model(MODEL).cluster.get(), reply(200, {"cluster": cluster()}), RUNNING),
        (
            lambda c: c.model(MODEL).cluster.update(),
            reply(200, {"output": None, "cluster": cluster()}),
            RUNNING,
        ),
        (lambda c: c.model(MODEL).cluster.delete(), reply(202, {"error": None, "output": None}), None),
    ],
)
async def test_operation_returns_typed_response(
    make_client: MakeClient, action: Any, answer: Reply, expected: object
) -> None:
    assert await make_client(answer).do(action) == expected


async def test_list_raw_sends_filters(make_client: MakeClient) -> None:
    it = make_client(output([]))
    await it.do(lambda client: client.models.list_raw(task="chat", model_id=MODEL))
    assert dict(it.request().url.params) == {"task": "chat", "modelId": MODEL}


@pytest.mark.parametrize(
    ("status", "running", "stopped"),
    [
        *(("running", True, False), ("ON", True, False), ("off", False, True), ("Failed", False, True)),
        *(("booting instance", False, False), ("new", False, False)),
    ],
)
@pytest.mark.parametrize(("timeout", "idle_timeout"), [(None, None), (3600, timedelta(minutes=3600))])
async def test_cluster_derives_state_and_idle_timeout(
    make_client: MakeClient,
    status: str,
    running: bool,
    stopped: bool,
    *,
    timeout: int | None,
    idle_timeout: timedelta | None,
) -> None:
    it = make_client(output({"status": status, "capacity": {"desired": 1, "max": 2}, "timeout": timeout}))
    found = await it.do(lambda client: client.model(MODEL).cluster.get())
    assert (found.status, found.running, found.stopped) == (status, running, stopped)
    assert (found.timeout, found.idle_timeout, found.capacity.min) == (timeout, idle_timeout, None)


def run(given: object = "a", task: str | None = None) -> Any:
    return lambda client: client.model(MODEL, task=task).run(given)


def get(client: Any) -> Any:
    return client.model(MODEL).cluster.get()


@pytest.mark.parametrize(
    ("action", "body", "message"),
    [
        (get, {"error": None, "output": None}, "neither output nor cluster"),
        (run("a", "feature-extraction"), {"output": [1, "2"]}, r"\$.output\[1\]"),
        (run(), b"null", "Expected `object`, got `null`"),
    ],
)
async def test_unexpected_response_raises_decode_error_with_path(
    make_client: MakeClient, action: Any, body: object, message: str
) -> None:
    it = make_client(error_reply(503), reply(200, body, x_request_id="r-1"))
    with pytest.raises(errors.DecodeError, match=message) as caught:
        await it.do(action)
    error, request = caught.value, it.script.requests[0]
    assert (error.status, error.attempts, error.request_id) == (200, 2, "r-1")
    assert (error.method, error.path) == (request.method, request.url.path)


@pytest.mark.parametrize("members", [{"output": None}, {"output": "half"}, {}])
@pytest.mark.parametrize("task", [None, "text-generation"])
async def test_error_in_successful_response_raises_model_failed(
    make_client: MakeClient, members: dict[str, object], task: str | None
) -> None:
    it = make_client(reply(200, {"error": "CUDA out of memory", **members}))
    with pytest.raises(errors.ModelFailedError, match=r"^CUDA out of memory \(POST") as caught:
        await it.do(run("a", task))
    assert caught.value.status == 200


async def test_details_of_unknown_model_raises_not_found(make_client: MakeClient) -> None:
    it = make_client(reply(200, {"output": []}))
    with pytest.raises(errors.NotFoundError, match=f"the catalog has no model {MODEL}"):
        await it.do(lambda client: client.model(MODEL).details())


async def test_invalid_content_encoding_raises_and_closes_response(make_client: MakeClient) -> None:
    body = Chunks([b"not gzip", b"at all"])
    with pytest.raises(
        errors.DecodeError, match=r"the body is not gzip: .*; text/plain: 'not gzipat all'"
    ) as caught:
        await make_client(reply(200, body, content_encoding="gzip")).run("a")
    assert caught.value.body == b"not gzipat all"
    assert body.closed
