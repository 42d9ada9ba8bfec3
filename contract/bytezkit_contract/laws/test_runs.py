"""What a model answers, whole and as a stream."""

from typing import Final

import pytest

from bytezkit_contract._server import Server

TEXT: Final = "Once upon a time"
# As far as a model can be told to answer the same again.
SAME: Final[dict[str, object]] = {"max_new_tokens": 8, "do_sample": False}
SIGNATURES: Final = {
    "image/png": (0, b"\x89PNG\r\n\x1a\n"),
    "audio/wav": (8, b"WAVE"),
    "video/mp4": (4, b"ftyp"),
}


def test_a_text_is_answered_by_a_text(server: Server) -> None:
    answer = server.run({"text": TEXT, "params": SAME}).expect(200)
    answer.require(isinstance(answer.output, str) and bool(answer.output), "its output is no text")


def test_the_input_goes_by_its_own_name_and_as_input(server: Server) -> None:
    named = server.run({"text": TEXT, "params": SAME}).expect(200)
    short = server.run({"input": TEXT, "params": SAME}).expect(200)
    if server.run({"text": TEXT, "params": SAME}).expect(200).output != named.output:
        pytest.skip("the model answers differently each time")
    short.require(short.output == named.output, "the output is another than for the same text as text")


def test_a_stream_is_plain_text_and_the_end_of_the_whole_answer(server: Server) -> None:
    body: dict[str, object] = {"text": TEXT, "params": SAME}
    stream = server.run({**body, "stream": True}).expect(200)
    stream.require(stream.media_type == "text/plain", f"a stream of text has the type {stream.media_type}")
    stream.require(bool(stream.text), "the stream is empty")
    first, second = server.run(body).expect(200), server.run(body).expect(200)
    if first.output == second.output:
        # Some servers repeat the prompt in a stream and some do not.
        is_end = isinstance(first.output, str) and first.output.endswith(stream.text)
        stream.require(is_end, "the stream is no end of the whole answer")


def test_a_stream_that_is_refused_has_a_status_and_a_text(server: Server) -> None:
    path = "/models/v2/bytezkit-contract/no-such-model"
    server.send("POST", path, json={"text": TEXT, "stream": True}).refused(404, when="before a stream")


@pytest.mark.parametrize("task", ["text-to-image", "text-to-speech", "text-to-video"])
def test_media_come_as_a_url_or_as_a_file_that_opens(task: str, server: Server) -> None:
    models = server.send("GET", f"/models/v2/list/models?task={task}").expect(200)
    names = models.texts_of(models.output, "modelId")
    if not names:
        pytest.skip(f"there is no model of {task}")
    path = f"/models/v2/{names[0]}"
    link = server.send("POST", path, json={"text": "A cat"}).expect(200)
    link.require(isinstance(link.output, str), "its output is no URL")
    file = server.send("POST", path, json={"text": "A cat", "json": False}).expect(200)
    file.require(file.media_type in SIGNATURES, f"the file has the type {file.media_type}")
    offset, signature = SIGNATURES[file.media_type]
    found = file.content[offset : offset + len(signature)]
    file.require(
        found == signature, f"the file is no {file.media_type} but begins with {file.content[:12]!r}"
    )
