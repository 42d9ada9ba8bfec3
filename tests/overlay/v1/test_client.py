"""The older API: what goes over the wire, what comes back, and what is refused before anything is sent."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bytezkit import V1Result, errors
from bytezkit.types import Instance, Job, V1Model
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import KEY, MODEL, PROVIDER_KEY, Reply, error_reply, reply, text

pytestmark = pytest.mark.anyio

MODIFIED = "2024-06-07T22:28:40.122Z"
STARTED = reply(200, {"model": MODEL, "status": "started", "concurrency": 1})
STOPPED = reply(200, {"model": MODEL, "status": "STOPPED"})
QUEUED = reply(200, {"model": MODEL, "success": True, "modified": MODIFIED})
DONE = reply(200, {"output": [{"generated_text": "a b"}]})
NONE = reply(200, [])

# Each call, the reply that it takes, and the request that it makes.
CALLS: list[tuple[Any, Reply, tuple[str, str, object]]] = [
    (lambda v1: v1.list_models(), NONE, ("GET", "/model/list", None)),
    (lambda v1: v1.list_models("a&b"), NONE, ("GET", "/model/list?task=a%26b", None)),
    (lambda v1: v1.request(MODEL), QUEUED, ("POST", "/model/job", {"model": MODEL})),
    (lambda v1: v1.start(MODEL), STARTED, ("POST", "/model/load", {"model": MODEL})),
    (
        lambda v1: v1.start(MODEL, concurrency=1000, idle_timeout=timedelta(days=1)),
        STARTED,
        (
            "POST",
            "/model/load",
            {"model": MODEL, "concurrency": 1000, "expirationPeriodSeconds": 86400},
        ),
    ),
    (lambda v1: v1.status(MODEL), STOPPED, ("POST", "/model/status", {"model": MODEL})),
    (lambda v1: v1.instances(), NONE, ("GET", "/model/instances", None)),
    (lambda v1: v1.shut_down(MODEL), STOPPED, ("POST", "/model/delete", {"model": MODEL})),
    (lambda v1: v1.run(MODEL, "grüße"), DONE, ("POST", "/model/run", {"model": MODEL, "input": "grüße"})),
    (lambda v1: v1.run(MODEL, []), DONE, ("POST", "/model/run", {"model": MODEL, "input": []})),
    (lambda v1: v1.run(MODEL, None), DONE, ("POST", "/model/run", {"model": MODEL})),
    (
        lambda v1: v1.run(MODEL, {"question": "a", "context": "b"}, params={"top_k": 1}),
        DONE,
        ("POST", "/model/run", {"model": MODEL, "question": "a", "context": "b", "params": {"top_k": 1}}),
    ),
    (
        lambda v1: v1.stream(MODEL, {"prompt": "a"}, params={"top_k": 1}).read(),
        text(b"a b"),
        ("POST", "/model/run", {"model": MODEL, "prompt": "a", "params": {"top_k": 1}, "stream": True}),
    ),
]


@pytest.mark.parametrize(("action", "answer", "expected"), CALLS)
async def test_each_call_makes_its_request_with_the_key_in_the_header_alone(
    make_client: MakeClient, action: Any, answer: Reply, expected: tuple[str, str, object]
) -> None:
    it = make_client(answer, provider_key=PROVIDER_KEY)
    await it.do(lambda client: action(client.v1))
    request = it.request()
    body = json.loads(request.content) if request.content else None
    assert (request.method, request.url.raw_path.decode(), body) == expected
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
READ = Instance(
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
READ_FAILED = Instance(model_id=MODEL, status="FAILED", concurrency=None, error="CUDA out of memory")
MODELS = [
    {"name": "a/b", "requiredRAM": 2.25, "benchmarked": True, "task": "chat", "modelId": "a/b"},
    {"name": "c/d", "requiredRAM": None, "benchmarked": False},
]
ANSWERS: list[tuple[Any, object, object]] = [
    (
        lambda v1: v1.list_models(),
        MODELS,
        [
            V1Model(name="a/b", required_ram=2.25, benchmarked=True, task="chat"),
            V1Model(name="c/d", required_ram=None, benchmarked=False, task=None),
        ],
    ),
    (
        lambda v1: v1.request(MODEL),
        {
            "modelId": MODEL,
            "success": True,
            "message": "Model is already queued",
            "startTime": None,
            "modified": MODIFIED,
        },
        Job(
            model_id=MODEL,
            message="Model is already queued",
            started=None,
            ended=None,
            modified=datetime(2024, 6, 7, 22, 28, 40, 122000, UTC),
        ),
    ),
    (
        lambda v1: v1.start(MODEL),
        {"model": MODEL, "status": "started", "concurrency": 1},
        Instance(model_id=MODEL, status="started", concurrency=1),
    ),
    (lambda v1: v1.status(MODEL), RUNNING, READ),
    (lambda v1: v1.status(MODEL), FAILED, READ_FAILED),
    (
        lambda v1: v1.status(MODEL),
        {"status": "RUNNING", "expirationPeriodSeconds": 10**15},
        Instance(model_id=None, status="RUNNING", concurrency=None, idle_timeout=None),
    ),
    (lambda v1: v1.instances(), [RUNNING, FAILED], [READ, READ_FAILED]),
    (
        lambda v1: v1.shut_down(MODEL),
        {"status": "STOPPED"},
        Instance(model_id=None, status="STOPPED", concurrency=None),
    ),
]


@pytest.mark.parametrize(("action", "body", "expected"), ANSWERS)
async def test_each_call_gives_what_the_service_says(
    make_client: MakeClient, action: Any, body: object, expected: object
) -> None:
    assert await make_client(reply(200, body)).do(lambda client: action(client.v1)) == expected


@pytest.mark.parametrize(
    ("said", "available"),
    [
        ({}, False),
        ({"message": "Model is already queued"}, False),
        ({"message": "Model is not available"}, False),
        ({"message": "Model available"}, True),
        ({"message": "Model is already available"}, True),
        ({"endTime": MODIFIED}, True),
    ],
)
async def test_a_job_says_whether_its_model_can_be_loaded(
    make_client: MakeClient, said: dict[str, object], available: bool
) -> None:
    it = make_client(reply(200, {"success": True, "modified": MODIFIED, **said}))
    assert (await it.do(lambda client: client.v1.request(MODEL))).available is available


async def run(it: Any) -> V1Result:
    result = await it.do(lambda client: client.v1.run(MODEL, "a"))
    assert isinstance(result, V1Result)
    return result


@pytest.mark.parametrize("output", [[{"generated_text": "a b"}], "", None])
async def test_a_run_gives_the_output_as_it_came(make_client: MakeClient, output: object) -> None:
    result = await run(make_client(reply(200, {"output": output, "new": 1}, inference_time="0.5")))
    assert (result.output, result.media, result.media_type) == (output, None, None)
    assert result.metadata.inference_time == timedelta(seconds=0.5)
    assert result.raw == {"output": output, "new": 1}
    assert result.content.startswith(b'{"output":')


@pytest.mark.parametrize(
    ("member", "media_type"),
    [("output_png", "image/png"), ("output_wav", "audio/wav"), ("output_mp4", "video/mp4")],
)
async def test_a_run_gives_the_file_that_was_made(
    make_client: MakeClient, member: str, media_type: str
) -> None:
    result = await run(make_client(reply(200, {member: base64.b64encode(b"\x00picture").decode()})))
    assert (result.output, result.media, result.media_type) == (None, b"\x00picture", media_type)
    assert "picture" not in repr(result)


BROKEN: list[tuple[Any, object, str]] = [
    (lambda v1: v1.run(MODEL, "a"), {}, "neither output nor media"),
    (lambda v1: v1.run(MODEL, "a"), {"output_png": "%%%"}, r"invalid base64 - at `\$.output_png`"),
    (lambda v1: v1.run(MODEL, "a"), {"output_wav": 5}, r"\$.output_wav"),
    (lambda v1: v1.run(MODEL, "a"), b"null", "got `null`"),
    (lambda v1: v1.stream(MODEL, "a").read(), {"output": "a"}, "not a stream"),
    (lambda v1: v1.status(MODEL), {"model": MODEL}, "`status`"),
    (lambda v1: v1.instances(), [RUNNING, {**RUNNING, "expiresAt": "soon"}], r"\$\[1\].expiresAt"),
    (lambda v1: v1.request(MODEL), {"success": "yes", "modified": MODIFIED}, r"\$.success"),
]


@pytest.mark.parametrize(("action", "body", "place"), BROKEN)
async def test_an_answer_of_another_form_names_the_place(
    make_client: MakeClient, action: Any, body: object, place: str
) -> None:
    it = make_client(reply(200, body, content_type="application/json", x_request_id="r-1"))
    with pytest.raises(errors.DecodeError, match=place) as caught:
        await it.do(lambda client: action(client.v1))
    error = caught.value
    assert (error.status, error.request_id, error.path) == (200, "r-1", it.request().url.path)


SENT_ONCE: list[Any] = [
    lambda v1: v1.start(MODEL),
    lambda v1: v1.run(MODEL, "a"),
    lambda v1: v1.stream(MODEL, "a").read(),
    lambda v1: v1.shut_down(MODEL),
]
SENT_AGAIN: list[Any] = [
    lambda v1: v1.list_models(),
    lambda v1: v1.request(MODEL),
    lambda v1: v1.wait_until_available(MODEL),
    lambda v1: v1.load(MODEL),
    lambda v1: v1.wait_until_running(MODEL),
    lambda v1: v1.status(MODEL),
    lambda v1: v1.instances(),
]
OPERATIONS = [*SENT_ONCE, *SENT_AGAIN]
NEWER = {
    "/model/list": "client.models.list",
    "/model/job": r"client.model\(...\).request",
    "/model/load": r"client.model\(...\).load",
    "/model/status": r"client.model\(...\).cluster.get",
    "/model/run": r"client.model\(...\).run",
    "/model/instances": "client.clusters.list",
    "/model/delete": r"client.model\(...\).cluster.delete",
}


@pytest.mark.parametrize("action", OPERATIONS)
@pytest.mark.parametrize(("status", "said"), [(404, "Cannot POST /model"), (405, "does not exist")])
async def test_an_endpoint_that_is_gone_names_what_to_use(
    make_client: MakeClient, action: Any, status: int, said: str
) -> None:
    it = make_client(error_reply(status, said))
    with pytest.raises(errors.LifecycleUnavailableError) as caught:
        await it.do(lambda client: action(client.v1))
    path = it.request().url.path
    assert caught.match(f"^the service no longer offers {path}: use {NEWER[path]}")
    assert (caught.value.path, caught.value.status) == (path, status)


@pytest.mark.parametrize("action", OPERATIONS)
@pytest.mark.parametrize("said", ["Model does not exist or has yet to be added", f"{MODEL} is not loaded"])
async def test_a_model_that_is_missing_is_not_an_endpoint_that_is_gone(
    make_client: MakeClient, action: Any, said: str
) -> None:
    with pytest.raises(errors.NotFoundError, match=said):
        await make_client(error_reply(404, said)).do(lambda client: action(client.v1))


@pytest.mark.parametrize("action", OPERATIONS)
async def test_an_error_in_a_success_is_the_models(make_client: MakeClient, action: Any) -> None:
    it = make_client(reply(200, {"error": "CUDA out of memory"}, content_type="application/json"))
    with pytest.raises(errors.ModelFailedError, match=r"^CUDA out of memory \("):
        await it.do(lambda client: action(client.v1))


async def test_an_error_beside_an_output_is_the_models(make_client: MakeClient) -> None:
    with pytest.raises(errors.ModelFailedError, match="half"):
        await run(make_client(reply(200, {"output": "a", "error": "half"})))


@pytest.mark.parametrize(
    ("status", "said", "error"),
    [
        (401, "Unauthorized", errors.AuthenticationError),
        (402, "Insufficient credits", errors.PaymentRequiredError),
        (409, "Model a/b is not loaded", errors.ConflictError),
        (429, "Out of free monthly credits", errors.PaymentRequiredError),
    ],
)
async def test_a_refusal_is_not_tried_again(
    make_client: MakeClient, status: int, said: str, error: type[errors.StatusError]
) -> None:
    it = make_client(reply(status, {"error": said}))
    with pytest.raises(error, match=said):
        await run(it)


@pytest.mark.parametrize(
    ("action", "error"),
    [
        *[(action, errors.ConnectionFailedError) for action in SENT_ONCE],
        *[(action, errors.BadRequestError) for action in SENT_AGAIN],
    ],
)
async def test_only_what_does_no_harm_twice_is_sent_again_after_an_unknown_outcome(
    make_client: MakeClient, action: Any, error: type[errors.BytezError]
) -> None:
    it = make_client(httpx.ReadError("cut"), error_reply(400))
    with pytest.raises(error):
        await it.do(lambda client: action(client.v1))


async def test_a_stream_gives_text_and_tells_a_failure_of_the_model(make_client: MakeClient) -> None:
    it = make_client(text(b"gr\xc3", b"\xbc\xc3\x9fe"), text(b"INTERNAL_BYTEZ_", b"ERROR: broken"))
    assert await it.do(lambda client: client.v1.stream(MODEL, "a").read()) == "grüße"
    with pytest.raises(errors.ModelFailedError, match="INTERNAL_BYTEZ_ERROR: broken"):
        await it.do(lambda client: client.v1.stream(MODEL, "a").read())
