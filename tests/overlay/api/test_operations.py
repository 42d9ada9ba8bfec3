"""Operations of both APIs: their requests, responses and failures, from the tables of `operations.yaml`."""

import base64
import json
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import httpx
import pytest

from bytezkit import Result, V1Result, errors
from scripts.bundle import read_yaml
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import MODEL, RUN_PATH, Chunks, Reply, error_reply, reply
from tests.overlay.scripted_service import KEY, PROVIDER_KEY, resolve

pytestmark = pytest.mark.anyio

TABLES: Final[Any] = read_yaml(Path(__file__).with_name("operations.yaml"))
HEADERS: Final = {"x_request_id": "r-1", "inference_time": "0.5"}


async def perform(client: Any, row: Any) -> Any:
    """Make the call of a row, and return its result or the whole stream."""
    model = client.model(MODEL, task=row.get("task"))
    parts = SimpleNamespace(models=client.models, clusters=client.clusters, v1=client.v1, model=model)
    result = await resolve(attrgetter(row["call"])(parts)(*row.get("with", ()), **row.get("options", {})))
    return await resolve(result.read()) if hasattr(result, "read") else result


def plain(value: Any) -> Any:
    """Return a result in the form of the table."""
    if isinstance(value, list):
        return [plain(it) for it in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if not is_dataclass(value):
        return getattr(value, "url", value)
    kind = type(value)
    names = [it.name for it in fields(value)] + [
        it for it in dir(kind) if isinstance(getattr(kind, it), property)
    ]
    members = {name: plain(getattr(value, name)) for name in names}
    return {kind.__name__: {name: it for name, it in members.items() if it is not None}}


@pytest.mark.parametrize("row", TABLES["operations"], ids=lambda it: it["call"])
async def test_operation_sends_its_request_and_returns_its_answer(make_client: MakeClient, row: Any) -> None:
    answer = row.get("answer")
    content = row["text"] if "text" in row else json.dumps(answer)
    media_type = "text/plain" if "text" in row else "application/json"
    answered = reply(200, content.encode(), content_type=media_type, **HEADERS)
    it = make_client(answered, provider_key=PROVIDER_KEY)
    result = await perform(it.client, row)
    if isinstance(result, (Result, V1Result)):
        assert (result.raw, result.metadata.request_id) == (answer, "r-1")
        assert result.metadata.inference_time == timedelta(seconds=0.5)
        assert getattr(result, "provider", None) == answer.get("provider")
        result = result.output
    expected = row["result"] if "result" in row else row["text"] if "text" in row else answer["output"]
    assert plain(result) == expected

    request, sent = it.request(), row.get("request", f"POST {RUN_PATH}")
    assert f"{request.method} {request.url.raw_path.decode()}" == sent
    assert json.loads(request.content or "null") == row.get("body")
    assert request.headers.get("content-type") == ("application/json" if "body" in row else None)
    assert request.headers["authorization"] == f"Key {KEY}"
    assert request.headers.get("provider-key") == (None if "request" in row else PROVIDER_KEY)


@pytest.mark.parametrize("row", TABLES["unexpected"], ids=lambda it: it["call"])
async def test_unexpected_response_raises_decode_error(make_client: MakeClient, row: Any) -> None:
    answer = json.dumps(row["answer"]).encode()
    it = make_client(
        error_reply(503), reply(200, answer, content_type="application/json", x_request_id="r-1")
    )
    with pytest.raises(errors.DecodeError) as caught:
        await perform(it.client, row)
    error, request = caught.value, it.script.requests[0]
    assert row["message"] in error.message
    assert (error.status, error.attempts, error.request_id) == (200, 2, "r-1")
    assert (error.method, error.path) == (request.method, request.url.path)


@pytest.mark.parametrize("row", TABLES["removed"], ids=lambda it: it["call"])
async def test_operation_maps_each_failure_to_its_error(make_client: MakeClient, row: Any) -> None:
    async def fail(*replies: Reply) -> Any:
        it = make_client(*replies)
        with pytest.raises(errors.BytezError) as caught:
            await perform(it.client, row)
        request = it.script.requests[0]
        assert (caught.value.method, caught.value.path) == (request.method, request.url.path)
        return caught.value

    for status, message in [(404, "Cannot PUT /models/v2"), (405, "does not exist")]:
        error = await fail(error_reply(status, message, x_request_id="r-1"))
        assert isinstance(error, errors.LifecycleUnavailableError)
        assert row.get("message", "run the model directly") in error.message
        assert (error.status, error.attempts, error.request_id) == (status, 1, "r-1")
        assert error.__context__ is None

    for message in (f"Cluster for {MODEL} does not exist", f"{MODEL} is not loaded"):
        error = await fail(error_reply(404, message))
        assert (type(error), error.message) == (errors.NotFoundError, message)

    error = await fail(reply(200, {"error": "CUDA out of memory"}, content_type="application/json"))
    assert (type(error), error.message) == (errors.ModelFailedError, "CUDA out of memory")

    error = await fail(httpx.ReadError("cut"), error_reply(400))
    assert type(error) is (errors.BadRequestError if "retried" in row else errors.ConnectionFailedError)


async def test_invalid_content_encoding_raises_and_closes_response(make_client: MakeClient) -> None:
    body = Chunks([b"not gzip", b"at all"])
    with pytest.raises(
        errors.DecodeError, match=r"the body is not gzip: .*; text/plain: 'not gzipat all'"
    ) as caught:
        await make_client(reply(200, body, content_encoding="gzip")).run("a")
    assert caught.value.body == b"not gzipat all"
    assert body.closed


@pytest.mark.parametrize(
    ("member", "media_type"),
    [("output_png", "image/png"), ("output_wav", "audio/wav"), ("output_mp4", "video/mp4")],
)
async def test_v1_run_returns_decoded_media(make_client: MakeClient, member: str, media_type: str) -> None:
    it = make_client(reply(200, {member: base64.b64encode(b"\x00data").decode()}))
    result = await it.do(lambda client: client.v1.run(MODEL, "a"))
    assert (result.output, result.media, result.media_type) == (None, b"\x00data", media_type)
    assert "x00" not in repr(result)
