"""Correct and wrong uses that only the asynchronous client has."""
# ruff: noqa: B018, C416 - statements without effect are under test

from collections.abc import AsyncIterable
from typing import assert_type

from bytezkit import AsyncBytez, AsyncOutcomes


async def accepted(client: AsyncBytez, texts: AsyncIterable[str]) -> None:
    gpt2 = client.model("openai-community/gpt2", task="text-generation")
    assert_type(gpt2.map(texts, params={"top_k": 1}), AsyncOutcomes[str, str])
    await gpt2.stream("Once").aclose()
    await client.aclose()


async def rejected(client: AsyncBytez) -> None:
    model = client.model("openai-community/gpt2", task="text-generation")
    model.run("Once").output  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    await model.stream("Once")  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    [text for text in model.stream("Once")]  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
    client.__enter__()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    [outcome for outcome in model.map(["a"])]  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
    with model.map(["a"]):  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        pass
    await client.v1.stream("a/b", "c")  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    client.v1.run("a/b", "c").media  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
