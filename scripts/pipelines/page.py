"""Creates the text of `docs/pipelines.md`."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from scripts.markdown import markdown_table
from scripts.pipelines.disagreements import KNOWN

_HEADER: Final = """\
<!-- Written by `make pipelines`; do not edit. -->
# The contract against pipelines

The service runs pipelines of `transformers` and `diffusers`. `make pipelines` runs the pipeline of each task
with a tiny model of random weights, in an environment of its own, and holds the outputs against the contract:
each example of the task, further arguments and models, and each documented parameter at values that the
contract allows. It fails if a disagreement is not in the list below, or if a listed one is gone.

- **Runs**: the examples and the other runs of the pipeline.
- **Fit v2**, **fit v1**: how many of the outputs fit the result of the task, in the form of each API.
- **Parameters**: how many of the documented parameters the pipeline takes at every value that was tried.
- **Others**: whether the pipeline refuses an argument that it does not know. The emulator does so for the
  tasks in its file `arguments.json`.
- **Evidence**: the evidence of the task's parameters, as [sources.md](sources.md) defines it.

What the pipelines return depends on their versions, and the code of the service between pipeline and response
is not public. The evidence of a fact that only a pipeline confirms is `pipeline-observed`.

"""


def page(
    document: Mapping[str, Any], observed: Mapping[str, Any], not_run: Mapping[str, str], versions: str
) -> str:
    """Return the page.

    Args:
        document: The published document.
        observed: The output of `scripts.pipelines.judge`.
        not_run: Reasons why tasks were not run, by task.
        versions: The versions of the packages.
    """
    reasons = {**not_run, **{task: it["notRun"] for task, it in observed.items() if "notRun" in it}}
    rows = [
        _row(document, task, observed[task])
        if task not in reasons
        else [f"`{task}`", "not run", "-", "-", "-", "-", "-"]
        for task in document["x-bytez-tasks"]
    ]
    runs = sum(len(it.get("runs", {})) for it in observed.values())
    head = ("Task", "Runs", "Fit v2", "Fit v1", "Parameters", "Others", "Evidence")
    return (
        _HEADER
        + f"Run with {versions}: {runs} runs of {len(document['x-bytez-tasks']) - len(reasons)} tasks.\n\n"
        + markdown_table(head, rows)
        + "".join(f"\nNot run: `{task}`, since {reason}.\n" for task, reason in reasons.items())
        + "\n## Known disagreements\n\n"
        + markdown_table(
            ("Disagreement", "Reason"), [(f"`{name}`", reason) for name, reason in KNOWN.items()]
        )
    )


def _row(document: Mapping[str, Any], task: str, outcome: Mapping[str, Any]) -> list[str]:
    runs, parameters = outcome["runs"], outcome["parameters"]
    entry = document["x-bytez-tasks"][task]
    taken = sum(not any(refusals.values()) for refusals in parameters.values())
    return [
        f"`{task}`",
        str(len(runs)),
        str(sum("v2" not in it and "pipeline" not in it for it in runs.values())),
        str(sum("v1" not in it and "pipeline" not in it for it in runs.values()))
        if "v1" in entry
        else "no v1",
        f"{taken} of {len(parameters)}" if parameters else "none documented",
        "refused" if outcome["others"] else "taken",
        _evidence(document, entry),
    ]


def _evidence(document: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    """Return how many parameters have each grade of evidence."""
    schemas = document["components"]["schemas"]
    schema = schemas[entry["params"]]
    shared = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    default = shared.get("x-evidence", entry["x-evidence"])
    grades = Counter(it.get("x-evidence", default) for it in shared["properties"].values())
    return ", ".join(f"{count} {grade}" for grade, count in grades.items()) or "-"
