"""Streams that are not what was asked for."""

from collections.abc import Callable, Mapping
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from bytezkit_emulator._common.http_types import JSON, Chunks, Reply
from bytezkit_emulator._engines import MediaOutput, Output
from bytezkit_emulator._media import Media
from bytezkit_emulator._model.instance import Inference
from bytezkit_emulator._model.world import Call
from bytezkit_emulator._service import inference as _serving
from bytezkit_emulator._service import run as _run
from bytezkit_emulator._service import run_body as _run_request
from bytezkit_emulator._service import service as _service
from bytezkit_emulator._service import v1_run as _older_run
from bytezkit_emulator._service.run_body import RunRequest
from tests.mutants.mutant import Change, fault, together

_text_chunks = _serving._text_chunks
_media_reply = _run._media_reply
_text_stream = _serving.text_stream


def _pieces(change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Change:
    """Change the pieces of every stream of text."""

    def chunks(world: Any, inference: Any, output: Output) -> Chunks:
        return _text_chunks(world, inference, replace(output, pieces=change(output.pieces)))

    return patch.object(_serving, "_text_chunks", chunks)


def _text_reply(change: Callable[[Reply], Reply]) -> Change:
    """Change the answer that is a stream of text."""

    def text_stream(*args: Any) -> Reply:
        return change(_text_stream(*args))

    return together(
        patch.object(_run, "text_stream", text_stream), patch.object(_older_run, "text_stream", text_stream)
    )


@fault("streaming", "A stream of text lacks its last piece.")
def last_piece_lost() -> Change:
    return _pieces(lambda pieces: pieces[:-1])


@fault("streaming", "A stream of text has its first piece twice.")
def first_piece_twice() -> Change:
    return _pieces(lambda pieces: pieces[:1] + pieces)


@fault("streaming", "The pieces of a text come in sorted order.")
def pieces_sorted() -> Change:
    return _pieces(lambda pieces: tuple(sorted(pieces)))


@fault("streaming", "A stream ends with the sentinel of another protocol.")
def done_at_the_end() -> Change:
    return _pieces(lambda pieces: (*pieces, "[DONE]"))


@fault("streaming", "A stream of text comes as server-sent events.")
def server_sent_events() -> Change:
    return _pieces(lambda pieces: tuple(f"data: {piece}\n\n" for piece in pieces))


@fault("streaming", "The whole text comes in one piece, at its end.")
def one_piece_at_the_end() -> Change:
    def chunks(world: Any, inference: Any, output: Output) -> Chunks:
        text = b""
        for chunk in _text_chunks(world, inference, output):
            if isinstance(chunk, bytes):
                text += chunk
            else:
                yield chunk
        yield text

    return patch.object(_serving, "_text_chunks", chunks)


@fault("streaming", "The pieces of a text do not wait for their time.")
def pieces_at_once() -> Change:
    def chunks(world: Any, inference: Any, output: Output) -> Chunks:
        for piece in output.pieces:
            yield piece.encode()

    return patch.object(_serving, "_text_chunks", chunks)


@fault("streaming", "A stream of text says that it is an event stream.")
def text_as_event_stream() -> Change:
    event_stream = {"content-type": "text/event-stream; charset=utf-8"}
    return _text_reply(lambda reply: replace(reply, headers={**reply.headers, **event_stream}))


@fault("streaming", "A stream of text names no charset.")
def text_without_charset() -> Change:
    return _text_reply(lambda reply: replace(reply, headers={**reply.headers, "content-type": "text/plain"}))


@fault("streaming", "A stream that is left keeps its instance busy.")
def left_stream_stays() -> Change:
    submit = _serving.submit

    def submit_for_good(world: Any, call: Call, *args: Any, run: RunRequest, **rest: Any) -> Inference:
        kept = replace(call, cleanup=[]) if run.wants_stream else call
        return submit(world, kept, *args, run=run, **rest)

    return together(
        patch.object(_run, "submit", submit_for_good), patch.object(_older_run, "submit", submit_for_good)
    )


@fault("streaming", "A refused stream has the content type of any other refusal.")
def refused_stream_as_json() -> Change:
    return patch.object(_service, "JSON_FOR_STREAMS", JSON)


@fault("streaming", "A refused stream says that it is text.")
def refused_stream_as_text() -> Change:
    return patch.object(_service, "JSON_FOR_STREAMS", "text/plain; charset=utf-8")


@fault("streaming", "`stream` inside `params` is not read.")
def stream_in_params_lost() -> Change:
    def lift(body: Any) -> Any:
        lifted = _run_request.hoist_stream(body)
        if isinstance(body, dict) and isinstance(lifted, dict) and lifted is not body:
            return {name: value for name, value in lifted.items() if name != "stream" or name in body}
        return lifted

    return patch.object(_service, "hoist_stream", lift)


@fault("streaming", "Of two `stream`, the one inside `params` wins.")
def stream_in_params_wins() -> Change:
    def lift(body: Any) -> Any:
        lifted = _run_request.hoist_stream(body)
        return lifted if lifted is body else {**lifted, "stream": body["params"]["stream"]}  # type: ignore[dict-item]  # it was lifted from there

    return patch.object(_service, "hoist_stream", lift)


@fault("streaming", "`json: false` alone does not bring the bytes of a file.")
def json_false_ignored() -> Change:
    def reply(
        world: Any, call: Any, run: RunRequest, output: MediaOutput, headers: Mapping[str, str]
    ) -> Reply:
        return _media_reply(world, call, replace(run, wants_json=True), output, headers)

    return patch.object(_run, "_media_reply", reply)


@fault("streaming", "`stream: true` alone does not bring the bytes of a file.")
def media_stream_ignored() -> Change:
    def reply(
        world: Any, call: Any, run: RunRequest, output: MediaOutput, headers: Mapping[str, str]
    ) -> Reply:
        return _media_reply(world, call, replace(run, wants_stream=False), output, headers)

    return patch.object(_run, "_media_reply", reply)


@fault("streaming", "A task that streams nothing is streamed as text.")
def everything_streams() -> Change:
    def streams_text(run: RunRequest, output: Output | MediaOutput) -> bool:
        return isinstance(output, Output) and run.wants_stream

    return patch.object(_run, "streams_text", streams_text)


@fault("streaming", "The bytes of a file lack the last one.")
def media_cut() -> Change:
    def parts(media: Media) -> Chunks:
        yield media.content[:-1]

    return patch.object(_run, "_media_chunks", parts)


@fault("streaming", "A text without new words ends when its run begins.", knows_oracle=True)
def empty_text_at_once() -> Change:
    chunks = _serving._text_chunks

    def chunks_or_none(world: Any, inference: Inference, output: Output) -> Chunks:
        if output.pieces:
            yield from chunks(world, inference, output)

    return patch.object(_serving, "_text_chunks", chunks_or_none)
