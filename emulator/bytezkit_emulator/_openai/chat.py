"""Chat completions."""

from collections.abc import Iterator
from typing import Final

from bytezkit_emulator._common.json import JsonObject, as_object
from bytezkit_emulator._engines import Job
from bytezkit_emulator._openai.answers import Format, with_answer
from bytezkit_emulator._openai.choices import ChoicesRun
from bytezkit_emulator._openai.generation import Generation
from bytezkit_emulator._openai.logprobs import Candidate, candidates, chat_logprobs
from bytezkit_emulator._openai.messages import native_messages
from bytezkit_emulator._openai.text_run import integer
from bytezkit_emulator._openapi.contract import Contract, Task
from bytezkit_models.json_value import JsonValue

_DEFAULT_TASK: Final = "chat"


class ChatCompletionRun(ChoicesRun):
    """A request for a chat completion."""

    limits = ("max_completion_tokens", "max_tokens")
    options = ChoicesRun.options | {"messages"}
    id_prefix = "chatcmpl"
    whole_object = "chat.completion"
    part_object = "chat.completion.chunk"

    def _choice(self, index: int, generation: Generation) -> JsonObject:
        return {
            "index": index,
            "message": _message(generation),
            "logprobs": self._logprobs(self._positions(generation)),
            "finish_reason": generation.finish_reason,
        }

    def _first_parts(self, index: int) -> Iterator[JsonObject]:
        """Yield the part with the role; the examples of the vendor need a text in each part but the last."""
        yield _part(index, {"role": "assistant", "content": ""})

    def _text_part(self, index: int, piece: str, logprobs: JsonValue) -> JsonObject:
        return _part(index, {"content": piece}, logprobs=logprobs)

    def _piece_logprobs(
        self,
        index: int,  # noqa: ARG002  # the base class passes it
        generation: Generation,
    ) -> Iterator[JsonValue]:
        positions = self._positions(generation)
        for at in range(len(generation.pieces)):
            yield self._logprobs(None if positions is None else positions[at : at + 1])

    def _last_parts(self, index: int, generation: Generation) -> Iterator[tuple[int, JsonObject]]:
        for at, call in enumerate(generation.tool_calls):
            head: JsonObject = {"index": at, "id": call.call_id, "type": "function"}
            head["function"] = {"name": call.name, "arguments": ""}
            yield 0, _part(index, {"content": "", "tool_calls": [head]})
            rest: JsonObject = {"index": at, "function": {"arguments": call.arguments}}
            yield 1, _part(index, {"content": "", "tool_calls": [rest]})
        yield 0, _part(index, {}, generation.finish_reason)

    def _task(self, contract: Contract) -> Task:
        own = contract.tasks[self._model.task]
        return own if own.kind == "message" else contract.tasks[_DEFAULT_TASK]

    @property
    def _inputs(self) -> list[JsonObject]:
        return [{"messages": native_messages(self._body["messages"])}]

    def _with_answer(self, job: Job) -> Job:
        form = self._body.get("response_format")
        return with_answer(job, self._body, self._body["messages"], None if form is None else _format(form))

    @property
    def _top(self) -> int:
        """Number of the most likely tokens to list."""
        return integer(self._body.get("top_logprobs")) or 0

    def _positions(self, generation: Generation) -> list[list[Candidate]] | None:
        return candidates(generation, self._top) if self._body.get("logprobs") is True else None

    def _logprobs(self, positions: list[list[Candidate]] | None) -> JsonValue:
        return None if positions is None else chat_logprobs(positions, self._top)


def _format(value: JsonValue) -> Format:
    members = as_object(value)
    schema = as_object(members.get("json_schema") or {}).get("schema")
    where = "body/response_format"
    return Format(
        kind=str(members["type"]), schema=schema, where=where, schema_where=f"{where}/json_schema/schema"
    )


def _message(generation: Generation) -> JsonObject:
    if not generation.tool_calls:
        return {"role": "assistant", "content": generation.text}
    calls: list[JsonValue] = [
        {
            "id": call.call_id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for call in generation.tool_calls
    ]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def _part(
    index: int, delta: JsonObject, finish_reason: str | None = None, *, logprobs: JsonValue = None
) -> JsonObject:
    return {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish_reason}
