"""Run the client's unit tests on each supported version of Python that is installed: `make versions`.

Each version has an environment of its own below `build/versions`. A version that is not installed is skipped.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from scripts.paths import ROOT

VERSIONS: Final = ("3.11", "3.12", "3.13", "3.14")
_FOLDER: Final = ROOT / "build" / "versions"
_UV: Final = (sys.executable, "-m", "uv")
_GROUP: Final = ("--group", "test")
_TESTS: Final = ("tests/overlay", "--ignore=tests/overlay/fuzzing", "--ignore=tests/overlay/cli")


def main() -> int:
    """Run the tests with all versions; return 1 if they fail with a version, or if none is installed."""
    outcomes: dict[str, str] = {}
    for version in VERSIONS:
        interpreter = find_interpreter(version)
        outcomes[version] = "not installed, skipped" if interpreter is None else _test(version, interpreter)
    print("\n".join(["", *(f"Python {version}: {outcome}" for version, outcome in outcomes.items())]))
    return int("failed" in outcomes.values() or "passed" not in outcomes.values())


def find_interpreter(version: str) -> str | None:
    """Return the path of an interpreter on the PATH or from pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [
        shutil.which(f"python{version}"),
        *sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True),
    ]
    for candidate in filter(None, candidates):
        # A shim of pyenv exists for versions that are not selected, and fails.
        command = [str(candidate), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
        )
        if done.returncode == 0 and done.stdout.strip() == version:
            return str(candidate)
    return None


def _test(version: str, interpreter: str) -> str:
    folder = _FOLDER / version
    print(f"Python {version}: {interpreter}", flush=True)
    python = str(folder / "bin" / "python")
    commands = (
        [*_UV, "venv", "--quiet", "--allow-existing", "--python", interpreter, str(folder)],
        [
            *_UV,
            "pip",
            "install",
            "--quiet",
            "--python",
            python,
            "--editable",
            ".[cli,emulator,fast]",
            *_GROUP,
        ],
        [python, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *_TESTS],
    )
    passed = all(subprocess.run(command, cwd=ROOT, check=False).returncode == 0 for command in commands)
    return "passed" if passed else "failed"


if __name__ == "__main__":
    sys.exit(main())
