"""Run the contract tests against the emulator over HTTP with many requests: `make fuzz`."""

import os
from typing import Final

from bytezkit_contract.__main__ import main as run_contract_tests
from bytezkit_emulator import Emulator

_EXAMPLES: Final = 300
_MAX_REQUESTS: Final = 1_000_000


def main() -> None:
    """Start an emulator and test it like `bytezkit contract run`, with more examples per operation.

    Raises:
        SystemExit: Always, with the exit code of the command.
    """
    os.environ.update(BYTEZ_KEY="test-key", BYTEZ_SECOND_KEY="another-key")
    with Emulator(keys=["test-key", "another-key"]) as emulator:
        run_contract_tests(
            [
                "run",
                f"--url={emulator.url}",
                f"--examples={_EXAMPLES}",
                f"--max-requests={_MAX_REQUESTS}",
            ]
        )


if __name__ == "__main__":
    main()
