"""Fuzz the emulator over HTTP with the settings of the gate, longer than the tests do: `make fuzz`."""

import subprocess
import sys
from typing import Final

from bytezkit_emulator import Emulator
from scripts.paths import GENERATED, ROOT

_EXAMPLES: Final = 300


def main() -> None:
    """Start an emulator and let schemathesis at it."""
    with Emulator(keys=["test-key"]) as emulator:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "schemathesis.cli",
                f"--config-file={ROOT / 'schemathesis.toml'}",
                "run",
                str(ROOT / GENERATED / "bytezkit_openapi/openapi.json"),
                f"--url={emulator.url}",
                f"--max-examples={_EXAMPLES}",
            ],
            check=False,
        )
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
