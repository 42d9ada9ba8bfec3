"""Correct and wrong uses of the asynchronous client.

The synchronous modules are derived from the asynchronous ones, so `accepted`, `rejected` and `tasks` need no
asynchronous copies. This program checks coroutines, and classes that are written twice.
"""
# ruff: noqa: B018, C416 - statements without effect are under test

from collections.abc import AsyncIterable
from datetime import timedelta
from typing import assert_type

import bytezkit
from bytezkit import AsyncBytez, AsyncHandle, AsyncMediaStream, AsyncOutcomes, AsyncTextStream, Result
from bytezkit.types import Cluster, JsonInput, JsonValue, Outcome, UntypedInput


async def construction() -> None:
    async with AsyncBytez("key", deadline=timedelta(minutes=1), http_client="aiohttp") as client:
        assert_type(client, AsyncBytez)
    assert_type(client.with_options(provider_key="a", max_retries=0), AsyncBytez)
    await client.aclose()


async def runs(client: AsyncBytez, given: JsonInput) -> None:
    model = client.model("openai-community/gpt2", task="text-generation")
    handle: AsyncHandle = model
    assert_type(handle.model_id, str)
    assert_type(await model.run("Once", params={"top_k": 1}), Result[str])
    assert_type(await client.model("a/b").run(given), Result[JsonValue])
    assert_type(await model.load(timeout=timedelta(minutes=1), on_progress=print), Cluster)
    assert_type((await client.v1.run("a/b", given)).output, JsonValue)
    image = (await client.model("a/b", task="text-to-image").run("A cat.")).output
    assert_type(await image.download(), bytes)


async def streams(client: AsyncBytez) -> None:
    async with client.model("a/b", task="text-generation").stream("Once") as stream:
        assert_type(stream, AsyncTextStream)
        async for text in stream:
            assert_type(text, str)
    assert_type(await stream.read(), str)
    await stream.aclose()
    media = client.model("a/b", task="text-to-image").stream("A cat.")
    assert_type(media, AsyncMediaStream)
    assert_type([chunk async for chunk in media], list[bytes])
    assert_type(client.v1.stream("a/b", "c"), AsyncTextStream)


async def many(client: AsyncBytez, texts: AsyncIterable[str]) -> None:
    model = client.model("openai-community/gpt2", task="text-generation")
    assert_type(model.map(["a"], concurrency=16, ordered=False, on_outcome=print), AsyncOutcomes[str, str])
    async with model.map(texts, params={"top_k": 1}) as outcomes:
        assert_type(outcomes, AsyncOutcomes[str, str])
        async for outcome in outcomes:
            assert_type(outcome, Outcome[str, str])
            if outcome.error is None:
                assert_type(outcome, bytezkit.Success[str, str])
    calls = [("a/b", "c")]
    assert_type(client.map(calls, concurrency=4), AsyncOutcomes[tuple[str, UntypedInput], JsonValue])


async def rejected(client: AsyncBytez) -> None:
    model = client.model("openai-community/gpt2", task="text-generation")
    await model.run(5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    model.run("Once").output  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    await model.stream("Once")  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    [text for text in model.stream("Once")]  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
    client.__enter__()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    [outcome for outcome in model.map(["a"])]  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
    with model.map(["a"]):  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        pass
