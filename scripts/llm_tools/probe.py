"""Call operations through a tool as a language model would, and print an output for each.

python probe.py TOOL DOCUMENT URL KEY
"""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

TOOL, DOCUMENT, URL, KEY = sys.argv[1:]
GPT2 = {"org": "openai-community", "name": "gpt2"}
HELLO = {"messages": [{"role": "user", "content": "Hello"}]}
# Operations with path parameters and body.
CALLS: list[tuple[str, dict[str, str], dict[str, Any]]] = [
    ("createClusterV2", GPT2, {"capacity": {"min": 0, "desired": 1, "max": 1}}),
    ("readClusterV2", GPT2, {}),
    ("runTextGeneration", GPT2, {"text": "Once upon a time", "params": {"max_new_tokens": 3}}),
    ("runChat", {"org": "Qwen", "name": "Qwen3-4B"}, HELLO),
]


def fastmcp() -> Callable[..., Any]:
    """Return a function that calls an operation as a tool of an MCP server."""
    import httpx2  # noqa: PLC0415
    from fastmcp import Client, FastMCP  # noqa: PLC0415

    document = json.loads(Path(DOCUMENT).read_text())

    async def call(name: str, path: dict[str, str], body: dict[str, Any]) -> Any:
        http = httpx2.AsyncClient(base_url=URL, headers={"Authorization": f"Key {KEY}"})
        async with Client(FastMCP.from_openapi(document, client=http)) as client:
            return (await client.call_tool(name, {**path, **body})).structured_content

    return lambda *arguments: asyncio.run(call(*arguments))


def langchain() -> Callable[..., Any]:
    """Return a function that calls an operation as an OpenAI function of LangChain."""
    from langchain_classic.chains.openai_functions.openapi import openapi_spec_to_openai_fn  # noqa: PLC0415
    from langchain_community.utilities.openapi import OpenAPISpec  # noqa: PLC0415

    _, call_api = openapi_spec_to_openai_fn(OpenAPISpec.from_file(DOCUMENT))

    def call(name: str, path: dict[str, str], body: dict[str, Any]) -> Any:
        arguments = {"path_params": path, **({"json": body} if body else {})}
        return call_api(name, arguments, headers={"Authorization": f"Key {KEY}"}).json()

    return call


def openapi_llm() -> Callable[..., Any]:
    """Return a function that calls an operation from the response of a chat completion."""
    from openapi_llm.client.config import create_client_config  # noqa: PLC0415
    from openapi_llm.client.openapi import OpenAPIClient  # noqa: PLC0415
    from openapi_llm.utils import send_request  # noqa: PLC0415

    def send(request: dict[str, Any]) -> dict[str, Any]:
        # openapi-llm copies the path parameters into the body, where the contract does not accept them.
        body = {name: it for name, it in (request["json"] or {}).items() if name not in GPT2}
        response: dict[str, Any] = send_request({**request, "json": body or None})
        return response

    config = create_client_config(DOCUMENT, credentials=f"Key {KEY}", request_sender=send)
    client = OpenAPIClient(config)

    def call(name: str, path: dict[str, str], body: dict[str, Any]) -> Any:
        function = {"name": name, "arguments": json.dumps({**path, **body})}
        tool_call = {"id": "1", "type": "function", "function": function}
        return client.invoke({"choices": [{"message": {"tool_calls": [tool_call]}}]})

    return call


tool = {"fastmcp": fastmcp, "langchain": langchain, "openapi-llm": openapi_llm}[TOOL]()
for operation, path, body in CALLS:
    print(json.dumps({operation: tool(operation, path, body)["output"]}))
