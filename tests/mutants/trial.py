"""One trial in a separate process: `python -m tests.mutants.trial LAYER PART NAME [READER | TEST]`.

The exit code is 0 if all tests of the layer pass. Otherwise the last test that started has failed, or a
signal has ended it after its time limit.
"""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Final
from unittest.mock import patch

import pytest
import trustme

from tests.mutants import documents

KEYS: Final = ("test-key", "second-test-key")
# The tests of each layer; the contract tests use HTTP, and can use it through a gateway.
CONTRACT: Final = "contract"
GATEWAY: Final = "gateway"
LAYERS: Final = {CONTRACT: "bytezkit_contract", "wire": "tests/wire", "emulator": "tests/emulator"}
# Prefix of the line that names a test when it starts.
STARTS: Final = "starts "
# Seconds for one test. The slowest takes one minute, and many times as long on a busy machine.
_LIMIT: Final = 900


class _Watch:
    """Prints the name of each test when it starts, and ends a test that takes too long."""

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        sys.stdout.write(f"\n{STARTS}{nodeid}\n")
        sys.stdout.flush()
        signal.alarm(_LIMIT)  # noqa: TID251 - mutation tests run on POSIX only

    def pytest_runtest_logfinish(self) -> None:
        signal.alarm(0)  # noqa: TID251 - mutation tests run on POSIX only


def main(layer: str, part: str, name: str, detail: str = "") -> int:
    """Apply a fault, run the tests of a layer until one fails, and return 1 if one did.

    Args:
        layer: The layer.
        part: The part.
        name: Name of the fault.
        detail: With a changed document, its reader; through the gateway, a test, of whose module all are run.
    """
    if part == "document":
        changes = [documents.CONTROL, *documents.read_changes()]
        documents.apply(next(it for it in changes if it.name == name), detail)
    elif part == "behaviour":
        from tests.mutants import behaviour  # noqa: PLC0415  # a changed document comes before the emulator

        faults = [behaviour.CONTROL, *behaviour.read_table()]
        behaviour.apply(next(it for it in faults if it.name == name))
    options = ["-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    # The fault may have imported modules that the tests would rewrite.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    if layer in LAYERS and layer != CONTRACT:
        return _run([*options, LAYERS[layer]])
    os.environ.update(BYTEZ_KEY=KEYS[0], BYTEZ_SECOND_KEY=KEYS[1])
    with _serve() as url, _gateway(url) if layer == GATEWAY else nullcontext([f"--url={url}"]) as target:
        options += ["-p", "bytezkit_contract.plugin", *(it.replace("--", "--bytezkit-", 1) for it in target)]
        module = _module(detail) if layer == GATEWAY and detail else LAYERS[CONTRACT]
        return _run([*options, "--pyargs", module])


def _module(test: str) -> str:
    """Return the module of a contract test: with its path, pytest would use other settings."""
    return test.partition("::")[0].removeprefix("contract/").removesuffix(".py").replace("/", ".")


def _run(arguments: Sequence[str]) -> int:
    code = pytest.main(list(arguments), plugins=[_Watch()])
    return int(code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED))


@contextmanager
def _serve() -> Iterator[str]:
    """Serve an emulator over HTTP through its transport, which has the fault."""
    from bytezkit_emulator import Emulator  # noqa: PLC0415  # a changed document comes before the emulator
    from tests.contract_kit import gateway  # noqa: PLC0415

    with gateway.serve(gateway.Gateway("http://emulator", transport=Emulator(keys=KEYS).transport)) as url:
        yield url


@contextmanager
def _gateway(upstream: str) -> Iterator[list[str]]:
    """Serve a gateway in front of a server, and return the options that describe it."""
    from bytezkit_contract import _adapter  # noqa: PLC0415  # the plugin of the other layers is not imported
    from tests.contract_kit import gateway  # noqa: PLC0415

    clock, authority = gateway.Clock(), trustme.CA()
    front = gateway.Gateway(
        upstream, prefix="/bytez/api", headers={"X-Gateway": "open"}, rate=20, now=clock.monotonic
    )
    with (
        patch.object(_adapter, "time", clock),
        authority.cert_pem.tempfile() as file,
        gateway.serve(front, authority) as url,
    ):
        yield [f"--url={url}", "--header=X-Gateway: open", f"--ca-file={file}"]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
