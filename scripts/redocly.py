"""Let Redocly lint the contract's files, and compare its bundle with ours.

A second pair of eyes that needs Node and, the first time, the network: without them it says so and passes.
"""

import json
import os
import shutil
import subprocess
from copy import deepcopy
from typing import Final, cast

from scripts.bundle import RUN_PATH, Json, JsonObject, as_object, bundle
from scripts.lint.contract import DocumentNode, escape
from scripts.paths import CODEGEN, CONTRACT, ROOT
from scripts.task_table import tasks_of

PACKAGE: Final = "@redocly/cli@2.77.0"
_BUNDLE: Final = ROOT / "build" / "redocly.json"
_SECONDS: Final = 180
_QUIET: Final = {
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "npm_config_loglevel": "error",
    "npm_config_update_notifier": "false",
    # Without a network, fail at once.
    "npm_config_fetch_retries": "0",
    "npm_config_prefer_offline": "true",
}


def main() -> None:
    """Lint and compare, or say why not."""
    npx = shutil.which("npx")
    reason = "npx is not on the PATH" if npx is None else _unavailable(npx)
    if npx is None or reason:
        print(f"skipped Redocly: {reason}")
        return
    if _redocly(
        npx, "lint", str(CONTRACT / "openapi.yaml"), f"--config={CODEGEN / 'redocly.yaml'}"
    ).returncode:
        raise SystemExit("Redocly has findings")
    lines = differences("#", without_tasks(bundle()), _bundled(npx))
    if lines:
        print("\n".join(lines))
        raise SystemExit("our bundle differs from that of Redocly")
    print("Redocly agrees with the contract and with its bundle")


def without_tasks(document: JsonObject) -> JsonObject:
    """Return the paths and components of our bundle as they are before tasks are composed into it."""
    tasks = tasks_of(document)
    composed = {name for task in tasks for name in (task.params, task.result)}
    prefixes = tuple(f"{task.name}." for task in tasks)
    kept = deepcopy({key: document[key] for key in ("paths", "components")})
    root = DocumentNode(kept, "#", kept)
    run = root.at("paths", RUN_PATH, "post")
    for body in (run.at("requestBody"), run.at("responses", "200")):
        examples = body.at("content", "application/json", "examples").value
        for name in [name for name in examples if name.startswith(prefixes)]:
            del examples[name]
    for name in composed:
        del root.at("components", "schemas").value[name]
    return kept


def differences(pointer: str, ours: Json, theirs: Json) -> list[str]:
    """List where two values differ; the order of members does not count."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        lines: list[str] = []
        for key in sorted({*ours, *theirs}):
            below = f"{pointer}/{escape(key)}"
            if key not in ours or key not in theirs:
                lines.append(f"{below}: only in {'our bundle' if key in ours else 'that of Redocly'}")
            else:
                lines += differences(below, ours[key], theirs[key])
        return lines
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = enumerate(zip(ours, theirs, strict=True))
        return [line for index, pair in pairs for line in differences(f"{pointer}/{index}", *pair)]
    return [] if ours == theirs else [f"{pointer}: {json.dumps(ours)} is {json.dumps(theirs)} with Redocly"]


def _unavailable(npx: str) -> str:
    """Return why Redocly can not be started, empty if it can."""
    try:
        done = _redocly(npx, "--version", capture=True)
    except subprocess.TimeoutExpired:
        return f"{PACKAGE} did not start within {_SECONDS} s"
    errors = [line for line in done.stderr.splitlines() if line.strip()]
    return f"can not fetch {PACKAGE}: {errors[0] if errors else 'no reason given'}" if done.returncode else ""


def _bundled(npx: str) -> JsonObject:
    _BUNDLE.parent.mkdir(exist_ok=True)
    source = str(CONTRACT / "openapi.yaml")
    clash = "--component-renaming-conflicts-severity=error"
    done = _redocly(npx, "bundle", source, f"--output={_BUNDLE}", clash, capture=True)
    if done.returncode:
        raise SystemExit(f"Redocly can not bundle:\n{done.stderr}")
    document = as_object(cast("Json", json.loads(_BUNDLE.read_text(encoding="utf-8"))), str(_BUNDLE))
    return {key: document[key] for key in ("paths", "components")}


def _redocly(npx: str, *arguments: str, capture: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [npx, "--yes", PACKAGE, *arguments],
        cwd=ROOT,
        env={**os.environ, **_QUIET},
        capture_output=capture,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


if __name__ == "__main__":
    main()
