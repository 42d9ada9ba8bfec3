"""Stages that measure the emulator, beside Prism and in process."""

import time
from statistics import median
from typing import Final

import httpx

from benchmarks.environments import NODE_VERSION, PRISM_VERSION, prism_command
from benchmarks.load import CONNECTIONS, load
from benchmarks.payloads import HEADERS, KEY, PROMPT, RUN_BODY, STREAM_BODY, TEXT_MODEL, V2
from benchmarks.servers import EMULATOR_COMMAND, PORT, serving
from benchmarks.stage import Comparison, MeasurementError, Sample, Stage
from bytezkit import Bytez
from bytezkit_emulator import Emulator, Settings

_SILENT_PRISM: Final = "Prism without log"
_MODEL_PATH: Final = f"{V2}/{TEXT_MODEL}"
_RUNS: Final = 5000
# Node has compiled the hot functions by then.
_WARM_UP_RUNS: Final = 3000
_REQUESTS: Final = 300


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


def _client(emulator: Emulator) -> httpx.Client:
    """Return a client of the emulator in process, which raises at an error status."""
    return httpx.Client(
        transport=emulator.transport,
        base_url="http://emulator",
        headers=HEADERS,
        event_hooks={"response": [httpx.Response.raise_for_status]},
    )


def _headers_of_keys(count: str) -> list[dict[str, str]]:
    return [{"authorization": f"Key key-{number}"} for number in range(int(count))]


def _rate(client: httpx.Client, method: str, body: object = None) -> Sample:
    """Measure a request of the model, after a warm-up."""
    for _ in range(2):
        began = time.perf_counter()
        for _ in range(_REQUESTS):
            client.request(method, _MODEL_PATH, json=body)
    return {"requests per second": _REQUESTS / (time.perf_counter() - began)}


def _with_keys(count: str, _url: str) -> Sample:
    """Measure runs beside keys that have a cluster each."""
    client = _client(Emulator())
    # The longest idle timeout in minutes: virtual time passes, and the clusters remain.
    longest = {"timeout": 1440}
    for headers in _headers_of_keys(count):
        client.put(_MODEL_PATH, json=longest, headers=headers)
    return _rate(client, "POST", RUN_BODY)


def _with_streams(count: str, _url: str) -> Sample:
    """Measure reads beside open streams. The clock stands still, so that the streams do not end."""
    emulator = Emulator(clock="manual", settings=Settings(request_limit=2 * int(count)))
    client = _client(emulator)
    streams = []
    client.put(_MODEL_PATH)
    for headers in _headers_of_keys(count):
        client.put(_MODEL_PATH, headers=headers)
    emulator.clock.advance(Settings().boot_time)
    for headers in _headers_of_keys(count):
        opening = client.build_request("POST", _MODEL_PATH, json=STREAM_BODY, headers=headers)
        streams.append(client.send(opening, stream=True))
    return _rate(client, "GET")


def _in_process(_subject: str, _url: str) -> Sample:
    """Create emulator and client in process, and run a model once."""
    times = []
    for _ in range(_REQUESTS // 10):
        began = time.perf_counter()
        emulator = Emulator()
        with (
            httpx.Client(transport=emulator.transport) as http_client,
            Bytez(KEY, base_url="http://localhost", http_client=http_client) as client,
        ):
            client.model(TEXT_MODEL, task="text-generation").run(PROMPT)
        times.append(time.perf_counter() - began)
    return {"ms": 1000 * median(times)}


_COUNTS: Final = ("10", "100", "1000")
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
        "emulator-growth",
        "Emulator with growing state",
        "In process: runs beside other keys, and reads of a cluster beside open streams.",
        (
            Comparison("Keys with a cluster", _COUNTS, _with_keys, _COUNTS[0]),
            Comparison("Open streams", _COUNTS, _with_streams, _COUNTS[0]),
        ),
    ),
    Stage(
        "in-process",
        "Emulator in process",
        "The cost of a test that creates its own emulator and client, and runs a model once.",
        (Comparison("Work", ("emulator, client and one run",), _in_process),),
    ),
)
