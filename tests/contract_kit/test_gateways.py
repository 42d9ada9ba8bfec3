"""`bytezkit contract run` through gateways in front of the emulator."""

from bytezkit_emulator import Emulator
from tests.contract_kit.conftest import Command
from tests.contract_kit.gateway import Gateway, serve


def test_501_for_methods_that_no_operation_uses_is_valid(emulator: Emulator, command: Command) -> None:
    with serve(Gateway(emulator.url)) as url:
        run = command(f"--url={url}", "--examples=1", "--without=v1", "--without=clusters")

    assert (run.code, run.broken) == (0, {})
