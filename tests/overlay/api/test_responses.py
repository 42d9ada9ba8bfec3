"""Responses of both APIs become typed values or errors, and failures of each operation its error."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bytezkit import errors
from bytezkit.types import (
    AssistantMessage,
    Capacity,
    Cluster,
    FunctionCall,
    Instance,
    Job,
    ModelDetails,
    ToolCall,
    V1Model,
)
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import MODEL, Chunks, Reply, cluster, error_reply, output, reply

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
FUNCTION = {"name": "weather", "arguments": "{}"}
CALL = {"id": "1", "type": "function", "function": FUNCTION, "index": 0}
TOOL_CALLS = [ToolCall(id="1", type="function", function=FunctionCall(name="weather", arguments="{}"))]
CALLING = AssistantMessage(role="assistant", content="", tool_calls=TOOL_CALLS)


@pytest.mark.parametrize(
    ("task", "given", "wire", "typed"),
    [
        ("feature-extraction", "a", [1, 0.5, -2e-9], [1.0, 0.5, -2e-9]),
        ("chat", [{"role": "user"}], MESSAGE, AssistantMessage(role="assistant", content="b")),
        ("chat", "a", {"role": "assistant", "content": None, "tool_calls": [CALL]}, CALLING),
        ("image-text-to-text", "a", {"role": "assistant", "tool_calls": [CALL]}, CALLING),
        ("chat", "a", {**MESSAGE, "tool_calls": None}, AssistantMessage(role="assistant", content="b")),
        ("chat", "a", {**MESSAGE, "tool_calls": [CALL]}, replace(CALLING, content="b")),
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
MODIFIED = "2024-06-07T22:28:40.122Z"
V1_RUNNING = {
    "model": MODEL,
    "status": "RUNNING",
    "concurrency": 2,
    "inferences": 3,
    "expirationPeriodSeconds": 90,
    "expirationPeriodMinutes": 1.5,
    "expiresAt": "2024-05-28T00:12:18.738Z",
    "created": "2024-05-27T23:35:35Z",
    "modified": "2024-05-27T23:42:19Z",
    "added-later": 1,
}
RUNNING_INSTANCE = Instance(
    model_id=MODEL,
    status="RUNNING",
    concurrency=2,
    inferences=3,
    idle_timeout=timedelta(seconds=90),
    expires_at=datetime(2024, 5, 28, 0, 12, 18, 738000, UTC),
    created=datetime(2024, 5, 27, 23, 35, 35, tzinfo=UTC),
    modified=datetime(2024, 5, 27, 23, 42, 19, tzinfo=UTC),
    error=None,
)
FAILED = {"modelId": MODEL, "status": "FAILED", "error": "CUDA out of memory"}
FAILED_INSTANCE = Instance(model_id=MODEL, status="FAILED", concurrency=None, error="CUDA out of memory")
QUEUED_JOB = {"modelId": MODEL, "success": True, "message": "Model is already queued", "startTime": None}
V1_MODELS = [
    {"name": "a/b", "requiredRAM": 2.25, "benchmarked": True, "task": "chat", "modelId": "a/b"},
    {"name": "c/d", "requiredRAM": None, "benchmarked": False},
]


@pytest.mark.parametrize(
    ("action", "answer", "expected"),
    [
        (lambda c: c.models.list(), reply(200, {"error": None, "output": [DETAILS]}), [MODEL_DETAILS]),
        (lambda c: c.models.list_raw(), output(MODELS), MODELS),
        (lambda c: c.model(MODEL).details(), reply(200, {"output": [DETAILS, DETAILS]}), MODEL_DETAILS),
        (lambda c: c.clusters.list(), reply(200, {"output": [cluster()]}), [RUNNING]),
        (lambda c: c.model(MODEL).cluster.get(), output(cluster()), RUNNING),
        (lambda c: c.model(MODEL).cluster.get(), reply(200, {"cluster": cluster()}), RUNNING),
        (
            lambda c: c.model(MODEL).cluster.update(),
            reply(200, {"output": None, "cluster": cluster()}),
            RUNNING,
        ),
        (
            lambda c: c.v1.list_models(),
            reply(200, V1_MODELS),
            [
                V1Model(name="a/b", required_ram=2.25, benchmarked=True, task="chat"),
                V1Model(name="c/d", required_ram=None, benchmarked=False, task=None),
            ],
        ),
        (
            lambda c: c.v1.request(MODEL),
            reply(200, {**QUEUED_JOB, "modified": MODIFIED}),
            Job(
                model_id=MODEL,
                message="Model is already queued",
                started=None,
                ended=None,
                modified=datetime(2024, 6, 7, 22, 28, 40, 122000, UTC),
            ),
        ),
        (
            lambda c: c.v1.status(MODEL),
            reply(200, {"status": "RUNNING", "expirationPeriodSeconds": 10**15}),
            Instance(model_id=None, status="RUNNING", concurrency=None, idle_timeout=None),
        ),
        (lambda c: c.v1.instances(), reply(200, [V1_RUNNING, FAILED]), [RUNNING_INSTANCE, FAILED_INSTANCE]),
    ],
)
async def test_operation_returns_typed_response(
    make_client: MakeClient, action: Any, answer: Reply, expected: object
) -> None:
    assert await make_client(answer).do(action) == expected


@pytest.mark.parametrize(
    ("status", "running", "stopped"),
    [
        *(("running", True, False), ("ON", True, False), ("off", False, True), ("Failed", False, True)),
        *(("booting instance", False, False), ("new", False, False)),
    ],
)
@pytest.mark.parametrize(
    ("timeout", "idle_timeout"),
    [(3600, timedelta(minutes=3600)), *((it, None) for it in (None, 2**63 - 1, -(2**63)))],
)
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


def v1_run(client: Any) -> Any:
    return client.v1.run(MODEL, "a")


def get(client: Any) -> Any:
    return client.model(MODEL).cluster.get()


@pytest.mark.parametrize(
    ("action", "body", "message"),
    [
        (get, {"error": None, "output": None}, "neither output nor cluster"),
        (run("a", "feature-extraction"), {"output": [1, "2"]}, r"\$.output\[1\]"),
        (run(), b"null", "Expected `object`, got `null`"),
        (v1_run, {}, "neither output nor media"),
        (v1_run, {"output_png": "%%%"}, r"invalid base64 - at `\$.output_png`"),
        (v1_run, b"null", "got `null`"),
        (lambda c: c.v1.stream(MODEL, "a").read(), {"output": "a"}, "not a stream"),
        (lambda c: c.v1.instances(), [V1_RUNNING, {**V1_RUNNING, "expiresAt": "soon"}], r"\$\[1\].expiresAt"),
    ],
)
async def test_unexpected_response_raises_decode_error_with_path(
    make_client: MakeClient, action: Any, body: object, message: str
) -> None:
    it = make_client(error_reply(503), reply(200, body, content_type="application/json", x_request_id="r-1"))
    with pytest.raises(errors.DecodeError, match=message) as caught:
        await it.do(action)
    error, request = caught.value, it.script.requests[0]
    assert (error.status, error.attempts, error.request_id) == (200, 2, "r-1")
    assert (error.method, error.path) == (request.method, request.url.path)


async def test_invalid_content_encoding_raises_and_closes_response(make_client: MakeClient) -> None:
    body = Chunks([b"not gzip", b"at all"])
    with pytest.raises(
        errors.DecodeError, match=r"the body is not gzip: .*; text/plain: 'not gzipat all'"
    ) as caught:
        await make_client(reply(200, body, content_encoding="gzip")).run("a")
    assert caught.value.body == b"not gzipat all"
    assert body.closed


@pytest.mark.parametrize(
    ("members", "available"),
    [
        ({}, False),
        ({"message": "Model is already queued"}, False),
        ({"message": "Model available"}, True),
        ({"message": "Model is already available"}, True),
        ({"endTime": MODIFIED}, True),
    ],
)
async def test_job_is_available_by_message_or_end_time(
    make_client: MakeClient, members: dict[str, object], available: bool
) -> None:
    it = make_client(reply(200, {"success": True, "modified": MODIFIED, **members}))
    assert (await it.do(lambda client: client.v1.request(MODEL))).available is available


@pytest.mark.parametrize("found", [[{"generated_text": "a b"}], "", None])
async def test_v1_run_returns_output_and_metadata(make_client: MakeClient, found: object) -> None:
    it = make_client(reply(200, {"output": found, "new": 1}, inference_time="0.5"))
    result = await it.do(v1_run)
    assert (result.output, result.media, result.media_type) == (found, None, None)
    assert result.metadata.inference_time == timedelta(seconds=0.5)
    assert result.raw == {"output": found, "new": 1}
    assert result.content.startswith(b'{"output":')


@pytest.mark.parametrize(
    ("member", "media_type"),
    [("output_png", "image/png"), ("output_wav", "audio/wav"), ("output_mp4", "video/mp4")],
)
async def test_v1_run_returns_decoded_media(make_client: MakeClient, member: str, media_type: str) -> None:
    result = await make_client(reply(200, {member: base64.b64encode(b"\x00data").decode()})).do(v1_run)
    assert (result.output, result.media, result.media_type) == (None, b"\x00data", media_type)
    assert "x00" not in repr(result)


DIRECTLY = "run the model directly"
# Operation, whether it is retried after an unknown outcome, and what its removed endpoint is replaced by.
OPERATIONS: list[tuple[Any, bool, str]] = [
    (lambda c: c.model(MODEL).cluster.create(), False, DIRECTLY),
    (lambda c: c.model(MODEL).cluster.update(on=True), True, DIRECTLY),
    (lambda c: c.model(MODEL).cluster.delete(), False, DIRECTLY),
    (lambda c: c.model(MODEL).load(), True, DIRECTLY),
    (lambda c: c.clusters.list(), True, DIRECTLY),
    (lambda c: c.model(MODEL).cluster.get(), True, DIRECTLY),
    (lambda c: c.model(MODEL).cluster.wait_until_running(), True, DIRECTLY),
    (lambda c: c.v1.start(MODEL), False, "/model/load: use client.model(...).load"),
    (lambda c: c.v1.run(MODEL, "a"), False, "/model/run: use client.model(...).run"),
    (lambda c: c.v1.stream(MODEL, "a").read(), False, "/model/run: use client.model(...).run"),
    (lambda c: c.v1.shut_down(MODEL), False, "/model/delete: use client.model(...).cluster.delete"),
    (lambda c: c.v1.list_models(), True, "/model/list: use client.models.list"),
    (lambda c: c.v1.request(MODEL), True, "/model/job: use client.model(...).request"),
    (lambda c: c.v1.wait_until_available(MODEL), True, "/model/job: use client.model(...).request"),
    (lambda c: c.v1.load(MODEL), True, "/model/load: use client.model(...).load"),
    (lambda c: c.v1.wait_until_running(MODEL), True, "/model/status: use client.model(...).cluster.get"),
    (lambda c: c.v1.status(MODEL), True, "/model/status: use client.model(...).cluster.get"),
    (lambda c: c.v1.instances(), True, "/model/instances: use client.clusters.list"),
]


@pytest.mark.parametrize(("action", "is_retried", "successor"), OPERATIONS)
async def test_operation_maps_each_failure_to_its_error(
    make_client: MakeClient, action: Any, is_retried: bool, successor: str
) -> None:
    async def fail(*replies: Reply) -> Any:
        it = make_client(*replies)
        with pytest.raises(errors.BytezError) as caught:
            await it.do(action)
        request = it.script.requests[0]
        assert (caught.value.method, caught.value.path) == (request.method, request.url.path)
        return caught.value

    for status, message in [(404, "Cannot PUT /models/v2"), (405, "does not exist")]:
        error = await fail(error_reply(status, message, x_request_id="r-1"))
        assert isinstance(error, errors.LifecycleUnavailableError)
        assert successor in error.message
        assert (error.status, error.attempts, error.request_id) == (status, 1, "r-1")
        assert error.__context__ is None

    for message in (f"Cluster for {MODEL} does not exist", f"{MODEL} is not loaded"):
        error = await fail(error_reply(404, message))
        assert (type(error), error.message) == (errors.NotFoundError, message)

    error = await fail(reply(200, {"error": "CUDA out of memory"}, content_type="application/json"))
    assert (type(error), error.message) == (errors.ModelFailedError, "CUDA out of memory")

    error = await fail(httpx.ReadError("cut"), error_reply(400))
    assert type(error) is (errors.BadRequestError if is_retried else errors.ConnectionFailedError)
