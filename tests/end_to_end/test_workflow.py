"""The workflows of `make demo`, with each client over a socket."""

from datetime import timedelta
from typing import Any

import pytest

from bytezkit.errors import NotFoundError
from tests.overlay.scripted_service import resolve

pytestmark = pytest.mark.anyio

GPT2 = "openai-community/gpt2"
PROMPT = "Once upon a time there was a"
FIVE_TOKENS = {"max_new_tokens": 5, "min_new_tokens": 5}


async def test_list_load_run_stream_update_and_delete(any_client: Any) -> None:
    assert "text-generation" in await resolve(any_client.tasks.list())
    models = await resolve(any_client.models.list(task="text-generation"))
    assert GPT2 in [model.model_id for model in models]
    assert {model.task for model in models} == {"text-generation"}
    gpt2 = any_client.model(GPT2, task="text-generation")
    assert (await resolve(gpt2.details())).model_id == GPT2
    cluster = await resolve(gpt2.load(max=3, idle_timeout=timedelta(minutes=10)))
    assert (cluster.status, cluster.instances, cluster.capacity.max) == ("running", 1, 3)
    assert cluster.idle_timeout == timedelta(minutes=10)
    result = await resolve(gpt2.run(PROMPT, params=FIVE_TOKENS))
    assert result.output.startswith(PROMPT)
    assert len(result.output.split()) == len(PROMPT.split()) + 5
    assert result.metadata.inference_cost
    stream = gpt2.stream(PROMPT, params=FIVE_TOKENS)
    assert await resolve(stream.read()) == result.output
    assert stream.metadata.inference_meter == result.metadata.inference_meter
    updated = await resolve(gpt2.cluster.update(desired=2))
    assert (updated.capacity.desired, updated.inferences) == (2, 2)
    assert [cluster.model_id for cluster in await resolve(any_client.clusters.list())] == [GPT2]
    await resolve(gpt2.cluster.delete())
    assert await resolve(any_client.clusters.list()) == []
    with pytest.raises(NotFoundError, match="Cluster does not exist"):
        await resolve(gpt2.cluster.get())


async def test_v1_request_load_run_stream_and_shut_down(any_client: Any) -> None:
    v1 = any_client.v1
    models = await resolve(v1.list_models("text-generation"))
    assert GPT2 in [model.name for model in models]
    assert {model.task for model in models} == {"text-generation"}
    assert len(await resolve(v1.list_models())) > len(models)
    assert (await resolve(v1.request("example/new-model"))).available is False
    loaded = await resolve(v1.load(GPT2, concurrency=2, idle_timeout=timedelta(minutes=5)))
    assert (loaded.model_id, loaded.status, loaded.concurrency) == (GPT2, "RUNNING", 2)
    assert loaded.idle_timeout == timedelta(minutes=5)
    assert (await resolve(v1.load(GPT2, concurrency=7))).concurrency == 2
    result = await resolve(v1.run(GPT2, PROMPT, params=FIVE_TOKENS))
    [generated] = result.output
    text = generated["generated_text"]
    assert text.startswith(PROMPT)
    assert len(text.split()) == len(PROMPT.split()) + 5
    for prompt in (PROMPT, {"prompt": PROMPT}):
        assert await resolve(v1.stream(GPT2, prompt, params=FIVE_TOKENS).read()) == text
    assert (await resolve(v1.status(GPT2))).inferences == 3
    assert [instance.model_id for instance in await resolve(v1.instances())] == [GPT2]
    await resolve(v1.shut_down(GPT2))
    assert (await resolve(v1.status(GPT2))).status == "STOPPED"
    assert await resolve(v1.instances()) == []
