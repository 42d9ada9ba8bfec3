"""Responses."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._common.json import JsonObject, as_object
from bytezkit_emulator._engines import Job
from bytezkit_emulator._engines.random_words import random_words
from bytezkit_emulator._openai.answers import Format, with_answer
from bytezkit_emulator._openai.generation import Generation
from bytezkit_emulator._openai.logprobs import candidates, chat_logprobs
from bytezkit_emulator._openai.messages import native_messages
from bytezkit_emulator._openai.response_events import ResponseEvents
from bytezkit_emulator._openai.text_run import Event, TextRun, integer
from bytezkit_emulator._openapi.contract import Contract
from bytezkit_models.json_value import JsonValue

# Providers whose models the operation runs, and the one whose models call no tools here (vendor's
# documentation, March 2026).
_PROVIDERS: Final = ("anthropic", "openai")
_WITHOUT_TOOLS: Final = "anthropic"
_TASK: Final = "chat"
_SUMMARY_WORDS: Final = 8
_INCLUDES_LOGPROBS: Final = "message.output_text.logprobs"


class ResponseRun(TextRun):
    """A request for a response."""

    limits = ("max_output_tokens",)
    options = TextRun.options | {"input", "instructions", "reasoning", "text", "include", "top_logprobs"}

    def whole(self, generations: list[Generation], now: datetime) -> JsonObject:
        """Return the response."""
        [generation] = generations
        return {
            **self._envelope(generation, now),
            # Also at the limit of tokens: the vendor documents no other end of a stream.
            "status": "completed",
            "output": list[JsonValue](self._items(generation)),
            "output_text": generation.text,
            "usage": self._usage(generation),
        }

    def events(self, generations: list[Generation], now: datetime) -> Iterator[Event]:
        """Yield the typed events."""
        [generation] = generations
        started: JsonObject = {
            **self._envelope(generation, now),
            "status": "in_progress",
            "output": [],
            "usage": None,
        }
        stream = ResponseEvents(generation.pieces, self._logprobs(generation))
        yield stream.event("response.created", response=started)
        yield stream.event("response.in_progress", response=started)
        for item in self._items(generation):
            yield from stream.item(item)
        yield stream.event("response.completed", response=self.whole(generations, now))

    def _check_model(self) -> None:
        super()._check_model()
        if self._model.provider not in _PROVIDERS:
            providers = " and ".join(_PROVIDERS)
            raise HttpError(422, f"body/model: expected a closed-source model of {providers}")
        if self._model.provider == _WITHOUT_TOOLS and self._body.get("tools"):
            raise HttpError(422, f"body/tools: models of {_WITHOUT_TOOLS} do not support tools here")

    def _make_jobs(self, contract: Contract) -> Iterator[Job]:
        value = self._body["input"]
        items: list[JsonValue] = value if isinstance(value, list) else [{"role": "user", "content": value}]
        instructions = self._body.get("instructions")
        system: list[JsonValue] = (
            [] if instructions is None else [{"role": "system", "content": instructions}]
        )
        messages = native_messages([*system, *(_message(as_object(it)) for it in items)])
        job = self._job(contract.tasks[_TASK], {"messages": messages})
        form = as_object(self._body.get("text") or {}).get("format")
        yield with_answer(job, self._body, items, None if form is None else _format(as_object(form)))

    def _items(self, generation: Generation) -> list[JsonObject]:
        name = generation.seed[:12].hex()
        items: list[JsonObject] = []
        summary = self._summary(generation)
        if summary is not None:
            parts: list[JsonValue] = [{"type": "summary_text", "text": summary}]
            items.append({"id": f"rs_{name}", "type": "reasoning", "summary": parts})
        items.extend(
            {
                "id": f"fc_{name}_{index}",
                "type": "function_call",
                "status": "completed",
                "call_id": call.call_id,
                "name": call.name,
                "arguments": call.arguments,
            }
            for index, call in enumerate(generation.tool_calls)
        )
        if not generation.tool_calls:
            content: list[JsonValue] = [
                {
                    "type": "output_text",
                    "text": generation.text,
                    "annotations": [],
                    "logprobs": list[JsonValue](self._logprobs(generation)),
                }
            ]
            items.append(
                {
                    "id": f"msg_{name}",
                    "type": "message",
                    "role": "assistant",
                    "status": "completed",
                    "content": content,
                }
            )
        return items

    def _summary(self, generation: Generation) -> str | None:
        """Return the summary of the reasoning, if the request asks for it."""
        reasoning = as_object(self._body.get("reasoning") or {})
        if reasoning.get("summary") in (None, "none"):
            return None
        return " ".join(islice(random_words(generation.seed + b"reasoning"), _SUMMARY_WORDS))

    def _logprobs(self, generation: Generation) -> list[JsonValue]:
        include = self._body.get("include")
        top = integer(self._body.get("top_logprobs"))
        if top is None and not (isinstance(include, list) and _INCLUDES_LOGPROBS in include):
            return []
        content = chat_logprobs(candidates(generation, top or 0), top or 0)["content"]
        return content if isinstance(content, list) else []

    def _envelope(self, generation: Generation, now: datetime) -> JsonObject:
        created = int(now.timestamp())
        return {
            "id": f"resp_{generation.seed[:12].hex()}",
            "object": "response",
            # The vendor documents one name, and OpenAI's clients read the other.
            "created": created,
            "created_at": created,
            "model": self._model.model_id,
            "error": None,
            "incomplete_details": None,
            "instructions": self._body.get("instructions"),
            "metadata": self._body.get("metadata"),
            "parallel_tool_calls": self._body.get("parallel_tool_calls") is not False,
            "temperature": self._body.get("temperature"),
            "tool_choice": self._body.get("tool_choice") or "auto",
            "tools": [_flat_tool(as_object(it)) for it in _list(self._body.get("tools"))],
            "top_p": self._body.get("top_p"),
        }

    def _usage(self, generation: Generation) -> JsonObject:
        reasoning = _SUMMARY_WORDS if self._summary(generation) is not None else 0
        output = generation.tokens + reasoning
        return {
            "input_tokens": self._input_tokens,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": output,
            "output_tokens_details": {"reasoning_tokens": reasoning},
            "total_tokens": self._input_tokens + output,
        }


def _format(members: JsonObject) -> Format:
    where = "body/text/format"
    return Format(
        kind=str(members["type"]), schema=members.get("schema"), where=where, schema_where=f"{where}/schema"
    )


def _message(item: JsonObject) -> JsonValue:
    """Return an item of the input as a message of a chat completion."""
    match item.get("type", "message"):
        case "function_call":
            function: JsonObject = {"name": item.get("name"), "arguments": item.get("arguments")}
            call: JsonObject = {"id": item.get("call_id"), "type": "function", "function": function}
            return {"role": "assistant", "tool_calls": [call]}
        case "function_call_output":
            return {"role": "tool", "tool_call_id": item.get("call_id"), "content": item.get("output")}
        case "reasoning":
            return {"role": "assistant", "content": item.get("summary")}
        case _:
            return {"role": item.get("role", "user"), "content": item.get("content")}


def _flat_tool(tool: JsonObject) -> JsonValue:
    """Return a tool as OpenAI's clients expect it, whose function is not nested."""
    function = tool.get("function")
    if not isinstance(function, dict):
        return tool
    rest = {name: value for name, value in tool.items() if name != "function"}
    return {"strict": None, **rest, **function}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
