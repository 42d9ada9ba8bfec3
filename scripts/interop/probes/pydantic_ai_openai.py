"""Probe of the package `pydantic-ai` with its models for OpenAI's API; its calls are asynchronous inside."""

import os
from typing import Any

from pydantic import BaseModel
from pydantic_ai import Agent, BinaryContent, Embedder, ImageUrl, NativeOutput
from pydantic_ai.embeddings.openai import OpenAIEmbeddingModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

from scripts.interop.probes.openai_report import (
    BASE_URL,
    CLOSED_MODEL,
    EMBEDDING_MODEL,
    QUESTION,
    REASONING_MODEL,
    run_example,
)
from scripts.interop.probes.report import (
    CHAT_MODEL,
    IMAGE_URL,
    KEY,
    NOT_OFFERED,
    PNG,
    UNKNOWN_ERROR,
    UNKNOWN_MODEL,
    VISION_MODEL,
    WORKS,
    Outcome,
    expect,
    raised,
    report,
)

os.environ["BYTEZ_KEY"] = KEY
PROVIDER = OpenAIProvider(base_url=BASE_URL, api_key=KEY)
FIVE_TOKENS: Any = {"max_tokens": 5}


class Place(BaseModel):
    """The value that the model returns."""

    city: str


def agent(model: str, **arguments: Any) -> Any:
    """Return an agent with a chat model."""
    return Agent(OpenAIChatModel(model, provider=PROVIDER), **arguments)


def streamed(used: Any) -> tuple[str, int]:
    """Return text and tokens of a streamed run."""
    result = used.run_stream_sync("Hello", model_settings=FIVE_TOKENS)
    return "".join(result.stream_text(delta=True)), result.usage().output_tokens


def try_chat() -> Outcome:
    """Compare a plain and a streamed run, and run the example of the guide."""
    run_example("pydantic-ai")
    answer = agent(CHAT_MODEL).run_sync("Hello", model_settings=FIVE_TOKENS)
    expect(answer.response.finish_reason, "length")
    expect(streamed(agent(CHAT_MODEL))[0], answer.output)
    return WORKS


def try_usage() -> Outcome:
    """Compare the usage of a plain and a streamed run; the package asks for it."""
    expect(streamed(agent(CHAT_MODEL))[1], 5)
    return WORKS


def try_tools() -> Outcome:
    """Let the model call a tool; the run goes on with its result."""
    cities = []

    def temperature(city: str) -> int:
        """Return the temperature of a city."""
        cities.append(city)
        return 20

    answer = agent(CLOSED_MODEL, tools=[temperature]).run_sync(QUESTION, model_settings=FIVE_TOKENS)
    expect((len(cities), len(answer.output.split())), (1, 5))
    return WORKS


def try_structured() -> Outcome:
    """Ask for a value of a schema, by a tool and by the format of the response."""
    for form in (Place, NativeOutput(Place)):
        value = agent(CLOSED_MODEL, output_type=form).run_sync(QUESTION).output
        expect(type(value), Place)
    return WORKS


def try_images() -> Outcome:
    """Ask about the URL and the data of an image."""
    for image in (ImageUrl(IMAGE_URL), BinaryContent(PNG, media_type="image/png")):
        answer = agent(VISION_MODEL).run_sync(["What is it?", image], model_settings=FIVE_TOKENS)
        expect(len(answer.output.split()), 5)
    return WORKS


def try_responses() -> Outcome:
    """Create a response, plain and streamed, and let the model call a tool."""
    used: Any = Agent(OpenAIResponsesModel(REASONING_MODEL, provider=PROVIDER))
    answer = used.run_sync("Hello", model_settings=FIVE_TOKENS)
    expect(len(answer.output.split()), 5)
    expect(streamed(used)[0], answer.output)
    typed: Any = Agent(OpenAIResponsesModel(REASONING_MODEL, provider=PROVIDER), output_type=Place)
    expect(type(typed.run_sync(QUESTION).output), Place)
    return WORKS


def try_embeddings() -> Outcome:
    """Embed one and several texts."""
    embedder = Embedder(OpenAIEmbeddingModel(EMBEDDING_MODEL, provider=PROVIDER))
    one = embedder.embed_query_sync("Once").embeddings
    several = embedder.embed_documents_sync(["Once", "Twice"]).embeddings
    expect((len(several), several[0]), (2, one[0]))
    return WORKS


def try_errors() -> Outcome:
    """Send a wrong key, and ask for an unknown model."""
    provider = OpenAIProvider(base_url=BASE_URL, api_key="wrong")
    wrong: Any = raised(lambda: Agent(OpenAIChatModel(CHAT_MODEL, provider=provider)).run_sync("Hello"))
    expect((wrong.status_code, "Unauthorized" in str(wrong)), (401, True))
    unknown: Any = raised(lambda: agent(UNKNOWN_MODEL).run_sync("Hello"))
    expect((unknown.status_code, UNKNOWN_ERROR in str(unknown)), (404, True))
    return WORKS


report(
    {
        "chat": try_chat,
        "usage": try_usage,
        "tools": try_tools,
        "structured": try_structured,
        "images": try_images,
        "completions": lambda: NOT_OFFERED,
        "responses": try_responses,
        "embeddings": try_embeddings,
        "models": lambda: NOT_OFFERED,
        "errors": try_errors,
    }
)
