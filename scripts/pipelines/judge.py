"""Run all pipelines, and print what does not fit the contract and what they refuse, as JSON.

    python -m scripts.pipelines.judge MODELS

It runs in the environment of `make pipelines`.
"""

import json
import logging
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import torch
import transformers

from scripts.pipelines import contract
from scripts.pipelines.inputs import write_video
from scripts.pipelines.runs import load_pipeline
from scripts.pipelines.tasks import TASKS, Arguments, Case, JudgedTask

_UNKNOWN: Final = "unknown_argument"


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
    torch.manual_seed(0)
    runs = dict(_runs(name, task, models))
    request = {**contract.requests(name)[0], "video": str(models / "video.mp4")}
    tried = {
        parameter: {
            json.dumps(value): contract.misfit(schema, value)
            or _refusal(task, models, request, {**task.companions.get(parameter, {}), parameter: value})
            for value in task.values.get(parameter) or contract.values(schema)
        }
        for parameter, schema in contract.parameters(name).items()
    }
    unknown = _refusal(task, models, request, {_UNKNOWN: 1})
    refused = {
        group: [name for name in names if unknown and _refuses_name(task, models, request, name, unknown)]
        for group, names in contract.undocumented_arguments(name).items()
    }
    return {"runs": runs, "parameters": tried, "unknown": unknown, "refused": refused}


def _runs(name: str, task: JudgedTask, models: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the outcome of each example and case: where the outputs of v2 and v1 do not fit."""
    entry, requests = contract.TASKS[name], contract.requests(name)
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


def _misfit(result: str, output: object) -> str:
    return contract.misfit({"$ref": f"#/components/schemas/{result}"}, output)


def _refuses_name(task: JudgedTask, models: Path, request: Any, name: str, unknown: str) -> bool:
    """Return whether the pipeline refuses a name with the same error as it does an unknown argument.

    The unknown argument is given too. It ends each call before the model runs, whatever the value.
    """
    refusal = _refusal(task, models, request, {name: 1, _UNKNOWN: 1})
    return refusal.partition(f"'{name}'")[0] == unknown.partition(f"'{_UNKNOWN}'")[0]


def _refusal(task: JudgedTask, models: Path, request: Any, arguments: Arguments) -> str:
    """Return the error with which the pipeline refuses arguments; empty if it takes them."""
    defaults = dict(task.defaults)
    if arguments.keys() & {"max_length", "min_length"}:
        defaults.pop("max_new_tokens", None)
    try:
        task.call(load_pipeline(task.pipeline, models / task.model), request, {**defaults, **arguments})
    except Exception as error:  # noqa: BLE001 - pipelines raise errors of any class
        return _describe(error)
    return ""


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"


if __name__ == "__main__":
    main()
