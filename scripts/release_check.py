"""Check that the working tree can be released: `make release-check`.

It reads the notes of the version in the changelog, compares the public API with that of the last tag, builds
the distributions, and runs the tour from the wheel in a clean environment of each Python that is installed.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from scripts.changelog import release_notes
from scripts.compare.__main__ import since_last_release
from scripts.compare.release import package_version
from scripts.paths import GENERATED, ROOT
from scripts.versions import VERSIONS, find_interpreter

_FOLDER: Final = ROOT / "build" / "release"
_TOUR: Final = ROOT / "examples" / "tour.py"
_UV: Final = (sys.executable, "-m", "uv")


def main() -> int:
    """Run all steps; return 1 if a step fails."""
    shutil.rmtree(_FOLDER, ignore_errors=True)
    problems = _notes_problems() + since_last_release(ROOT)
    wheel = build(_FOLDER / "dist")
    outcomes: dict[str, str] = {}
    for version in VERSIONS:
        python = find_interpreter(version)
        outcomes[version] = "not installed, skipped" if python is None else _run_tour(version, python, wheel)
    if "passed" not in outcomes.values() or "failed" in outcomes.values():
        problems.append("the tour did not pass from the wheel")
    lines = [f"Python {version}: {outcome}" for version, outcome in outcomes.items()]
    print(
        "\n".join(["", f"bytezkit {package_version(ROOT)}", *lines, *(problems or ["ready to be released"])])
    )
    return int(bool(problems))


def build(folder: Path) -> Path:
    """Build wheel, source distribution and, if npm is installed, the npm package; return the wheel.

    Raises:
        subprocess.CalledProcessError: A build fails.
    """
    folder.mkdir(parents=True)
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True)
    npm = shutil.which("npm")
    if npm is None:
        print("skipped the npm package: npm is not on the PATH")
    else:
        package = ROOT / GENERATED / "bytezkit_openapi"
        subprocess.run([npm, "pack", "--silent", "--pack-destination", str(folder), package], check=True)
    return next(folder.glob("*.whl"))


def _notes_problems() -> list[str]:
    try:
        release_notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), package_version(ROOT))
    except ValueError as error:
        return [str(error)]
    return []


def _run_tour(version: str, python: str, wheel: Path) -> str:
    environment = _FOLDER / version
    program = str(environment / "bin" / "python")
    commands = (
        [*_UV, "venv", "--quiet", "--python", python, str(environment)],
        [*_UV, "pip", "install", "--quiet", "--python", program, f"{wheel}[cli,emulator]"],
        [str(environment / "bin" / "bytezkit"), "--version"],
        # Isolated, so that only the wheel's packages can be imported.
        [program, "-I", "-W", "error", str(_TOUR)],
    )
    passed = all(subprocess.run(command, cwd=_FOLDER, check=False).returncode == 0 for command in commands)
    return "passed" if passed else "failed"


if __name__ == "__main__":
    sys.exit(main())
