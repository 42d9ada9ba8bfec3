"""Write `docs/interop.md`."""

from collections.abc import Sequence
from typing import Final

from scripts.interop.rows import CAPABILITIES
from scripts.interop.trial import Trial
from scripts.markdown import markdown_table

_HEADER: Final = """\
<!-- Written by `make interop`; do not edit. -->
# Published clients against the emulator

The vendor's clients as they were published, each in an environment of its own, against the emulator as
`make emulator` serves it. Where a client needs another option, the table names it. `make interop` runs
them again, and fails if an outcome is not the expected one. None of this says how the live service
answers.

- **works**: what the next table asks for came about.
- **not offered**: the client has no such function.
- **client fault**: the emulator's answer was right, and the client spoils it.

Below stands why, for everything that does not plainly work.
"""


def page(trials: Sequence[Trial]) -> str:
    """Write the page."""
    return (
        f"{_HEADER}\n"
        + markdown_table(("Capability", "It works if"), list(CAPABILITIES.items()))
        + "\n"
        + markdown_table(
            ("Client", "Version", "Options of the emulator", *CAPABILITIES), [_cells(it) for it in trials]
        )
        + "".join(_reasons(trial) for trial in trials)
    )


def _cells(trial: Trial) -> list[str]:
    row = trial.row
    options = ", ".join(f"`{option}`" for option in row.options) or "none"
    outcomes = ["not run" if trial.not_run else trial.seen[name].outcome for name in CAPABILITIES]
    return [f"`{row.client}`", row.version, options, *outcomes]


def _reasons(trial: Trial) -> str:
    row = trial.row
    lines = [f"\n## `{row.client}` {row.version}\n", f"Reached through {row.host}.\n"]
    lines += [f"- `{option}`: {why}" for option, why in row.options.items()]
    if trial.not_run:
        return "\n".join([*lines, f"- Not run: {trial.not_run}.", ""])
    for capability in CAPABILITIES:
        if cell := row.exceptions.get(capability):
            detail = trial.seen[capability].detail
            seen = f" Seen: {detail}." if detail else ""
            lines.append(f"- **{capability}**, {cell.outcome}: {cell.why}{seen}")
    return "\n".join([*lines, ""])
