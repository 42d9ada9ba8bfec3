"""Hold the emulator to the contract over HTTP, longer than the tests do: `make fuzz`."""

from typing import Final

from bytezkit_contract.__main__ import main as contract
from bytezkit_emulator import Emulator

_EXAMPLES: Final = 300
_REQUESTS: Final = 1_000_000


def main() -> None:
    """Start an emulator and send it all that the command for users sends, many times."""
    with Emulator(keys=["test-key", "another-key"]) as emulator:
        contract(
            [
                "run",
                f"--url={emulator.url}",
                *("--key=test-key", "--second-key=another-key"),
                f"--examples={_EXAMPLES}",
                f"--max-requests={_REQUESTS}",
            ]
        )


if __name__ == "__main__":
    main()
