"""Run the pipelines in their environment, and write `docs/pipelines.md` if no disagreement has changed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from scripts.paths import ROOT
from scripts.pipelines.contract import TASKS
from scripts.pipelines.disagreements import changes
from scripts.pipelines.page import page

_ENVIRONMENT: Final = ROOT / "build" / "pipelines"
_PYTHON: Final = _ENVIRONMENT / "bin" / "python"
_REQUIREMENTS: Final = Path(__file__).with_name("requirements.txt")
_MODELS: Final = ROOT / "build" / "tiny-models"
_PAGE: Final = ROOT / "docs" / "pipelines.md"
# The pipelines look for models on disk only, and one thread is faster than several with tiny models.
_VARIABLES: Final = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
_NOT_RUN: Final = {"video-text-to-text": "transformers 4 has no pipeline of the task"}
_NAMED: Final = ("torch", "transformers", "diffusers")


def main() -> None:
    """Run the pipelines and write the page. Without the packages, print why nothing was run.

    Raises:
        SystemExit: A disagreement is new, a known one is gone, or the table of tasks lacks a task. The page
            is then unchanged.
    """
    if reason := _install():
        print(f"pipelines not run: {reason}", flush=True)
        return
    _run("scripts.tiny_models", str(_MODELS))
    observed: dict[str, Any] = json.loads(_run("scripts.pipelines.judge", str(_MODELS)))
    not_judged = [f"not judged: {task}" for task in TASKS if task not in {*observed, *_NOT_RUN}]
    if lines := [*not_judged, *changes(observed)]:
        raise SystemExit("\n".join(lines))
    pins = (line.split("==") for line in _REQUIREMENTS.read_text("utf-8").splitlines() if "==" in line)
    versions = ", ".join(f"{name} {version}" for name, version in pins if name in _NAMED)
    _PAGE.write_text(page(observed, _NOT_RUN, versions), "utf-8")


def _install() -> str:
    """Make the environment unless it exists; return why that is not possible."""
    marker = _ENVIRONMENT / ".installed"
    if marker.exists() and marker.read_text("utf-8") == _REQUIREMENTS.read_text("utf-8"):
        return ""
    # uv would download a build of torch for graphics cards, of several gigabytes, where pip is given another.
    pip = [str(_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(_ENVIRONMENT)],
        [*pip, "--requirement", str(_REQUIREMENTS)],
    ):
        if subprocess.run(command, check=False).returncode:
            return f"{_REQUIREMENTS.relative_to(ROOT)} cannot be installed"
    marker.write_text(_REQUIREMENTS.read_text("utf-8"), "utf-8")
    return ""


def _run(module: str, *arguments: str) -> str:
    """Run a module in the environment, and return what it prints."""
    return subprocess.run(
        [str(_PYTHON), "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **_VARIABLES},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


if __name__ == "__main__":
    main()
