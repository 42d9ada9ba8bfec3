"""The Python client `bytez` from 1.0.10 on, which speaks v2 without clusters."""

import json

from bytez import Bytez

from scripts.interop.probes.report import (
    CHAT,
    FIVE_WORDS,
    KEY,
    LLM,
    MESSAGES,
    PAINTER,
    PNG,
    PROMPT,
    UNKNOWN,
    UNKNOWN_ERROR,
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
llm = client.model(LLM)
painter = client.model(PAINTER)


def try_list() -> Outcome:
    """List models and tasks."""
    # The first two of a list in 1.0.10, of a named tuple later.
    models, error = client.list.models({"task": "chat"})[:2]
    expect((error, {model["task"] for model in models}), (None, {"chat"}))
    tasks, error = client.list.tasks()[:2]
    expect((error, "chat" in tasks), (None, True))
    return WORKS


def try_run() -> Outcome:
    """Run with a text, with messages, and for a picture."""
    text, error = llm.run(PROMPT, FIVE_WORDS)[:2]
    expect(error, None)
    expect_five_words(text)
    message, error = client.model(CHAT).run(MESSAGES)[:2]
    expect((error, message["role"], type(message["content"])), (None, "assistant", str))
    url, error = painter.run("A cat")[:2]
    expect((error, download(url)[: len(PNG)]), (None, PNG))
    return WORKS


def try_text_stream() -> Outcome:
    """Stream a text of two lines."""
    text = llm.run(PROMPT, FIVE_WORDS)[0]
    lines = list(llm.run(PROMPT, FIVE_WORDS, stream=True))
    expect("".join(lines), text.replace("\n", ""))
    return client_fault(f"{len(lines)} strings for {len(text.splitlines())} lines, without line ends")


def try_media_stream() -> Outcome:
    """Stream a picture."""
    picture = download(painter.run("A cat")[0])
    pieces = list(painter.run("A cat", stream=True))
    # Where the client split depends on how the bytes came; what it dropped does not.
    if isinstance(pieces[0], bytes):
        expect(b"".join(pieces), b"".join(picture.splitlines()))
        return client_fault("`bytes` without the values 10 and 13")
    expect("".join("".join(pieces).splitlines()), "".join(picture.decode(errors="replace").splitlines()))
    return client_fault("`str` with U+FFFD for what is not UTF-8, and without line ends")


def try_error() -> Outcome:
    """Run and stream a model that is not there."""
    model = client.model(UNKNOWN)
    expect(tuple(model.run("Hello")[:2]), (None, UNKNOWN_ERROR))
    pieces = list(model.run("Hello", stream=True))
    expect(json.loads("".join(pieces)), {"error": UNKNOWN_ERROR, "output": None})
    return client_fault(f"`{''.join(pieces)}` as a piece of text")


report(
    {
        "list": try_list,
        "create or load": lambda: not_offered(llm, "create", "start", "load"),
        "run": try_run,
        "text stream": try_text_stream,
        "media stream": try_media_stream,
        "error": try_error,
        "stop": lambda: not_offered(llm, "delete", "stop"),
    }
)
