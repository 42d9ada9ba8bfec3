"""The v1 API: requests, typed responses and errors."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bytezkit import errors
from bytezkit.types import Instance, Job, V1Model
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import KEY, MODEL, PROVIDER_KEY, Reply, reply, text

pytestmark = pytest.mark.anyio

MODIFIED = "2024-06-07T22:28:40.122Z"
STARTED = reply(200, {"model": MODEL, "status": "started", "concurrency": 1})
STOPPED = reply(200, {"model": MODEL, "status": "STOPPED"})
QUEUED = reply(200, {"model": MODEL, "success": True, "modified": MODIFIED})
DONE = reply(200, {"output": [{"generated_text": "a b"}]})
EMPTY = reply(200, [])
QUESTION = {"question": "a", "context": "b"}
OPTIONS: dict[str, Any] = {"params": {"top_k": 1}}


@pytest.mark.parametrize(
    ("action", "answer", "method", "path", "body"),
    [
        (lambda v1: v1.list_models("a&b"), EMPTY, "GET", "list?task=a%26b", None),
        (lambda v1: v1.request(MODEL), QUEUED, "POST", "job", {}),
        (
            lambda v1: v1.start(MODEL, concurrency=1000, idle_timeout=timedelta(days=1)),
            *(STARTED, "POST", "load", {"concurrency": 1000, "expirationPeriodSeconds": 86400}),
        ),
        (lambda v1: v1.instances(), EMPTY, "GET", "instances", None),
        (lambda v1: v1.shut_down(MODEL), STOPPED, "POST", "delete", {}),
        (lambda v1: v1.run(MODEL, "grüße"), DONE, "POST", "run", {"input": "grüße"}),
        (lambda v1: v1.run(MODEL, None), DONE, "POST", "run", {}),
        (lambda v1: v1.run(MODEL, QUESTION, **OPTIONS), DONE, "POST", "run", {**QUESTION, **OPTIONS}),
        (
            lambda v1: v1.stream(MODEL, {"prompt": "a"}, **OPTIONS).read(),
            *(text(b"a b"), "POST", "run", {"prompt": "a", **OPTIONS, "stream": True}),
        ),
    ],
)
async def test_call_sends_documented_request(
    make_client: MakeClient, action: Any, answer: Reply, *, method: str, path: str, body: Any
) -> None:
    it = make_client(answer, provider_key=PROVIDER_KEY)
    await it.do(lambda client: action(client.v1))
    request = it.request()
    assert (request.method, request.url.raw_path.decode()) == (method, f"/model/{path}")
    assert json.loads(request.content or "null") == (None if body is None else {"model": MODEL, **body})
    assert request.headers["authorization"] == f"Key {KEY}"
    assert "provider-key" not in request.headers


RUNNING = {
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


@pytest.mark.parametrize(
    ("action", "body", "expected"),
    [
        (
            lambda v1: v1.list_models(),
            [
                {"name": "a/b", "requiredRAM": 2.25, "benchmarked": True, "task": "chat", "modelId": "a/b"},
                {"name": "c/d", "requiredRAM": None, "benchmarked": False},
            ],
            [
                V1Model(name="a/b", required_ram=2.25, benchmarked=True, task="chat"),
                V1Model(name="c/d", required_ram=None, benchmarked=False, task=None),
            ],
        ),
        (
            lambda v1: v1.request(MODEL),
            {**QUEUED_JOB, "modified": MODIFIED},
            Job(
                model_id=MODEL,
                message="Model is already queued",
                started=None,
                ended=None,
                modified=datetime(2024, 6, 7, 22, 28, 40, 122000, UTC),
            ),
        ),
        (
            lambda v1: v1.status(MODEL),
            {"status": "RUNNING", "expirationPeriodSeconds": 10**15},
            Instance(model_id=None, status="RUNNING", concurrency=None, idle_timeout=None),
        ),
        (lambda v1: v1.instances(), [RUNNING, FAILED], [RUNNING_INSTANCE, FAILED_INSTANCE]),
    ],
)
async def test_call_returns_typed_response(
    make_client: MakeClient, action: Any, body: object, expected: object
) -> None:
    assert await make_client(reply(200, body)).do(lambda client: action(client.v1)) == expected


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


def run(client: Any) -> Any:
    return client.v1.run(MODEL, "a")


@pytest.mark.parametrize("output", [[{"generated_text": "a b"}], "", None])
async def test_run_returns_output_and_metadata(make_client: MakeClient, output: object) -> None:
    it = make_client(reply(200, {"output": output, "new": 1}, inference_time="0.5"))
    result = await it.do(run)
    assert (result.output, result.media, result.media_type) == (output, None, None)
    assert result.metadata.inference_time == timedelta(seconds=0.5)
    assert result.raw == {"output": output, "new": 1}
    assert result.content.startswith(b'{"output":')


@pytest.mark.parametrize(
    ("member", "media_type"),
    [("output_png", "image/png"), ("output_wav", "audio/wav"), ("output_mp4", "video/mp4")],
)
async def test_run_returns_decoded_media(make_client: MakeClient, member: str, media_type: str) -> None:
    result = await make_client(reply(200, {member: base64.b64encode(b"\x00data").decode()})).do(run)
    assert (result.output, result.media, result.media_type) == (None, b"\x00data", media_type)
    assert "x00" not in repr(result)


@pytest.mark.parametrize(
    ("action", "body", "message"),
    [
        (lambda v1: v1.run(MODEL, "a"), {}, "neither output nor media"),
        (lambda v1: v1.run(MODEL, "a"), {"output_png": "%%%"}, r"invalid base64 - at `\$.output_png`"),
        (lambda v1: v1.run(MODEL, "a"), b"null", "got `null`"),
        (lambda v1: v1.stream(MODEL, "a").read(), {"output": "a"}, "not a stream"),
        (lambda v1: v1.instances(), [RUNNING, {**RUNNING, "expiresAt": "soon"}], r"\$\[1\].expiresAt"),
    ],
)
async def test_unexpected_response_raises_decode_error_with_path(
    make_client: MakeClient, action: Any, body: object, message: str
) -> None:
    it = make_client(reply(200, body, content_type="application/json", x_request_id="r-1"))
    with pytest.raises(errors.DecodeError, match=message) as caught:
        await it.do(lambda client: action(client.v1))
    error = caught.value
    assert (error.status, error.request_id, error.path) == (200, "r-1", it.request().url.path)


async def test_run_with_output_and_error_raises_model_failed(make_client: MakeClient) -> None:
    with pytest.raises(errors.ModelFailedError, match="half"):
        await make_client(reply(200, {"output": "a", "error": "half"})).do(run)


async def test_stream_returns_text_or_raises_model_failed(make_client: MakeClient) -> None:
    it = make_client(text(b"gr\xc3", b"\xbc\xc3\x9fe"), text(b"INTERNAL_BYTEZ_", b"ERROR: broken"))
    assert await it.do(lambda client: client.v1.stream(MODEL, "a").read()) == "grüße"
    with pytest.raises(errors.ModelFailedError, match="INTERNAL_BYTEZ_ERROR: broken"):
        await it.do(lambda client: client.v1.stream(MODEL, "a").read())
