"""Published clients of OpenAI's API and their expected outcomes."""

from typing import Final

from scripts.interop.client import ClientGroup, ExpectedOutcome, PublishedClient

_CAPABILITIES: Final = {
    "chat": "A question returns a text. The concatenated stream equals it, with one id, and ends with the "
    "reason. The example of [the guide](guides/openai.md) runs, if it has one for the client.",
    "usage": "A stream with `stream_options.include_usage` reports the tokens of the run.",
    "tools": "The model calls a tool if it must, may, or must call this tool, and answers with text after "
    "the result of the tool.",
    "structured": "A response with a JSON schema satisfies it; with `json_object`, it is a JSON object.",
    "images": "Questions with the URL and the data of an image return a text.",
    "completions": "A prompt returns a text, plain and streamed; a list of prompts returns a text for each.",
    "responses": "A response, plain and streamed, has the same text, and a summary of the reasoning. Tools "
    "are called, in each form that the client sends.",
    "embeddings": "One and several texts return vectors, as numbers and in base64.",
    "models": "The list contains a model, and its id retrieves it.",
    "errors": "A wrong key and an unknown model raise the errors of status 401 and 404.",
}
_KEYS: Final = {"--keys interop-key": "The probe sends a wrong key too."}
_BOTH: Final = "synchronously and asynchronously"

_NO_LIST: Final = ExpectedOutcome("not offered", "The package has no lists of models.")
_ONLY_VALUES: Final = ExpectedOutcome("not offered", "The package returns values of a schema.")
_NO_COMPLETIONS: Final = ExpectedOutcome("not offered", "The package has no completions of prompts.")
_NO_RESPONSES: Final = ExpectedOutcome("not offered", "The package uses chat completions for this API.")

_OPENAI_PYTHON: Final = tuple(
    PublishedClient(
        name="openai",
        version=version,
        runtime="Python",
        probe="openai_python",
        host=f"`base_url`, {_BOTH}",
        options=_KEYS,
    )
    for version in ("3.57.0", "2.20.0")
)
OPENAI_GROUP: Final = ClientGroup(
    title="Clients of OpenAI's API",
    capabilities=_CAPABILITIES,
    clients=(
        *_OPENAI_PYTHON,
        PublishedClient(
            name="openai",
            version="7.59.0",
            runtime="Node",
            probe="openai_node",
            host="`baseURL`",
            options=_KEYS,
        ),
        PublishedClient(
            name="langchain-openai",
            version="1.7.4",
            runtime="Python",
            probe="langchain_openai_chat",
            host=f"`base_url`, {_BOTH}",
            options=_KEYS,
            exceptions={"models": _NO_LIST},
        ),
        PublishedClient(
            name="@langchain/openai",
            version="1.5.8",
            runtime="Node",
            probe="langchain_openai_js",
            host="`configuration.baseURL`",
            options=_KEYS,
            exceptions={"models": _NO_LIST},
        ),
        PublishedClient(
            name="instructor",
            version="1.17.0",
            runtime="Python",
            probe="instructor_openai",
            host=f"`base_url` of the package `openai`, {_BOTH}. The probe uses the modes `TOOLS`, "
            "`JSON_SCHEMA` and `RESPONSES_TOOLS`; the modes `JSON` and `MD_JSON` describe the schema in a "
            "message, which only a real model understands",
            options=_KEYS,
            exceptions=dict.fromkeys(
                ("chat", "usage", "images", "completions", "embeddings", "models"), _ONLY_VALUES
            ),
        ),
        PublishedClient(
            name="litellm",
            version="1.110.2",
            runtime="Python",
            probe="litellm_openai",
            host=f"`api_base` with the provider `openai/`, {_BOTH}",
            options=_KEYS,
            exceptions={"models": _NO_LIST},
        ),
        PublishedClient(
            name="pydantic-ai-slim[openai]",
            version="2.68.0",
            runtime="Python",
            probe="pydantic_ai_openai",
            host="`base_url` of `OpenAIProvider`",
            options=_KEYS,
            exceptions={"completions": _NO_COMPLETIONS, "models": _NO_LIST},
        ),
        PublishedClient(
            name="llm",
            version="0.36",
            runtime="Python",
            probe="llm_openai",
            host=f"`api_base` of a model, {_BOTH}",
            options=_KEYS,
            exceptions={
                "responses": _NO_RESPONSES,
                "embeddings": ExpectedOutcome(
                    "not offered", "The models for embeddings of the package are OpenAI's own."
                ),
                "models": _NO_LIST,
            },
        ),
        PublishedClient(
            name="ai",
            version="6.0.326",
            runtime="Node",
            probe="ai_sdk",
            host="`baseURL` of `@ai-sdk/openai-compatible` 2.0.92, which downloads images and sends their "
            "data",
            requires=("@ai-sdk/openai-compatible@2.0.92",),
            options=_KEYS,
            exceptions={"responses": _NO_RESPONSES, "models": _NO_LIST},
        ),
    ),
)
