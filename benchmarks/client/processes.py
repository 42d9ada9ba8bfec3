"""Workers and the stub, each in a process of its own."""

import contextlib
import json
import subprocess
import threading
from collections.abc import Generator
from dataclasses import asdict
from typing import Final

from benchmarks.client.environments import python
from benchmarks.client.orders import Done, Order
from scripts.paths import ROOT

_PATIENCE_SECONDS: Final = 60.0
_PATIENCE_PER_INPUT: Final = 0.005


class FailedError(Exception):
    """A contender could not do what it was ordered to; the text says what it raised."""


class Worker:
    """A contender at work, until it is closed."""

    def __init__(self, environment: str, module: str) -> None:
        self._process = subprocess.Popen(
            [python(environment), "-m", "benchmarks.client.worker", module],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, order: Order) -> Done:
        """Have an order carried out.

        Raises:
            FailedError: The contender raised an error, or takes far too long.
        """
        orders, answers = self._process.stdin, self._process.stdout
        if orders is None or answers is None:
            raise RuntimeError("the worker has no pipes")
        # If it has ended, there is no answer either.
        with contextlib.suppress(BrokenPipeError):
            orders.write(json.dumps(asdict(order)) + "\n")
            orders.flush()
        timer = threading.Timer(_PATIENCE_SECONDS + _PATIENCE_PER_INPUT * order.inputs, self._process.kill)
        timer.start()
        answer = json.loads(answers.readline() or '{"error": "it did not end, or its process did"}')
        timer.cancel()
        if "error" in answer:
            raise FailedError(answer["error"])
        return Done(**answer)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()


@contextlib.contextmanager
def stub() -> Generator[str, None, None]:
    """Run the stub until the block ends; give its URL.

    Raises:
        SystemExit: It does not start.
    """
    command = [python("stub"), "-m", "benchmarks.client.stub"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            port = process.stdout.readline().strip() if process.stdout else ""
            if not port:
                raise SystemExit("the stub does not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            # It would wait for the ends of texts that have none.
            process.kill()
