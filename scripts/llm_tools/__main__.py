"""Run the probe with each tool against an emulator, with `openapi.llm.json`."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

from bytezkit_emulator import Emulator
from scripts.paths import GENERATED, ROOT

_FOLDER: Final = ROOT / "build" / "llm_tools"
_DOCUMENT: Final = ROOT / GENERATED / "bytezkit_openapi" / "openapi.llm.json"
_PROBE: Final = ROOT / "scripts" / "llm_tools" / "probe.py"
_KEY: Final = "test-key"
# Packages of each tool.
_TOOLS: Final[Mapping[str, tuple[str, ...]]] = {
    "fastmcp": ("fastmcp==4.2.3",),
    "langchain": ("langchain-classic==1.0.8", "langchain-community==0.4.2", "openapi-pydantic==0.6.0"),
    "openapi-llm": ("openapi-llm==0.4.3",),
}


def main() -> None:
    """Install and run the tools.

    Raises:
        SystemExit: A tool cannot be installed, or an operation fails.
    """
    document = json.loads(_DOCUMENT.read_text(encoding="utf-8"))
    for tool, packages in _TOOLS.items():
        environment = _FOLDER / tool
        python = str(environment / "bin" / "python")
        uv = (sys.executable, "-m", "uv")
        _run(*uv, "venv", "--quiet", "--allow-existing", f"--python={sys.executable}", str(environment))
        _run(*uv, "pip", "install", "--quiet", f"--python={python}", *packages)
        with Emulator(keys=[_KEY], clock="scaled") as emulator:
            copy = _FOLDER / _DOCUMENT.name
            copy.write_text(json.dumps({**document, "servers": [{"url": emulator.url}]}), encoding="utf-8")
            print(tool, flush=True)
            _run(python, str(_PROBE), tool, str(copy), emulator.url, _KEY)


def _run(*command: str) -> None:
    if code := subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise SystemExit(code)


if __name__ == "__main__":
    main()
