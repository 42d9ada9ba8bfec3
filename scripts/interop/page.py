"""Creates the text of `docs/interop.md`."""

from collections.abc import Sequence
from typing import Final

from scripts.interop.clients import CAPABILITIES
from scripts.interop.runner import ClientResult
from scripts.markdown import markdown_table

_HEADER: Final = """\
<!-- Written by `make interop`; do not edit. -->
# Published clients against the emulator

Unmodified published clients of the vendor against the emulator as `make emulator` starts it. The table names
options of the emulator that a client needs in addition. `make interop` runs each client in a separate
environment, and fails if an outcome is unexpected. The outcomes do not show how the live service responds.

- **works**: the condition in the next table is satisfied.
- **not offered**: the client has no such function.
- **client fault**: the client handles a correct response of the emulator wrongly.

The sections below explain each capability that does not work.
"""


def page(results: Sequence[ClientResult]) -> str:
    """Return the page."""
    return (
        f"{_HEADER}\n"
        + markdown_table(("Capability", "It works if"), list(CAPABILITIES.items()))
        + "\n"
        + markdown_table(
            ("Client", "Version", "Options of the emulator", *CAPABILITIES), [_cells(it) for it in results]
        )
        + "".join(_section(result) for result in results)
    )


def _cells(result: ClientResult) -> list[str]:
    client = result.client
    options = ", ".join(f"`{option}`" for option in client.options) or "none"
    outcomes = ["not run" if result.skip_reason else result.observed[name].outcome for name in CAPABILITIES]
    return [f"`{client.name}`{client.place}", client.version, options, *outcomes]


def _section(result: ClientResult) -> str:
    client = result.client
    lines = [f"\n## `{client.name}` {client.version}{client.place}\n", f"Reached through {client.host}.\n"]
    lines += [f"- `{option}`: {reason}" for option, reason in client.options.items()]
    if result.skip_reason:
        return "\n".join([*lines, f"- Not run: {result.skip_reason}.", ""])
    for capability in CAPABILITIES:
        if expected := client.exceptions.get(capability):
            detail = result.observed[capability].detail
            observed = f" Observed: {detail}." if detail else ""
            lines.append(f"- **{capability}**, {expected.outcome}: {expected.reason}{observed}")
    return "\n".join([*lines, ""])
