"""Probe of the Python client `bytez` 0.2.28, the last version for v1."""

import json
from base64 import b64decode

from bytez import Bytez

from scripts.interop.probes.report import (
    FIVE_WORDS,
    IMAGE_MODEL,
    KEY,
    NOT_OFFERED,
    PNG,
    PROMPT,
    QA_MODEL,
    QUESTION,
    TEXT_MODEL,
    UNKNOWN_ERROR,
    UNKNOWN_MODEL,
    WORKS,
    Outcome,
    client_fault,
    expect,
    expect_five_words,
    raised,
    report,
)

client = Bytez(KEY, dev=True)
text_model = client.model(TEXT_MODEL)


def try_list() -> Outcome:
    """List all models, those of a task, and instances."""
    expect(len(client.list_models()) > len(client.list_models("text-generation")) > 0, True)
    expect(client.list_instances(), [])
    return WORKS


def try_load() -> Outcome:
    """Load a model, and load it again."""
    text_model.load()
    expect(text_model.status()["status"], "RUNNING")
    expect(len(client.list_instances()), 1)
    text_model.load()
    return WORKS


def try_run() -> Outcome:
    """Run a text model, a question-answering model and an image model."""
    expect_five_words(run_text_model())
    for model in (QA_MODEL, IMAGE_MODEL):
        client.model(model).start()
    expect("answer" in client.model(QA_MODEL).run(QUESTION)["output"], True)
    image = client.model(IMAGE_MODEL).run("A cat")["output_png"]
    expect(b64decode(image)[: len(PNG)], PNG)
    return WORKS


def try_text_stream() -> Outcome:
    """Stream a text of more than one line."""
    text = run_text_model()
    lines = list(text_model.run(PROMPT, stream=True, model_params=FIVE_WORDS))
    expect("".join(lines), text.replace("\n", ""))
    return client_fault(f"{len(lines)} strings for {len(text.splitlines())} lines, without line ends")


def run_text_model() -> str:
    """Return the output of the text model for the prompt."""
    text: str = text_model.run(PROMPT, model_params=FIVE_WORDS)["output"][0]["generated_text"]
    return text


def try_error() -> Outcome:
    """Run and stream an unknown model."""
    model = client.model(UNKNOWN_MODEL)
    expect(UNKNOWN_ERROR in str(raised(lambda: model.run("Hello"))), True)
    text = "".join(model.run("Hello", stream=True))
    expect(json.loads(text), {"error": UNKNOWN_ERROR})
    return client_fault(f"`{text}` as a chunk of text")


def try_stop() -> Outcome:
    """Stop the model."""
    text_model.stop()
    expect(text_model.status().get("status") == "RUNNING", False)
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
