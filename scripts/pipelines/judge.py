"""Run all pipelines, and print what they returned and refused as JSON.

    python -m scripts.pipelines.judge MODELS

It runs in the environment of `make pipelines`.
"""

import json
import logging
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import torch
import transformers

from scripts.paths import GENERATED, ROOT
from scripts.pipelines.inputs import as_json, write_video
from scripts.pipelines.runs import load_pipeline
from scripts.pipelines.tasks import TASKS, Case, JudgedTask

_DOCUMENT: Final[Any] = json.loads((ROOT / GENERATED / "bytezkit_openapi/openapi.json").read_text("utf-8"))
_SCHEMAS: Final[Any] = _DOCUMENT["components"]["schemas"]


def main() -> None:
    """Run the pipelines of all tasks, with the models in the folder that the command line names."""
    transformers.logging.set_verbosity_error()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    models = Path(sys.argv[1])
    write_video(models / "video.mp4")
    json.dump({name: _judge(name, task, models) for name, task in TASKS.items()}, sys.stdout)


def _judge(name: str, task: JudgedTask, models: Path) -> dict[str, object]:
    print(name, file=sys.stderr, flush=True)
    try:
        load_pipeline(task.pipeline, models / task.model)
    except ImportError as error:
        return {"notRun": f"{error.name} is not installed"}
    entry = _DOCUMENT["x-bytez-tasks"][name]
    torch.manual_seed(0)
    runs = dict(_runs(entry, task, models))
    forms = [entry, *entry.get("variants", {}).values()]
    parameters = {
        parameter: schema
        for form in forms
        for parameter, schema in _schema(form["params"])["properties"].items()
    }
    request = {**_requests(entry)[0], "video": str(models / "video.mp4")}
    tried = {
        parameter: {
            json.dumps(value): _refusal(task, models, request, parameter, value)
            for value in _values(task, parameter, schema)
        }
        for parameter, schema in parameters.items()
    }
    others = _refusal(task, models, request, "unknown_to_the_contract", 1)
    return {"runs": runs, "parameters": tried, "others": others}


def _runs(entry: Any, task: JudgedTask, models: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the outcome of each example and case: what is wrong with the outputs of v2 and v1."""
    requests = _requests(entry)
    for label, request in zip(entry["examples"], requests, strict=True):
        yield label, _outcome(entry, task, models, request, Case(arguments=request.get("params", {})))
    for case in task.cases:
        yield case.name, _outcome(entry, task, models, {**requests[0], **case.request}, case)


def _outcome(
    entry: Any, task: JudgedTask, models: Path, request: Mapping[str, Any], case: Case
) -> dict[str, str]:
    pipeline = load_pipeline(task.pipeline, models / (case.model or task.model))
    defaults = {} if case.model else task.defaults
    request = {**request, "video": str(models / "video.mp4")}
    try:
        output = task.call(pipeline, request, {**defaults, **case.arguments})
    except Exception as error:  # noqa: BLE001 - pipelines raise errors of any class
        return {"pipeline": _describe(error)}
    variant = entry.get("variants", {}).get(case.variant, entry)
    outcome = {"v2": _misfit(variant["result"], output if case.is_raw else task.v2(output))}
    if "v1" in entry and not case.is_raw:
        # Most tasks have the same result in both APIs.
        same = entry["v1"]["result"] == entry["result"]
        outcome["v1"] = _misfit(variant["result"] if same else entry["v1"]["result"], task.v1(output))
    return {form: misfit for form, misfit in outcome.items() if misfit}


def _misfit(schema: str, output: object) -> str:
    """Return where an output does not fit a schema; empty if it fits."""
    validator = jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": _DOCUMENT["components"]}
    )
    for error in validator.iter_errors(as_json(output)):
        return f"/{'/'.join(map(str, error.instance_path))}: {error.message[:100]}"
    return ""


def _refusal(task: JudgedTask, models: Path, request: Any, parameter: str, value: object) -> str:
    """Return the error with which the pipeline refuses a value; empty if it takes the value."""
    arguments = {**task.defaults, **task.companions.get(parameter, {}), parameter: value}
    if parameter in ("max_length", "min_length"):
        arguments.pop("max_new_tokens", None)
    try:
        task.call(load_pipeline(task.pipeline, models / task.model), request, arguments)
    except Exception as error:  # noqa: BLE001 - pipelines raise errors of any class
        return _describe(error)
    return ""


def _values(task: JudgedTask, parameter: str, schema: Mapping[str, Any]) -> Sequence[object]:
    """Return values of a parameter that the contract allows."""
    if parameter in task.values:
        return task.values[parameter]
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    least, above, most = (schema.get(name) for name in ("minimum", "exclusiveMinimum", "maximum"))
    values: list[object] = []
    if "integer" in types:
        values += sorted({1 if least is None else int(least), 2, 5})
    if "number" in types:
        values += sorted(
            {0.5, float(2 if most is None else most), *([float(least)] if least is not None else [])}
        )
        values += [1e-6] if above is not None else []
    if "boolean" in types:
        values += [True, False]
    if "null" in types:
        values.append(None)
    if "array" in types:
        values.append(["a"])
    if "string" in types:
        values.append("sigmoid" if parameter == "function_to_apply" else "en")
    return values


def _requests(entry: Any) -> list[Any]:
    content = _DOCUMENT["paths"]["/models/v2/{org}/{name}"]["post"]["requestBody"]["content"]
    examples = content["application/json"]["examples"]
    return [examples[name]["value"] for name in entry["examples"]]


def _schema(name: str) -> Any:
    schema = _SCHEMAS[name]
    return _schema(schema["$ref"].rpartition("/")[2]) if "$ref" in schema else schema


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"


if __name__ == "__main__":
    main()
