"""Creates the text of `docs/languages.md`."""

from collections.abc import Sequence
from typing import Final

from scripts.languages.runner import STAGES, Result
from scripts.markdown import markdown_table

_HEADER: Final = """\
<!-- Written by `make languages`; do not edit. -->
# Clients in other languages

Clients that generators create from `openapi.sdk.json`, contract {version}. `make languages` generates each
client, compiles it, and runs a tour program against the emulator, directly and through the proxy Prism, which
validates all requests and responses against `openapi.yaml`. It fails if a generator, a compiler or a tour
fails. The documents are in `generated/bytezkit_openapi`, the tour programs in `scripts/languages/probes`.

Each tour creates, reads and deletes a cluster, runs a model, reads the same run as a stream of text, reads a
file, and decodes an error. The models are not in the examples of the document. No client sends the fragment
of a path.

"""


def page(version: str, results: Sequence[Result]) -> str:
    """Return the page.

    Args:
        version: Version of the contract.
        results: Results of all generators.
    """
    return (
        _HEADER.format(version=version)
        + markdown_table(
            ("Language", "Generator", "Version", *STAGES, "stream"), [_cells(result) for result in results]
        )
        + "".join(_section(result) for result in results)
    )


def _cells(result: Result) -> list[str]:
    generator = result.generator
    outcomes = ["yes" if stage < result.completed else "no" for stage in range(len(STAGES))]
    stream = "" if result.completed < len(STAGES) else "in pieces" if generator.streams else "whole"
    return [generator.language, generator.name, generator.version, *outcomes, stream]


def _section(result: Result) -> str:
    generator = result.generator
    lines = [f"\n## {generator.language}, {generator.name}\n", f"- `{' '.join(generator.generate)}`"]
    if result.reason:
        lines.append(f"- Not {STAGES[result.completed]}: {result.reason}.")
    if result.completed > STAGES.index("compiled"):
        lines.append(f"- Compiled by {generator.compiled}.")
    return "\n".join([*lines, *(f"- {note}" for note in generator.notes), ""])
