"""The typed events of a streamed response, in the order in which OpenAI's clients read them."""

from collections.abc import Iterator
from itertools import count
from typing import Final

from bytezkit_emulator._common.json import JsonObject, as_object
from bytezkit_emulator._openai.text_run import Event, event
from bytezkit_models.json_value import JsonValue


class ResponseEvents:
    """Numbers the events, and counts the tokens before each.

    Args:
        pieces: The pieces of the text.
        logprobs: Their log probabilities; empty if the request does not ask for them.
    """

    def __init__(self, pieces: tuple[str, ...], logprobs: list[JsonValue]) -> None:
        self._pieces: Final = pieces
        self._logprobs: Final = logprobs
        self._numbers = count()
        self._indexes = count()
        self._tokens = 0

    def event(self, name: str, /, **members: JsonValue) -> Event:
        """Return the next event."""
        data: JsonObject = {"type": name, "sequence_number": next(self._numbers), **members}
        return self._tokens, event(data, name)

    def item(self, item: JsonObject) -> Iterator[Event]:
        """Yield the events of an item of the output."""
        index = next(self._indexes)
        place: JsonObject = {"item_id": item["id"], "output_index": index}
        match item["type"]:
            case "message":
                empty: JsonObject = {"content": []}
                parts = self._message(item, place)
            case "reasoning":
                empty = {"summary": []}
                parts = self._reasoning(item, place)
            case _:
                empty = {"arguments": ""}
                parts = self._function_call(item, place)
        started = item | empty
        if "status" in item:
            started["status"] = "in_progress"
        yield self.event("response.output_item.added", output_index=index, item=started)
        yield from parts
        yield self.event("response.output_item.done", output_index=index, item=item)

    def _message(self, item: JsonObject, place: JsonObject) -> Iterator[Event]:
        [content] = _objects(item["content"])
        place = {**place, "content_index": 0}
        empty: JsonObject = {**content, "text": "", "logprobs": []}
        yield self.event("response.content_part.added", **place, part=empty)
        for at, piece in enumerate(self._pieces):
            self._tokens += 1
            logprobs = self._logprobs[at : at + 1]
            yield self.event("response.output_text.delta", **place, delta=piece, logprobs=logprobs)
        yield self.event(
            "response.output_text.done", **place, text=content["text"], logprobs=content["logprobs"]
        )
        yield self.event("response.content_part.done", **place, part=content)

    def _reasoning(self, item: JsonObject, place: JsonObject) -> Iterator[Event]:
        [summary] = _objects(item["summary"])
        place = {**place, "summary_index": 0}
        text = summary["text"]
        empty: JsonObject = {**summary, "text": ""}
        yield self.event("response.reasoning_summary_part.added", **place, part=empty)
        yield self.event("response.reasoning_summary_text.delta", **place, delta=text)
        yield self.event("response.reasoning_summary_text.done", **place, text=text)
        yield self.event("response.reasoning_summary_part.done", **place, part=summary)

    def _function_call(self, item: JsonObject, place: JsonObject) -> Iterator[Event]:
        arguments = item["arguments"]
        yield self.event("response.function_call_arguments.delta", **place, delta=arguments)
        self._tokens += 1
        yield self.event(
            "response.function_call_arguments.done", **place, name=item["name"], arguments=arguments
        )


def _objects(value: JsonValue) -> list[JsonObject]:
    return [as_object(it) for it in value] if isinstance(value, list) else []
