"""Creates the text of `docs/languages.md`."""

from collections.abc import Sequence
from typing import Final

from scripts.languages.generators import TOUR_STEPS
from scripts.languages.runner import STAGES, GeneratorResult
from scripts.markdown import markdown_table

_HEADER: Final = """\
<!-- Written by `make languages`; do not edit. -->
# Clients in other languages

Clients that generators create from the OpenAPI document, contract {version}. `make languages` generates each
client, compiles it without changes, and runs a tour program with it against the emulator. It fails if a
generator, a compiler or a tour fails. The tour programs are in `scripts/languages/probes`.

The document is `generated/bytezkit_openapi/openapi.json`, or `.yaml`. `openapi.sdk.json` in the same folder
has one operation per task and kind of response, so that generators create typed functions for each task.

"""


def page(version: str, results: Sequence[GeneratorResult]) -> str:
    """Return the page.

    Args:
        version: Version of the contract.
        results: Results of all generators.
    """
    return (
        _HEADER.format(version=version)
        + markdown_table(
            ("Language", "Generator", "Version", *STAGES), [_cells(result) for result in results]
        )
        + "\nSteps of the tour:\n\n"
        + "".join(f"- **{name}**: {description}\n" for name, description in TOUR_STEPS.items())
        + "".join(_section(result) for result in results)
    )


def _cells(result: GeneratorResult) -> list[str]:
    generator = result.generator
    outcomes = ["yes" if stage < result.completed else "no" for stage in range(len(STAGES))]
    return [generator.language, generator.name, generator.version, *outcomes]


def _section(result: GeneratorResult) -> str:
    generator = result.generator
    lines = [f"\n## {generator.title}\n"]
    if result.reason:
        lines.append(f"- Not {STAGES[result.completed]}: {result.reason}.")
    if result.completed > STAGES.index("compiled"):
        lines.append(f"- Compiled by {generator.compiled}.")
    lines += [f"- `{option}`: {reason}" for option, reason in generator.options.items()]
    lines += [f"- {note}" for note in generator.notes]
    return "\n".join([*lines, ""])
