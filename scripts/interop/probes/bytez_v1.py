"""The Python client `bytez` 0.2.28, the last that speaks v1."""

import json
from base64 import b64decode

from bytez import Bytez

from scripts.interop.probes.report import (
    FIVE_WORDS,
    KEY,
    LLM,
    NOT_OFFERED,
    PAINTER,
    PNG,
    PROMPT,
    QUESTION,
    READER,
    UNKNOWN,
    UNKNOWN_ERROR,
    WORKS,
    Outcome,
    client_fault,
    expect,
    expect_five_words,
    raised,
    report,
)

client = Bytez(KEY, dev=True)
llm = client.model(LLM)


def try_list() -> Outcome:
    """List all models, those of a task, and instances."""
    expect(len(client.list_models()) > len(client.list_models("text-generation")) > 0, True)
    expect(client.list_instances(), [])
    return WORKS


def try_load() -> Outcome:
    """Load a model, and load it again."""
    llm.load()
    expect(llm.status()["status"], "RUNNING")
    expect(len(client.list_instances()), 1)
    llm.load()
    return WORKS


def try_run() -> Outcome:
    """Run with a text, with members of its own, and for a picture."""
    expect_five_words(run_llm())
    for model in (READER, PAINTER):
        client.model(model).start()
    expect("answer" in client.model(READER).run(QUESTION)["output"], True)
    picture = client.model(PAINTER).run("A cat")["output_png"]
    expect(b64decode(picture)[: len(PNG)], PNG)
    return WORKS


def try_text_stream() -> Outcome:
    """Stream a text of more than one line."""
    text = run_llm()
    lines = list(llm.run(PROMPT, stream=True, model_params=FIVE_WORDS))
    expect("".join(lines), text.replace("\n", ""))
    return client_fault(f"{len(lines)} strings for {len(text.splitlines())} lines, without line ends")


def run_llm() -> str:
    """Return the text that the model makes of the prompt."""
    text: str = llm.run(PROMPT, model_params=FIVE_WORDS)["output"][0]["generated_text"]
    return text


def try_error() -> Outcome:
    """Run and stream a model that is not there."""
    model = client.model(UNKNOWN)
    expect(UNKNOWN_ERROR in str(raised(lambda: model.run("Hello"))), True)
    text = "".join(model.run("Hello", stream=True))
    expect(json.loads(text), {"error": UNKNOWN_ERROR})
    return client_fault(f"`{text}` as a piece of text")


def try_stop() -> Outcome:
    """Stop the model."""
    llm.stop()
    expect(llm.status().get("status") == "RUNNING", False)
    return WORKS


report(
    {
        "list": try_list,
        "create or load": try_load,
        "run": try_run,
        "text stream": try_text_stream,
        "media stream": lambda: NOT_OFFERED,
        "error": try_error,
        "stop": try_stop,
    }
)
