"""Invariants of runs and streams."""

from typing import Final

import pytest

from bytezkit_contract._server import Server

TEXT: Final = "Once upon a time"
# Without sampling most models return the same output for the same input, which the tests compare.
DETERMINISTIC_PARAMS: Final[dict[str, object]] = {"max_new_tokens": 8, "do_sample": False}
# Offset and value of the first bytes that identify a file type.
SIGNATURES: Final = {
    "image/png": (0, b"\x89PNG\r\n\x1a\n"),
    "audio/wav": (8, b"WAVE"),
    "video/mp4": (4, b"ftyp"),
}


def test_a_text_generation_model_returns_a_text(server: Server) -> None:
    response = server.run({"text": TEXT, "params": DETERMINISTIC_PARAMS}).expect(200)
    is_text = isinstance(response.output, str) and bool(response.output)
    response.require(is_text, "output is not a non-empty string")


def test_the_input_may_be_named_text_or_input(server: Server) -> None:
    by_text = server.run({"text": TEXT, "params": DETERMINISTIC_PARAMS}).expect(200)
    by_input = server.run({"input": TEXT, "params": DETERMINISTIC_PARAMS}).expect(200)
    if server.run({"text": TEXT, "params": DETERMINISTIC_PARAMS}).expect(200).output != by_text.output:
        pytest.skip("the model returns different outputs for the same input")
    by_input.require(by_input.output == by_text.output, "output differs from the output for the member text")


def test_a_stream_is_plain_text_and_equals_the_end_of_the_output(server: Server) -> None:
    body: dict[str, object] = {"text": TEXT, "params": DETERMINISTIC_PARAMS}
    stream = server.run({**body, "stream": True}).expect(200)
    stream.require(
        stream.media_type == "text/plain", f"the media type is {stream.media_type}: expected text/plain"
    )
    stream.require(bool(stream.text), "the stream is empty")
    first, second = server.run(body).expect(200), server.run(body).expect(200)
    if first.output == second.output:
        # Only the end, since some servers omit the prompt in a stream.
        is_end = isinstance(first.output, str) and first.output.endswith(stream.text)
        stream.require(is_end, "the stream does not equal the end of the output of a run")


def test_a_rejected_stream_has_a_status_and_an_error_message(server: Server) -> None:
    path = "/models/v2/bytezkit-contract/no-such-model"
    response = server.send("POST", path, json={"text": TEXT, "stream": True})
    response.expect_error(404, when="for a stream of an unknown model")


@pytest.mark.parametrize("task", ["text-to-image", "text-to-speech", "text-to-video"])
def test_media_are_returned_as_a_url_or_a_file(task: str, server: Server) -> None:
    models = server.send("GET", f"/models/v2/list/models?task={task}").expect(200)
    names = models.strings_of(models.output, "modelId")
    if not names:
        pytest.skip(f"the catalog has no model for {task}")
    path = f"/models/v2/{names[0]}"
    link = server.send("POST", path, json={"text": "A cat"}).expect(200)
    link.require(isinstance(link.output, str), "output is not a URL")
    file = server.send("POST", path, json={"text": "A cat", "json": False}).expect(200)
    file.require(
        file.media_type in SIGNATURES,
        f"the media type is {file.media_type}: expected one of {', '.join(SIGNATURES)}",
    )
    offset, signature = SIGNATURES[file.media_type]
    found = file.content[offset : offset + len(signature)]
    file.require(
        found == signature, f"the file begins with {file.content[:12]!r}, which is not {file.media_type}"
    )
