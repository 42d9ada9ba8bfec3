"""Runs a client against an emulator."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from scripts.browser import find_chromium
from scripts.interop.client import PublishedClient
from scripts.interop.in_browser import run_in_browser
from scripts.paths import ROOT

# The clients have this port of their development host built in.
_PORT: Final = 8080
_TIMEOUT_SECONDS: Final = 300
_NEEDED: Final = {"Python": (), "Node": ("node", "npm"), "Chromium": ("npm", "Chromium")}
_PROBES: Final = Path(__file__).with_name("probes")


@dataclass(frozen=True, slots=True)
class ObservedOutcome:
    """Outcome of a capability, and the value that the client returned in case of a fault."""

    outcome: str
    detail: str


@dataclass(frozen=True, slots=True)
class ClientResult:
    """Result of a client.

    Attributes:
        client: The client.
        observed: Outcomes of all capabilities of its group.
        skip_reason: Reason why the client was not run; empty if it was run.
    """

    client: PublishedClient
    observed: Mapping[str, ObservedOutcome] = field(default_factory=dict)
    skip_reason: str = ""

    def unexpected_outcomes(self) -> list[str]:
        """Describe the capabilities whose outcome is not the expected one."""
        return [
            f"{self.client.title}: {capability}: {observed.outcome} ({observed.detail}), "
            f"expected {expected.outcome}"
            for capability, observed in self.observed.items()
            if observed.outcome != (expected := self.client.expected(capability)).outcome
        ]


_NOT_REACHED: Final = ObservedOutcome("fails", "the probe ended before this capability")


def run_client(client: PublishedClient, capabilities: Iterable[str]) -> ClientResult:
    """Install the client if necessary, and run its probe.

    Args:
        client: The client.
        capabilities: The capabilities of its group.

    Raises:
        SystemExit: The client cannot be installed, or the emulator does not start.
    """
    chromium = find_chromium()
    found = {**{name: shutil.which(name) for name in ("node", "npm")}, "Chromium": chromium}
    missing = [name for name in _NEEDED[client.runtime] if found[name] is None]
    if missing:
        return ClientResult(client, skip_reason=f"{' and '.join(missing)} missing from the PATH")
    environment = ROOT / "build" / "interop" / f"{client.probe}-{client.version}"
    _install(client, environment)
    # Node and browsers resolve imports relative to the importing file, not to the working directory.
    for probe in _PROBES.glob("*.mjs"):
        shutil.copy(probe, environment)
    with _emulator(client):
        if client.runtime == "Chromium" and chromium is not None:
            output = run_in_browser(chromium, environment, client.name, f"{client.probe}.mjs")
        else:
            output = _run_probe(client, environment)
    return ClientResult(client, read_outcomes(output, capabilities))


def read_outcomes(text: str, capabilities: Iterable[str]) -> dict[str, ObservedOutcome]:
    """Return the outcomes that a probe printed; a capability without one fails."""
    # Some clients print their progress between the JSON lines of the probe.
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    outcomes = {line["capability"]: ObservedOutcome(line["outcome"], line["detail"]) for line in lines}
    return {capability: outcomes.get(capability, _NOT_REACHED) for capability in capabilities}


def _install(client: PublishedClient, environment: Path) -> None:
    marker = environment / ".installed"
    if marker.exists():
        return
    if client.runtime == "Python":
        pip = [_python(environment), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        commands = [
            [sys.executable, "-m", "venv", "--clear", str(environment)],
            [*pip, f"{client.name}=={client.version}", *client.requires],
        ]
    else:
        npm = ["npm", "install", "--silent", "--prefix", str(environment)]
        commands = [[*npm, f"{client.name}@{client.version}", *client.requires]]
    for command in commands:
        if subprocess.run(command, check=False).returncode:
            raise SystemExit(f"cannot install {client.title}")
    marker.touch()


def _run_probe(client: PublishedClient, environment: Path) -> str:
    if client.runtime == "Python":
        command = [_python(environment), "-m", f"scripts.interop.probes.{client.probe}"]
    else:
        command = ["node", str(environment / f"{client.probe}.mjs")]
    return subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=_TIMEOUT_SECONDS, check=False
    ).stdout


def _python(environment: Path) -> str:
    return str(environment / "bin" / "python")


@contextmanager
def _emulator(client: PublishedClient) -> Iterator[None]:
    options = [word for option in client.options for word in option.split()]
    command = [sys.executable, "-m", "bytezkit_emulator", "--port", str(_PORT), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            # The first line is the URL, once the server listens. Without it, the reason is on stderr.
            if process.stdout is None or not process.stdout.readline():
                raise SystemExit(f"the emulator did not start on port {_PORT}, which the clients require")
            yield
        finally:
            process.terminate()
