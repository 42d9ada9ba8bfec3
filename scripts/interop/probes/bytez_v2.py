"""Probe of the Python client `bytez` since 1.0.10, which uses v2 without clusters."""

import json

from bytez import Bytez

from scripts.interop.probes.report import (
    CHAT_MODEL,
    FIVE_WORDS,
    IMAGE_MODEL,
    KEY,
    MESSAGES,
    PNG,
    PROMPT,
    TEXT_MODEL,
    UNKNOWN_ERROR,
    UNKNOWN_MODEL,
    WORKS,
    Outcome,
    client_fault,
    download,
    expect,
    expect_five_words,
    not_offered,
    report,
)

client = Bytez(KEY, dev=True)
text_model = client.model(TEXT_MODEL)
image_model = client.model(IMAGE_MODEL)


def try_list() -> Outcome:
    """List models and tasks."""
    # The result is a list in 1.0.10 and a named tuple in later versions.
    models, error = client.list.models({"task": "chat"})[:2]
    expect((error, {model["task"] for model in models}), (None, {"chat"}))
    tasks, error = client.list.tasks()[:2]
    expect((error, "chat" in tasks), (None, True))
    return WORKS


def try_run() -> Outcome:
    """Run a text model, a chat model and an image model."""
    text, error = text_model.run(PROMPT, FIVE_WORDS)[:2]
    expect(error, None)
    expect_five_words(text)
    message, error = client.model(CHAT_MODEL).run(MESSAGES)[:2]
    expect((error, message["role"], type(message["content"])), (None, "assistant", str))
    url, error = image_model.run("A cat")[:2]
    expect((error, download(url)[: len(PNG)]), (None, PNG))
    return WORKS


def try_text_stream() -> Outcome:
    """Stream a text of two lines."""
    text = text_model.run(PROMPT, FIVE_WORDS)[0]
    lines = list(text_model.run(PROMPT, FIVE_WORDS, stream=True))
    expect("".join(lines), text.replace("\n", ""))
    return client_fault(f"{len(lines)} strings for {len(text.splitlines())} lines, without line ends")


def try_media_stream() -> Outcome:
    """Stream an image."""
    image = download(image_model.run("A cat")[0])
    chunks = list(image_model.run("A cat", stream=True))
    # The positions of the splits depend on the received chunks; the dropped bytes do not.
    if isinstance(chunks[0], bytes):
        expect(b"".join(chunks), b"".join(image.splitlines()))
        return client_fault("`bytes` without the values 10 and 13")
    expect("".join("".join(chunks).splitlines()), "".join(image.decode(errors="replace").splitlines()))
    return client_fault("`str` with U+FFFD for what is not UTF-8, and without line ends")


def try_error() -> Outcome:
    """Run and stream an unknown model."""
    model = client.model(UNKNOWN_MODEL)
    expect(tuple(model.run("Hello")[:2]), (None, UNKNOWN_ERROR))
    chunks = list(model.run("Hello", stream=True))
    expect(json.loads("".join(chunks)), {"error": UNKNOWN_ERROR, "output": None})
    return client_fault(f"`{''.join(chunks)}` as a chunk of text")


report(
    {
        "list": try_list,
        "create or load": lambda: not_offered(text_model, "create", "start", "load"),
        "run": try_run,
        "text stream": try_text_stream,
        "media stream": try_media_stream,
        "error": try_error,
        "stop": lambda: not_offered(text_model, "delete", "stop"),
    }
)
