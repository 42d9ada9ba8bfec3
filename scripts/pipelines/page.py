"""Creates the text of `docs/pipelines.md`."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, Final

from scripts.markdown import markdown_table
from scripts.pipelines import contract
from scripts.pipelines.disagreements import KNOWN

_HEADER: Final = """\
<!-- Written by `make pipelines`; do not edit. -->
# The contract against pipelines

The public images of the service run models in pipelines of `transformers` and `diffusers` (`containers-2025`
in [sources.md](sources.md)). `make pipelines` runs the pipeline of each task with tiny models of random
weights, in an environment of its own, and holds the outputs and the parameters against the contract, and the
refusal of other arguments against the emulator. It fails if a disagreement is not in the list below, or if a
listed one is gone.

- **Runs**: how often the pipeline of the task was run with an input: once for each example of the contract,
  and for further arguments and models.
- **Valid v2**, **valid v1**: how many of the outputs satisfy the schema of the task's result in each API.
- **Parameters taken**: how many of the parameters in the contract the pipeline takes, at every value that was
  tried, out of all parameters of the task.
- **Evidence**: how many of these parameters have each grade of `x-evidence`, which
  [sources.md](sources.md#evidence) describes.
- **Unknown argument**: whether the pipeline refuses or ignores an argument that does not exist. The emulator
  does the same, and the pipeline knows each undocumented argument that the emulator takes, except those of
  vLLM (`arguments.json` in the package of the emulator).

What a pipeline returns depends on its version. How the service makes a response from it is not public;
`scripts/pipelines/tasks.py` has the conversions that the documents show. Facts that no document states, and
that a pipeline confirms, have the evidence `pipeline-observed`.

"""


def page(observed: Mapping[str, Any], not_run: Mapping[str, str], versions: str) -> str:
    """Return the page.

    Args:
        observed: The output of `scripts.pipelines.judge`.
        not_run: Reasons why tasks were not run, by task.
        versions: The versions of the packages.
    """
    rows = [
        _row(task, observed[task]) if task in observed else [f"`{task}`", "not run", *"-----"]
        for task in contract.TASKS
    ]
    runs = sum(len(it["runs"]) for it in observed.values())
    head = ("Task", "Runs", "Valid v2", "Valid v1", "Parameters taken", "Evidence", "Unknown argument")
    known = [(f"`{it.task}`", ", ".join(f"`{name}`" for name in it.names), it.reason) for it in KNOWN]
    return (
        _HEADER
        + f"Run with {versions}: {runs} runs of {len(observed)} tasks.\n\n"
        + markdown_table(head, rows)
        + "".join(f"\nNot run: `{task}`, since {reason}.\n" for task, reason in not_run.items())
        + "\n## Known disagreements\n\n"
        + markdown_table(("Task", "Arguments, or the values that are refused", "Reason"), known)
    )


def _row(task: str, outcome: Mapping[str, Any]) -> list[str]:
    runs, parameters = outcome["runs"].values(), outcome["parameters"]
    taken = sum(not any(refusals.values()) for refusals in parameters.values())
    return [
        f"`{task}`",
        str(len(runs)),
        str(_valid(runs, "v2")),
        str(_valid(runs, "v1")) if "v1" in contract.TASKS[task] else "no v1",
        f"{taken} of {len(parameters)}" if parameters else "no parameters",
        evidence(task) or "-",
        "refused" if outcome["unknown"] else "ignored",
    ]


def _valid(runs: Collection[Mapping[str, str]], form: str) -> int:
    return sum(form not in it and "pipeline" not in it for it in runs)


def evidence(task: str) -> str:
    """Return how many parameters of a task have each grade of evidence."""
    grades = Counter(it["x-evidence"] for it in contract.parameters(task).values())
    return ", ".join(f"{count} {grade}" for grade, count in grades.items())
