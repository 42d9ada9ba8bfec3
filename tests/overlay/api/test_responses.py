"""Answers become typed values, or errors that name what is wrong with them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bytezkit import Result, errors
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
READ = ModelDetails(
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


@pytest.mark.parametrize(
    ("task", "given", "wire", "typed"),
    [
        ("text-generation", "a", "a b", "a b"),
        ("feature-extraction", "a", [1, 0.5, -2e-9], [1.0, 0.5, -2e-9]),
        (
            "chat",
            [{"role": "user"}],
            {"role": "assistant", "content": "b", "tool_calls": []},
            AssistantMessage(role="assistant", content="b"),
        ),
        (None, "a", [{"label": "cat"}, None], [{"label": "cat"}, None]),
        (None, "a", None, None),
    ],
)
async def test_a_run_gives_the_result_of_its_task(
    make_client: MakeClient, task: str | None, given: object, wire: object, typed: object
) -> None:
    it = make_client(output(wire, x_request_id="r-1", inference_time="0.5"))
    result: Result[object] = await it.do(lambda client: client.model(MODEL, task=task).run(given))
    assert result.output == typed
    assert result.provider is None
    assert result.raw == {"error": None, "output": wire}
    assert (result.metadata.request_id, result.metadata.inference_time) == ("r-1", timedelta(seconds=0.5))


async def test_what_the_provider_says_and_unknown_members_stay_reachable(make_client: MakeClient) -> None:
    body = {"output": "a", "provider": {"usage": {"total": 3}}, "new": [1]}
    result = await make_client(reply(200, body)).run("a")
    assert result.provider == {"usage": {"total": 3}}
    assert result.raw == body


LISTS: list[tuple[Any, Reply, object]] = [
    (lambda c: c.tasks.list(), reply(200, {"output": ["chat", "juggling"]}), ["chat", "juggling"]),
    (lambda c: c.models.list(), reply(200, {"error": None, "output": [DETAILS]}), [READ]),
    (lambda c: c.model(MODEL).details(), reply(200, {"output": [DETAILS, DETAILS]}), READ),
    (lambda c: c.model(MODEL).request(), output("Job queued"), "Job queued"),
    (lambda c: c.clusters.list(), reply(200, {"output": [cluster()]}), [RUNNING]),
    (lambda c: c.model(MODEL).cluster.create(), output("Loading"), "Loading"),
    (lambda c: c.model(MODEL).cluster.get(), output(cluster()), RUNNING),
    (lambda c: c.model(MODEL).cluster.get(), reply(200, {"error": None, "cluster": cluster()}), RUNNING),
    (lambda c: c.model(MODEL).cluster.update(), reply(200, {"output": None, "cluster": cluster()}), RUNNING),
    (lambda c: c.model(MODEL).cluster.delete(), reply(202, {"error": None, "output": None}), None),
]


@pytest.mark.parametrize(("action", "answer", "expected"), LISTS)
async def test_an_operation_gives_what_the_service_says(
    make_client: MakeClient, action: Any, answer: Reply, expected: object
) -> None:
    assert await make_client(answer).do(action) == expected


async def test_a_run_that_was_accepted_is_a_success(make_client: MakeClient) -> None:
    assert (await make_client(reply(202, {"output": "soon"})).run("a")).output == "soon"


BROKEN: list[tuple[Any, object, str]] = [
    (lambda c: c.models.list(), {"output": [DETAILS, {**DETAILS, "meter": 5}]}, r"\$.output\[1\].meter"),
    (lambda c: c.clusters.list(), {"output": [{**cluster(), "capacity": {"max": 1}}]}, "`desired`.*capacity"),
    (
        lambda c: c.model(MODEL).cluster.get(),
        {"output": {**cluster(), "created": "now"}},
        r"\$.output.created",
    ),
    (lambda c: c.model(MODEL).cluster.get(), {"error": None, "output": None}, "neither output nor cluster"),
    (lambda c: c.model(MODEL, task="chat").run([{"role": "user"}]), {"output": {"role": "a"}}, "`content`"),
    (lambda c: c.model(MODEL, task="feature-extraction").run("a"), {"output": [1, "2"]}, r"\$.output\[1\]"),
    (lambda c: c.model(MODEL).run("a"), {"result": 1}, "missing required field `output`"),
    (lambda c: c.model(MODEL).run("a"), [1], "Expected `object`, got `array`"),
    (lambda c: c.model(MODEL).run("a"), b"<html>fine</html>", "malformed"),
    (lambda c: c.model(MODEL).run("a"), b"null", "Expected `object`, got `null`"),
    (lambda c: c.model(MODEL).run("a"), b"", "truncated"),
    (lambda c: c.model(MODEL).run("a"), b'{"output": "\xff"}', "(invalid start byte|Invalid UTF-8)"),
]


@pytest.mark.parametrize(("action", "body", "place"), BROKEN)
async def test_an_answer_of_another_form_names_the_place(
    make_client: MakeClient, action: Any, body: object, place: str
) -> None:
    it = make_client(error_reply(503), reply(200, body, x_request_id="r-1"))
    with pytest.raises(errors.DecodeError, match=place) as caught:
        await it.do(action)
    error = caught.value
    assert (error.status, error.attempts, error.request_id) == (200, 2, "r-1")
    assert (error.method, error.path) == (it.script.requests[0].method, it.script.requests[0].url.path)


@pytest.mark.parametrize(
    "body",
    [
        {"error": "CUDA out of memory", "output": None},
        {"error": "CUDA out of memory", "output": "half"},
        {"error": "CUDA out of memory"},
    ],
)
@pytest.mark.parametrize("task", [None, "text-generation"])
async def test_an_error_in_a_success_is_the_models(
    make_client: MakeClient, body: object, task: str | None
) -> None:
    it = make_client(reply(200, body))
    with pytest.raises(errors.ModelFailedError, match=r"^CUDA out of memory \(POST") as caught:
        await it.do(lambda client: client.model(MODEL, task=task).run("a"))
    assert caught.value.status == 200


async def test_a_model_that_the_catalog_lacks_is_not_found(make_client: MakeClient) -> None:
    it = make_client(reply(200, {"output": []}))
    with pytest.raises(errors.NotFoundError, match=f"the catalog has no model {MODEL}"):
        await it.do(lambda client: client.model(MODEL).details())


async def test_an_encoding_that_is_broken_is_told_and_the_connection_is_given_back(
    make_client: MakeClient,
) -> None:
    body = Chunks([b"not gzip", b"at all"])
    it = make_client(reply(200, body, content_encoding="gzip"))
    with pytest.raises(errors.DecodeError, match="DecodingError"):
        await it.run("a")
    assert body.closed


async def test_raw_models_are_what_the_service_sends(make_client: MakeClient) -> None:
    models = [{"modelId": MODEL, "new": [1, None]}, {}]
    it = make_client(output(models))
    assert await it.do(lambda client: client.models.list_raw(task="chat", model_id=MODEL)) == models
    (request,) = it.script.requests
    assert dict(request.url.params) == {"task": "chat", "modelId": MODEL}
