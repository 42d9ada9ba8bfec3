"""The contract tests as a pytest plugin."""

import os
import subprocess
import sys


def test_several_processes_are_refused() -> None:
    command = [
        *(sys.executable, "-m", "pytest", "-p", "bytezkit_contract.plugin", "-n", "2"),
        *("--pyargs", "bytezkit_contract", "--bytezkit-url=http://127.0.0.1:1"),
    ]
    environment = {**os.environ, "BYTEZ_KEY": "any"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    assert done.returncode == 4
    assert "the contract tests run in one process: pass -n 0 to pytest" in done.stderr + done.stdout
