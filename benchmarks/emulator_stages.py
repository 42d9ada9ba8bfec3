"""Stages that measure the emulator, beside Prism and in process."""

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from statistics import median
from typing import Final

import httpx

from benchmarks.environments import NODE_VERSION, PRISM_VERSION, prism_command, program
from benchmarks.load import CONNECTIONS, load
from benchmarks.payloads import HEADERS, KEY, PROMPT, TEXT_MODEL, V2
from benchmarks.servers import EMULATOR_COMMAND, PORT, serving
from benchmarks.stage import Comparison, MeasurementError, Sample, Stage
from bytezkit import Bytez
from bytezkit_emulator import Emulator
from scripts import llama_server

_SILENT_PRISM: Final = "Prism without log"
_MODEL_PATH: Final = f"{V2}/{TEXT_MODEL}"
_RUNS: Final = 5000
# Node has compiled the hot functions by then.
_WARM_UP_RUNS: Final = 3000
_IN_PROCESS_RUNS: Final = 30
_THROUGH_EMULATOR: Final = "the emulator over llama.cpp"
_CHAT_MODEL: Final = "Qwen/Qwen3-4B"
_MESSAGES: Final = [{"role": "user", "content": "Tell a story about a lighthouse."}]
_TOKENS: Final = 100
_CHATS: Final = 3
_OPTIONS: Final = {"temperature": 0, "cache_prompt": False}


def _serve(subject: str, _url: str) -> Sample:
    """Start a server, check that it validates, and put load on it."""
    silence = ("--verboseLevel", "silent") if subject == _SILENT_PRISM else ()
    command = EMULATOR_COMMAND if subject == "emulator" else (*prism_command(PORT), *silence)
    began = time.perf_counter()
    with serving(command) as url:
        start = time.perf_counter() - began
        if httpx.post(url + _MODEL_PATH, json={"text": 1}, headers=HEADERS).status_code not in (400, 422):
            raise MeasurementError("an invalid body is not refused")
        load(url, _WARM_UP_RUNS)
        return {"runs per second": load(url, _RUNS), "s to start": start}


def _in_process(_subject: str, _url: str) -> Sample:
    """Create emulator and client in process, and run a model once."""
    times = []
    for _ in range(_IN_PROCESS_RUNS):
        began = time.perf_counter()
        emulator = Emulator()
        with (
            httpx.Client(transport=emulator.transport) as http_client,
            Bytez(KEY, base_url="http://localhost", http_client=http_client) as client,
        ):
            client.model(TEXT_MODEL, task="text-generation").run(PROMPT)
        times.append(time.perf_counter() - began)
    return {"ms": 1000 * median(times)}


def _chat(subject: str, upstream: str) -> Sample:
    """Stream chats of a real model, from its server or through the emulator."""
    if subject != _THROUGH_EMULATOR:
        body = {"messages": _MESSAGES, "stream": True, "max_tokens": _TOKENS, **_OPTIONS}
        return _stream(f"{upstream}/chat/completions", body)
    body = {"messages": _MESSAGES, "stream": True, "params": {"max_new_tokens": _TOKENS, **_OPTIONS}}
    with serving((*EMULATOR_COMMAND, "--engine", "openai", "--upstream", upstream)) as url:
        return _stream(f"{url}{V2}/{_CHAT_MODEL}", body)


def _stream(url: str, body: Mapping[str, object]) -> Sample:
    firsts, rates = [], []
    # llama.cpp closes the connection after a stream without a header that says so.
    with httpx.Client(headers={**HEADERS, "connection": "close"}, timeout=60) as client:
        for number in range(_CHATS + 1):
            began = time.perf_counter()
            with client.stream("POST", url, json=body) as response:
                # llama.cpp sends an event with the role, and null in place of a text, before the first token.
                arrivals = [
                    time.perf_counter()
                    for chunk in response.iter_raw()
                    if b'"content":null' not in chunk or b'"content":"' in chunk
                ]
            # The first chat loads code and pages of the model.
            if number:
                firsts.append(1000 * (arrivals[0] - began))
                rates.append(_TOKENS / (arrivals[-1] - arrivals[0]))
    return {"ms to the first token": median(firsts), "tokens per second": median(rates)}


def _llama() -> AbstractContextManager[str]:
    return llama_server.serving(program("llama.cpp", "python"))


STAGES: Final = (
    Stage(
        "emulator",
        "Emulator beside Prism",
        f"""\
Runs of a text model on {CONNECTIONS} persistent connections. Both servers validate the request against the
same document: the emulator by `python -m bytezkit_emulator --clock auto`, Prism by `prism mock --errors`.
Prism responds with an example; the emulator generates a text, accounts for the run, and keeps a journal. The
start ends with the first response.""",
        (Comparison("Server", ("emulator", "Prism", _SILENT_PRISM), _serve, "Prism"),),
        packages=(f"Prism {PRISM_VERSION}", f"Node {NODE_VERSION}"),
    ),
    Stage(
        "in-process",
        "Emulator in process",
        "The cost of a test that creates its own emulator and client, and runs a model once.",
        (Comparison("Work", ("emulator, client and one run",), _in_process),),
    ),
    Stage(
        "real-model",
        "Real model through the emulator",
        f"""\
Streamed chats of {_TOKENS} tokens with SmolLM2-135M, one after the other: from a llama.cpp server on one
thread, and through an emulator with `--engine openai`. The server evaluates the prompt each time.""",
        (Comparison("Server", ("llama.cpp", _THROUGH_EMULATOR), _chat, "llama.cpp", _llama),),
    ),
)
