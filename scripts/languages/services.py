"""The emulator and a validating proxy, against which all tours run."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple

import httpx

from bytezkit_emulator import Emulator, Settings
from scripts.languages.tools import BUILD_FOLDER, environment
from scripts.paths import GENERATED, ROOT

_DOCUMENT: Final = ROOT / GENERATED / "bytezkit_openapi" / "openapi.yaml"
# Models that are not in the examples of the document.
CATALOG: Final = json.dumps(
    [
        {"modelId": "acme/writer", "task": "text-generation", "params": 1, "ramRequired": 2},
        {"modelId": "acme/speaker", "task": "text-to-speech", "params": 1, "ramRequired": 2},
    ]
)


class Services(NamedTuple):
    """The services of the tours.

    Attributes:
        emulator: The emulator. Its tokens take 80 milliseconds, so that a client receives them one by one.
        proxy: URL of Prism, which validates requests and responses of the emulator.
    """

    emulator: Emulator
    proxy: str


@contextmanager
def services() -> Iterator[Services]:
    """Run the emulator and Prism.

    Raises:
        SystemExit: Prism does not start, or passes a wrong response.
    """
    with tempfile.TemporaryDirectory() as folder:
        catalog = Path(folder, "catalog.json")
        catalog.write_text(CATALOG, encoding="utf-8")
        settings = Settings(token_time=timedelta(seconds=8))
        with (
            Emulator(clock="scaled", scale=100, settings=settings, catalog=catalog) as emulator,
            _prism(emulator.url) as proxy,
        ):
            yield Services(emulator, proxy)


@contextmanager
def _prism(url: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    command = ["prism", "proxy", str(_DOCUMENT), url, "--errors", f"--port={port}", "--verboseLevel=silent"]
    # A group, since `node` is a script that starts the real one.
    process = subprocess.Popen(command, cwd=BUILD_FOLDER, env=environment(), start_new_session=True)
    try:
        yield _ready(f"http://127.0.0.1:{port}")
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # noqa: TID251 - the page is made on POSIX only
        process.wait()


def _ready(proxy: str) -> str:
    """Wait until Prism answers, and check that it refuses a wrong response."""
    headers = {"Authorization": "Key tour", "x-emulator-fault": "wrong-content-type"}
    for _ in range(600):
        try:
            response = httpx.get(f"{proxy}/models/v2/list/tasks", headers=headers)
        except httpx.ConnectError:
            time.sleep(0.1)
            continue
        if response.status_code != httpx.codes.INTERNAL_SERVER_ERROR or "VIOLATIONS" not in response.text:
            raise SystemExit(f"Prism passed a wrong response: {response.text}")
        return proxy
    raise SystemExit("Prism does not start")
