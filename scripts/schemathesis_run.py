"""Run Schemathesis with all checks on the published documents against the emulator, over HTTP.

It fails if an operation has no successful response, or if `docs/documents.md` does not explain a finding.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import httpx

from bytezkit_emulator import Emulator
from scripts.paths import GENERATED, ROOT

_FOLDER: Final = ROOT / GENERATED / "bytezkit_openapi"
_REPORT: Final = ROOT / "build" / "schemathesis.ndjson"
# The key in the settings.
_KEY: Final = {"Authorization": "Key test-key"}
# Expected findings of openapi.sdk: checks, and operations as regular expressions.
_EXPLAINED: Final = {
    # The types of `stream` and `json` permit the other value, which selects JSON.
    "content_type_conformance": r"POST .+#(.+-)?(stream|bytes)",
    # The document permits members that only unknown tasks accept, and any JSON in place of a value of several
    # types.
    "positive_data_acceptance": r"POST /models/v2/(\{org\}/\{name\}|openai/v1/.+)",
    # A stream of events is a text for code generators, and Schemathesis reads its events.
    "response_schema_conformance": r"POST /models/v2/openai/v1/.+#stream",
}


def main() -> None:
    """Test both documents.

    Raises:
        SystemExit: There is a problem.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=20, metavar="N", help="per operation; default: 20")
    examples = parser.parse_args().examples
    problems = []
    for name in ("openapi.json", "openapi.sdk.json"):
        successes, findings = _run(_FOLDER / name, f"--max-examples={examples}", load=True)
        # In the run above, other operations have started the cluster already.
        alone = ("--phases=examples", "--include-operation-id=createClusterV2")
        successes |= _run(_FOLDER / name, *alone, load=False)[0]
        document = json.loads((_FOLDER / name).read_text(encoding="utf-8"))
        operations = {f"{method.upper()} {path}" for path, it in document["paths"].items() for method in it}
        print(f"{name}: {len(operations & successes)} of {len(operations)} operations returned 2xx")
        problems += [f"{name}: {it}: no response is 2xx" for it in sorted(operations - successes)]
        for check, label in sorted(findings):
            explained = "sdk" in name and re.fullmatch(_EXPLAINED.get(check, ""), label)
            print(f"{name}: {label}: {check}{' (explained)' if explained else ''}")
            problems += [] if explained else [f"{name}: {label}: {check}"]
    if problems:
        raise SystemExit("\n".join(problems))


def _run(document: Path, *options: str, load: bool) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the operations with a successful response, and the failed checks with their operations.

    Args:
        document: The document.
        options: Options of Schemathesis.
        load: Whether the model of the examples is loaded on v1, so that it can be deleted.
    """
    # Models start within a real second.
    with Emulator(keys=["test-key"], clock="scaled", scale=60) as emulator:
        if load:
            body = {"model": "openai-community/gpt2", "expirationPeriodSeconds": 86_400}
            httpx.post(f"{emulator.url}/model/load", json=body, headers=_KEY).raise_for_status()
        command = [
            *(sys.executable, "-m", "schemathesis.cli"),
            *(f"--config-file={_FOLDER / 'schemathesis.toml'}", "run", str(document)),
            *(f"--url={emulator.url}", "--checks=all", *options),
            *("--report=ndjson", f"--report-ndjson-path={_REPORT}"),
        ]
        # It returns 1 if there are findings.
        process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if process.returncode not in (0, 1):
        raise SystemExit(process.stdout + process.stderr)
    successes: set[str] = set()
    findings: set[tuple[str, str]] = set()
    for line in _REPORT.read_text(encoding="utf-8").splitlines():
        recorder: Any = json.loads(line).get("ScenarioFinished", {}).get("recorder")
        for case, interaction in (recorder or {}).get("interactions", {}).items():
            operation = recorder["cases"][case]["value"]
            label = f"{operation['method']} {operation['path']}"
            if 200 <= (interaction.get("response") or {}).get("status_code", 0) < 300:
                successes.add(label)
            checks = recorder["checks"].get(case, [])
            findings |= {(it["name"], label) for it in checks if it["status"] == "failure"}
    return successes, findings


if __name__ == "__main__":
    main()
