"""Load generator: `python -m benchmarks.load PORT COUNT`.

It sends runs of a text model on a few persistent connections, as prepared bytes, and prints the rate per
second. It takes less time per request than any HTTP client, so that the server is the limit.
"""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import repeat
from typing import Final
from urllib.parse import urlsplit

from benchmarks.payloads import KEY, RUN_BODY, TEXT_MODEL, V2
from benchmarks.stage import MeasurementError
from scripts.paths import ROOT

CONNECTIONS: Final = 16
_BODY: Final = json.dumps(RUN_BODY)
_REQUEST: Final = f"""\
POST {V2}/{TEXT_MODEL} HTTP/1.1\r
host: 127.0.0.1\r
authorization: Key {KEY}\r
content-type: application/json\r
content-length: {len(_BODY)}\r
\r
{_BODY}""".encode()
_SUCCESS: Final = re.compile(rb"(?is)HTTP/1.1 200 .*\r\ncontent-length: *(\d+)")


def load(url: str, count: int) -> float:
    """Send runs from a separate process, and return the rate per second.

    Raises:
        MeasurementError: A response is not a success.
    """
    command = [sys.executable, "-m", "benchmarks.load", str(urlsplit(url).port), str(count)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise MeasurementError(f"a run at {url} failed")
    return float(done.stdout)


async def _send(port: int, unsent: Iterator[bytes]) -> None:
    """Send requests on one connection, each after the response to the previous one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in unsent:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        success = _SUCCESS.match(head)
        if success is None:
            raise ValueError(f"unexpected response: {head!r}")
        await reader.readexactly(int(success[1]))
    writer.close()


async def _send_all(port: int, count: int) -> None:
    unsent = repeat(_REQUEST, count)
    await asyncio.gather(*(_send(port, unsent) for _ in range(CONNECTIONS)))


if __name__ == "__main__":
    number, began = int(sys.argv[2]), time.perf_counter()
    asyncio.run(_send_all(int(sys.argv[1]), number))
    print(number / (time.perf_counter() - began))
