"""Stages that measure the emulator, beside Prism and in process."""

import time
from statistics import median
from typing import Final

import httpx

from benchmarks.environments import NODE_VERSION, PRISM_VERSION, prism_command
from benchmarks.load import CONNECTIONS, load
from benchmarks.payloads import HEADERS, KEY, PROMPT, TEXT_MODEL, V2
from benchmarks.servers import EMULATOR_COMMAND, PORT, serving
from benchmarks.stage import Comparison, MeasurementError, Sample, Stage
from bytezkit import Bytez
from bytezkit_emulator import Emulator

_SILENT_PRISM: Final = "Prism without log"
_MODEL_PATH: Final = f"{V2}/{TEXT_MODEL}"
_RUNS: Final = 5000
# Node has compiled the hot functions by then.
_WARM_UP_RUNS: Final = 3000
_IN_PROCESS_RUNS: Final = 30


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
)
