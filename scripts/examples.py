"""Run the tests of the example projects from the built packages: `make examples`.

Each project runs in a copy below `build/examples`, with an environment of its own. The TypeScript project is
skipped without npm.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from bytezkit_emulator import Emulator
from scripts.paths import ROOT
from scripts.release_check import build

_EXAMPLES: Final = ROOT / "examples"
_FOLDER: Final = ROOT / "build" / "examples"
_UV: Final = (sys.executable, "-m", "uv")


def main() -> int:
    """Run all projects; return 1 if a test fails."""
    shutil.rmtree(_FOLDER, ignore_errors=True)
    wheel = build(_FOLDER / "dist")
    outcomes: dict[str, str] = {}
    for source in sorted(it for it in _EXAMPLES.iterdir() if it.is_dir()):
        folder = _FOLDER / source.name
        # Without the files of an earlier call of its tools.
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns(".*", "__pycache__", "node_modules"))
        print(f"\n{source.name}", flush=True)
        outcomes[source.name] = (
            _run_python(folder, wheel) if (folder / "pyproject.toml").exists() else _run_node(folder)
        )
    print("\n".join(["", *(f"{name}: {outcome}" for name, outcome in outcomes.items())]))
    return int("failed" in outcomes.values())


def _run_python(folder: Path, wheel: Path) -> str:
    python = str(folder / ".venv" / "bin" / "python")
    install = [*_UV, "pip", "install", "--quiet", "--python", python]
    return _run_all(
        folder,
        [*_UV, "venv", "--quiet", "--python", sys.executable],
        [*install, "--requirements", "pyproject.toml", "--group", "test", str(wheel)],
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        [python, "-m", "mypy", "--no-incremental", "."],
    )


def _run_node(folder: Path) -> str:
    npm = shutil.which("npm")
    package = next((_FOLDER / "dist").glob("*.tgz"), None)
    if npm is None or package is None:
        return "skipped, npm is not on the PATH"
    with Emulator(keys=["test-key"]) as emulator:
        install = [npm, "install", "--silent", "--no-audit", "--no-fund", str(package)]
        return _run_all(folder, install, [npm, "test", "--silent"], BYTEZ_BASE_URL=emulator.url)


def _run_all(folder: Path, *commands: list[str], **variables: str) -> str:
    # The settings of this repository's environment are not those of the project.
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | variables
    passed = all(
        subprocess.run(command, cwd=folder, env=environment, check=False).returncode == 0
        for command in commands
    )
    return "passed" if passed else "failed"


if __name__ == "__main__":
    sys.exit(main())
