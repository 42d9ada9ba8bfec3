"""A published client, its expected outcomes, and the tables that clients stand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class ExpectedOutcome:
    """Expected outcome of a capability.

    Attributes:
        outcome: `works`, `not offered` (the client has no such function) or `client fault` (the client
            handles a correct response wrongly).
        reason: Explanation; empty if the capability works.
    """

    outcome: Literal["works", "not offered", "client fault"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedClient:
    """A version of a published client.

    Attributes:
        name: Name in the package registry.
        version: Version.
        runtime: Runtime of the client.
        probe: Name of the probe in `probes`, without suffix.
        requires: Further packages that the probe needs, with their versions.
        host: Setting that directs the client to the emulator.
        options: Options of the emulator besides the defaults, each with its reason.
        exceptions: Capabilities that do not work.
    """

    name: str
    version: str
    runtime: Literal["Python", "Node", "Chromium"]
    probe: str
    host: str
    requires: Sequence[str] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    exceptions: Mapping[str, ExpectedOutcome] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Name and version, and the browser if it runs in one."""
        return f"{self.name} {self.version}{self.place}"

    @property
    def place(self) -> str:
        """The browser in which the client runs; empty for none."""
        return f" in {self.runtime}" if self.runtime == "Chromium" else ""

    def expected(self, capability: str) -> ExpectedOutcome:
        """Return the expected outcome of a capability."""
        return self.exceptions.get(capability, WORKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientGroup:
    """Clients with the same capabilities, which are a table of the page.

    Attributes:
        title: Title of the table.
        capabilities: Condition under which a capability works, by its name. The probes check exactly these.
        clients: The clients.
    """

    title: str
    capabilities: Mapping[str, str]
    clients: Sequence[PublishedClient]


WORKS: Final = ExpectedOutcome("works", "")
