"""Creates the text of `docs/interop.md`."""

from collections.abc import Iterable, Sequence
from typing import Final

from scripts.interop.client import ClientGroup
from scripts.interop.runner import ClientResult
from scripts.markdown import markdown_table

_HEADER: Final = """\
<!-- Written by `make interop`; do not edit. -->
# Published clients against the emulator

Unmodified published clients against the emulator as `make emulator` starts it. The tables name options of the
emulator that a client needs in addition. `make interop` runs each client in a separate
environment, and fails if an outcome is unexpected. The outcomes do not show how the live service responds.

- **works**: the condition in the first table of the section is satisfied.
- **not offered**: the client has no such function.
- **client fault**: the client handles a correct response of the emulator wrongly.

Below the tables, each capability that does not work is explained.
"""


def page(tables: Sequence[tuple[ClientGroup, Sequence[ClientResult]]]) -> str:
    """Return the page.

    Args:
        tables: The results by group.
    """
    return _HEADER + "".join(_group(group, results) for group, results in tables)


def _group(group: ClientGroup, results: Sequence[ClientResult]) -> str:
    capabilities = group.capabilities
    return (
        f"\n## {group.title}\n\n"
        + markdown_table(("Capability", "It works if"), list(capabilities.items()))
        + "\n"
        + markdown_table(
            ("Client", "Version", "Options of the emulator", *capabilities),
            [_cells(it, capabilities) for it in results],
        )
        + "".join(_section(result) for result in results)
    )


def _cells(result: ClientResult, capabilities: Iterable[str]) -> list[str]:
    client = result.client
    options = ", ".join(f"`{option}`" for option in client.options) or "none"
    outcomes = ["not run" if result.skip_reason else result.observed[name].outcome for name in capabilities]
    return [f"`{client.name}`{client.place}", client.version, options, *outcomes]


def _section(result: ClientResult) -> str:
    client = result.client
    lines = [f"\n### `{client.name}` {client.version}{client.place}\n", f"Reached through {client.host}.\n"]
    lines += [f"- `{option}`: {reason}" for option, reason in client.options.items()]
    if result.skip_reason:
        return "\n".join([*lines, f"- Not run: {result.skip_reason}.", ""])
    for capability, observed in result.observed.items():
        if expected := client.exceptions.get(capability):
            detail = f" Observed: {observed.detail}." if observed.detail else ""
            lines.append(f"- **{capability}**, {expected.outcome}: {expected.reason}{detail}")
    return "\n".join([*lines, ""])
