"""Lint contract and derived documents with Redocly, and compare its bundle with that of `scripts.bundle`.

Redocly needs Node and, on the first run, network access. Without them the check is skipped with a message.
"""

import json
import os
import shutil
import subprocess
from copy import deepcopy
from typing import Final, cast

from scripts.bundle import ALIAS_OF, RUN_PATH, Json, JsonObject, as_object, bundle
from scripts.lint.contract import DocumentNode, escape
from scripts.paths import CODEGEN, CONTRACT, GENERATED, ROOT
from scripts.task_table import tasks_of

PACKAGE: Final = "@redocly/cli@2.77.0"
# Documents that `make generate` derives from the contract.
_DERIVED: Final = ("openapi.sdk.yaml", "openapi.llm.json")
_BUNDLE: Final = ROOT / "build" / "redocly.json"
_TIMEOUT_SECONDS: Final = 180
_ENVIRONMENT: Final = {
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "npm_config_loglevel": "error",
    "npm_config_update_notifier": "false",
    # Without network access, fail immediately.
    "npm_config_fetch_retries": "0",
    "npm_config_prefer_offline": "true",
}


def main() -> None:
    """Lint and compare, or print the reason for skipping.

    Raises:
        SystemExit: Redocly reports problems, or the documents differ.
    """
    npx = shutil.which("npx")
    skip_reason = "npx is not on the PATH" if npx is None else _unavailable_reason(npx)
    if npx is None or skip_reason:
        print(f"skipped Redocly: {skip_reason}")
        return
    documents = [
        CONTRACT / "openapi.yaml",
        *(ROOT / GENERATED / "bytezkit_openapi" / name for name in _DERIVED),
    ]
    if _redocly(npx, "lint", *map(str, documents), f"--config={CODEGEN / 'redocly.yaml'}").returncode:
        raise SystemExit("Redocly reports problems")
    lines = differences("#", without_tasks(bundle()), _bundled(npx))
    if lines:
        print("\n".join(lines))
        raise SystemExit("the bundled document differs from that of Redocly")
    print("Redocly reports no problem and bundles the same document")


def without_tasks(document: JsonObject) -> JsonObject:
    """Return paths and components of the bundled document without the parts of tasks and without aliases.

    Redocly does not read the task files and copies no operation, so that only the rest can be compared.
    """
    tasks = tasks_of(document)
    forms = [form for task in tasks for form in task.forms]
    schema_names = {name for form in forms for name in (form.params, form.result)}
    prefixes = tuple(f"{task.name}." for task in tasks)
    remaining = deepcopy({key: document[key] for key in ("paths", "components")})
    root = DocumentNode(remaining, "#", remaining)
    run = root.at("paths", RUN_PATH, "post")
    for body in (run.at("requestBody"), run.at("responses", "200")):
        examples = body.at("content", "application/json", "examples").value
        for name in [name for name in examples if name.startswith(prefixes)]:
            del examples[name]
    for name in schema_names:
        del root.at("components", "schemas").value[name]
    paths = root.at("paths")
    for path, item in list(paths.members()):
        if any(ALIAS_OF in operation.value for _, operation in item.members()):
            del paths.value[path]
    return remaining


def differences(pointer: str, ours: Json, theirs: Json) -> list[str]:
    """Describe the differences between two values; the order of members is ignored."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        lines: list[str] = []
        for key in sorted({*ours, *theirs}):
            child = f"{pointer}/{escape(key)}"
            if key not in ours or key not in theirs:
                lines.append(f"{child}: only in {'our document' if key in ours else 'that of Redocly'}")
            else:
                lines += differences(child, ours[key], theirs[key])
        return lines
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = enumerate(zip(ours, theirs, strict=True))
        return [line for index, pair in pairs for line in differences(f"{pointer}/{index}", *pair)]
    return (
        []
        if ours == theirs
        else [f"{pointer}: {json.dumps(ours)} is {json.dumps(theirs)} in that of Redocly"]
    )


def _unavailable_reason(npx: str) -> str:
    """Return the reason why Redocly cannot be started; empty if it can."""
    try:
        process = _redocly(npx, "--version", capture=True)
    except subprocess.TimeoutExpired:
        return f"{PACKAGE} did not start within {_TIMEOUT_SECONDS} s"
    errors = [line for line in process.stderr.splitlines() if line.strip()]
    if process.returncode:
        return f"cannot download {PACKAGE}: {errors[0] if errors else 'npx gave no reason'}"
    return ""


def _bundled(npx: str) -> JsonObject:
    _BUNDLE.parent.mkdir(exist_ok=True)
    source = str(CONTRACT / "openapi.yaml")
    # By default Redocly renames components with the same name.
    conflicts = "--component-renaming-conflicts-severity=error"
    process = _redocly(npx, "bundle", source, f"--output={_BUNDLE}", conflicts, capture=True)
    if process.returncode:
        raise SystemExit(f"Redocly cannot bundle the contract:\n{process.stderr}")
    document = as_object(cast("Json", json.loads(_BUNDLE.read_text(encoding="utf-8"))), str(_BUNDLE))
    return {key: document[key] for key in ("paths", "components")}


def _redocly(npx: str, *arguments: str, capture: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [npx, "--yes", PACKAGE, *arguments],
        cwd=ROOT,
        env={**os.environ, **_ENVIRONMENT},
        capture_output=capture,
        text=True,
        timeout=_TIMEOUT_SECONDS,
        check=False,
    )


if __name__ == "__main__":
    main()
