"""The main job through a socket: what `make demo` shows, asserted, for both clients."""

from datetime import timedelta

import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit.errors import NotFoundError

GPT2 = "openai-community/gpt2"
PROMPT = "Once upon a time there was a"


def test_synchronous(client: Bytez) -> None:
    assert "text-generation" in client.tasks.list()
    models = client.models.list(task="text-generation")
    assert GPT2 in [model.model_id for model in models]
    assert {model.task for model in models} == {"text-generation"}

    gpt2 = client.model(GPT2, task="text-generation")
    assert gpt2.details().model_id == GPT2
    cluster = gpt2.load(max=3, idle_timeout=timedelta(minutes=10))
    assert (cluster.status, cluster.instances, cluster.capacity.max) == ("running", 1, 3)
    assert cluster.idle_timeout == timedelta(minutes=10)

    result = gpt2.run(PROMPT, params={"max_new_tokens": 5, "min_new_tokens": 5})
    assert result.output.startswith(PROMPT)
    assert len(result.output.split()) == len(PROMPT.split()) + 5
    assert result.metadata.inference_cost
    with gpt2.stream(PROMPT, params={"max_new_tokens": 5, "min_new_tokens": 5}) as stream:
        assert stream.read() == result.output
        assert stream.metadata.inference_meter == result.metadata.inference_meter

    updated = gpt2.cluster.update(desired=2)
    assert updated.capacity.desired == 2
    assert updated.inferences == 2
    assert [cluster.model_id for cluster in client.clusters.list()] == [GPT2]
    gpt2.cluster.delete()
    assert client.clusters.list() == []
    with pytest.raises(NotFoundError, match="Cluster does not exist"):
        gpt2.cluster.get()


@pytest.mark.anyio
async def test_asynchronous(async_client: AsyncBytez) -> None:
    client = async_client
    assert "text-generation" in await client.tasks.list()
    assert GPT2 in [model.model_id for model in await client.models.list(task="text-generation")]

    gpt2 = client.model(GPT2, task="text-generation")
    assert (await gpt2.details()).model_id == GPT2
    cluster = await gpt2.load(max=3, idle_timeout=timedelta(minutes=10))
    assert (cluster.status, cluster.instances, cluster.capacity.max) == ("running", 1, 3)

    result = await gpt2.run(PROMPT, params={"max_new_tokens": 5, "min_new_tokens": 5})
    assert len(result.output.split()) == len(PROMPT.split()) + 5
    async with gpt2.stream(PROMPT, params={"max_new_tokens": 5, "min_new_tokens": 5}) as stream:
        assert await stream.read() == result.output

    assert (await gpt2.cluster.update(desired=2)).capacity.desired == 2
    assert [cluster.model_id for cluster in await client.clusters.list()] == [GPT2]
    await gpt2.cluster.delete()
    assert await client.clusters.list() == []
    with pytest.raises(NotFoundError, match="Cluster does not exist"):
        await gpt2.cluster.get()


def test_tasks_answer_in_their_types(client: Bytez) -> None:
    chat = client.model("Qwen/Qwen3-4B", task="chat")
    answer = chat.run([{"role": "user", "content": "Hello"}])
    assert answer.output.role == "assistant"
    with chat.stream([{"role": "user", "content": "Hello"}]) as stream:
        assert stream.read() == answer.output.content

    embed = client.model("nomic-ai/nomic-embed-text-v1.5", task="feature-extraction")
    vector = embed.run("Hello world").output
    assert sum(number * number for number in vector) == pytest.approx(1)

    summarize = client.model("ainize/bart-base-cnn", task="summarization")
    summary = summarize.run("A long story.", params={"max_length": 6}).output
    assert len(summary.split()) == 6
    with summarize.stream("A long story.", params={"max_length": 6}) as stream:
        assert stream.read() == summary

    untyped = client.model(GPT2)
    assert (
        untyped.run({"text": PROMPT, "params": {"max_new_tokens": 3}}).output
        == untyped.run(PROMPT, params={"max_new_tokens": 3}).output
    )
    assert untyped.request() == "Job queued"
