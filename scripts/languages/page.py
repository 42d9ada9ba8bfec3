"""Write `docs/languages.md`."""

from collections.abc import Sequence
from typing import Final

from scripts.languages.rows import STEPS
from scripts.languages.trial import STAGES, Trial
from scripts.markdown import markdown_table

_HEADER: Final = """\
<!-- Written by `make languages`; do not edit. -->
# Clients in other languages

What generators make of the OpenAPI document, contract {version}. `make languages` runs them again, compiles
what they write, and lets it take a tour of the emulator; it fails if a generator, a compiler or a tour does.
Nothing that is generated is changed afterwards. The tours stand in `scripts/languages/probes`.

The document is `generated/bytezkit_openapi/openapi.json`, or `.yaml`. `openapi.tasks.json` beside it has one
operation per task, for generators that want one typed call each.

"""


def page(version: str, trials: Sequence[Trial]) -> str:
    """Write the page for a version of the contract."""
    return (
        _HEADER.format(version=version)
        + markdown_table(("Language", "Generator", "Version", *STAGES), [_cells(trial) for trial in trials])
        + "\nThe tour:\n\n"
        + "".join(f"- **{name}**: {what}\n" for name, what in STEPS.items())
        + "".join(_details(trial) for trial in trials)
    )


def _cells(trial: Trial) -> list[str]:
    row = trial.row
    outcomes = ["yes" if stage < trial.reached else "no" for stage in range(len(STAGES))]
    return [row.language, row.generator, row.version, *outcomes]


def _details(trial: Trial) -> str:
    row = trial.row
    lines = [f"\n## {row.name}\n"]
    if trial.reason:
        lines.append(f"- Not {STAGES[trial.reached]}: {trial.reason}.")
    if trial.reached > STAGES.index("compiled"):
        lines.append(f"- Compiled by {row.compiled}.")
    lines += [f"- `{option}`: {why}" for option, why in row.options.items()]
    lines += [f"- {note}" for note in row.notes]
    return "\n".join([*lines, ""])
