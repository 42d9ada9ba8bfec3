"""Run one client against an emulator of its own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from scripts.interop.rows import CAPABILITIES, Row
from scripts.paths import ROOT

# Where all the clients look for their development host.
_PORT: Final = 8080
_SECONDS: Final = 120
_PROBES: Final = Path(__file__).with_name("probes")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a probe saw: the outcome, and what the client made of the emulator's answer."""

    outcome: str
    detail: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A row with what was seen of each capability, or why it was not run."""

    row: Row
    seen: Mapping[str, Seen] = field(default_factory=dict)
    not_run: str = ""

    def differences(self) -> list[str]:
        """List the capabilities with another outcome than expected."""
        if self.not_run:
            return []
        return [
            f"{self.row.name}: {capability}: {seen.outcome} ({seen.detail}), not {expected.outcome}"
            for capability in CAPABILITIES
            if (seen := self.seen.get(capability, Seen("fails", "the probe did not get there"))).outcome
            != (expected := self.row.expected(capability)).outcome
        ]


def run(row: Row) -> Trial:
    """Install the client where it is not yet, and try it.

    Raises:
        SystemExit: It can not be installed, or the emulator does not start.
    """
    missing = [name for name in ("node", "npm") if row.runtime == "Node" and shutil.which(name) is None]
    if missing:
        return Trial(row, not_run=f"{' and '.join(missing)} missing from the PATH")
    environment = ROOT / "build" / "interop" / f"{row.client}-{row.version}"
    _install(row, environment)
    with _emulator(row):
        done = subprocess.run(
            _probe(row, environment),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    # Some clients print how far they are.
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return Trial(row, {line["capability"]: Seen(line["outcome"], line["detail"]) for line in lines})


def _install(row: Row, environment: Path) -> None:
    finished = environment / ".installed"
    if finished.exists():
        return
    if row.runtime == "Python":
        pip = [_python(environment), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        commands = [
            [sys.executable, "-m", "venv", "--clear", str(environment)],
            [*pip, f"{row.client}=={row.version}"],
        ]
    else:
        npm = ["npm", "install", "--silent", "--prefix", str(environment)]
        commands = [[*npm, f"{row.client}@{row.version}"]]
    for command in commands:
        if subprocess.run(command, check=False).returncode:
            raise SystemExit(f"can not install {row.name}")
    finished.touch()


def _probe(row: Row, environment: Path) -> list[str]:
    if row.runtime == "Python":
        return [_python(environment), "-m", f"scripts.interop.probes.{row.probe}"]
    # An import finds the client beside the file that asks for it.
    for probe in _PROBES.glob("*.mjs"):
        shutil.copy(probe, environment)
    return ["node", str(environment / f"{row.probe}.mjs")]


def _python(environment: Path) -> str:
    return str(environment / "bin" / "python")


@contextmanager
def _emulator(row: Row) -> Iterator[None]:
    options = [word for option in row.options for word in option.split()]
    command = [sys.executable, "-m", "bytezkit_emulator", "--port", str(_PORT), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            # It prints its URL when it is ready; why it is not, it has said itself.
            if process.stdout is None or not process.stdout.readline():
                raise SystemExit(f"the emulator did not start; the clients need it on port {_PORT}")
            yield
        finally:
            process.terminate()
