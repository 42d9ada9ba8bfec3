"""All published clients and their expected outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

# Conditions under which a capability works. The probes check exactly these.
CAPABILITIES: Final[Mapping[str, str]] = {
    "list": "It returns the models of a task; on v2 also all tasks, on v1 also all models and instances.",
    "create or load": "The model is loaded and reports it. On v1, a second load raises no error.",
    "run": "A prompt returns a continuation of five words. A chat or question and an image return output.",
    "text stream": "The concatenated stream equals the output of a run, including line ends and accents.",
    "media stream": "The bytes of the stream equal the file of a run.",
    "error": "A run and a stream of an unknown model return the error of the service.",
    "stop": "The loaded model is deleted.",
}


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
        host: Setting that directs the client to the emulator.
        options: Options of the emulator besides the defaults, each with its reason.
        exceptions: Capabilities that do not work.
    """

    name: str
    version: str
    runtime: Literal["Python", "Node", "Chromium"]
    probe: str
    host: str
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


WORKS: Final = ExpectedOutcome("works", "")

_DEV: Final = "`dev=True`, an option of the client that selects `http://localhost:8080`"
_DEV_JS: Final = "`dev` as the second argument, an option of the client that selects `http://localhost:8080`"
_DEBUG: Final = "`debug=True`, an option of the client that selects `http://localhost:8080`"

_V1_NO_MEDIA_STREAM: Final = ExpectedOutcome(
    "not offered", "v1 streams only text; a run returns the file in base64."
)
_NO_CREATE: Final = ExpectedOutcome(
    "not offered",
    "Removed from the client in September 2025; the first run creates the cluster and waits for it.",
)
_NO_STOP: Final = ExpectedOutcome(
    "not offered", "Removed from the client in September 2025; an idle cluster is deleted after a while."
)
_LINES: Final = ExpectedOutcome(
    "client fault",
    "The client reads the stream by lines and drops line ends; it returns a line once it is complete.",
)
_FULL_LINES: Final = ExpectedOutcome("client fault", f"{_LINES.reason} It also drops empty lines.")
_BYTE_LINES: Final = ExpectedOutcome(
    "client fault",
    "The client splits the file into lines, and drops bytes that look like line ends.",
)
_TEXT_LINES: Final = ExpectedOutcome(
    "client fault", "The client decodes the bytes of the file as lines of UTF-8."
)
_IGNORED_STATUS: Final = ExpectedOutcome(
    "client fault",
    "A rejected run returns the error. A rejected stream does not: the client returns the body as text "
    "without checking the status.",
)

_NO_CLUSTERS: Final = {"create or load": _NO_CREATE, "stop": _NO_STOP}

_DECODED_FILES: Final = {
    **_NO_CLUSTERS,
    "media stream": ExpectedOutcome("client fault", "The client decodes the file as UTF-8."),
}

_PARTS: Final = {
    "--chat-content parts": "`ainvoke` of a chat model reads `content[0]['text']`, which requires a "
    "list of parts; `invoke` accepts both forms.",
}
_LANGCHAIN: Final = {
    "list": ExpectedOutcome("not offered", "The package runs models for LangChain, and has no lists."),
    "text stream": ExpectedOutcome(
        "client fault",
        "`stream` returns single bytes, so that a character of several bytes raises an error. "
        "ASCII text is complete, and `astream` returns any text completely.",
    ),
    "media stream": ExpectedOutcome("not offered", "The package has only text and chat models."),
}

CLIENTS: Final = (
    PublishedClient(
        name="bytez",
        version="0.2.28",
        runtime="Python",
        probe="bytez_v1",
        host=_DEV,
        options={
            "--already-loaded started": "`load` of a loaded model expects 209, and "
            "raises an error on 409, which the emulator returns by default.",
        },
        exceptions={
            "text stream": _LINES,
            "media stream": _V1_NO_MEDIA_STREAM,
            "error": _IGNORED_STATUS,
        },
    ),
    PublishedClient(
        name="bytez",
        version="1.0.10",
        runtime="Python",
        probe="bytez_v2",
        host=_DEV,
        exceptions={
            **_NO_CLUSTERS,
            "text stream": _LINES,
            "media stream": _BYTE_LINES,
            "error": _IGNORED_STATUS,
        },
    ),
    PublishedClient(
        name="bytez",
        version="2.0.5",
        runtime="Python",
        probe="bytez_v2",
        host=_DEV,
        exceptions={
            **_NO_CLUSTERS,
            "text stream": _LINES,
            "media stream": _BYTE_LINES,
            "error": _IGNORED_STATUS,
        },
    ),
    PublishedClient(
        name="bytez",
        version="3.0.1",
        runtime="Python",
        probe="bytez_v2",
        host=_DEV,
        exceptions={
            **_NO_CLUSTERS,
            "text stream": _FULL_LINES,
            "media stream": _TEXT_LINES,
            "error": _IGNORED_STATUS,
        },
    ),
    PublishedClient(
        name="langchain-bytez",
        version="0.0.5",
        runtime="Python",
        probe="langchain_bytez",
        host=_DEBUG,
        options={
            **_PARTS,
            "--cluster-status langchain": "Its own test waits from the status `loading` to `on`.",
        },
        exceptions=_LANGCHAIN,
    ),
    PublishedClient(
        name="langchain-bytez",
        version="0.0.7",
        runtime="Python",
        probe="langchain_bytez",
        host=_DEBUG,
        options=_PARTS,
        exceptions={
            **_LANGCHAIN,
            "create or load": ExpectedOutcome(
                "not offered",
                "`start_cluster` of 0.0.5 was removed; the first run creates the cluster.",
            ),
            "stop": ExpectedOutcome("not offered", "`shutdown_cluster` of the README was removed."),
        },
    ),
    PublishedClient(
        name="bytez.js",
        version="0.4.2",
        runtime="Node",
        probe="bytez_js_v1",
        host="a global `fetch` that redirects requests from `https://api.bytez.com` to "
        "`http://localhost:8080`, because versions before 0.5.0 have no option for it",
        exceptions={"media stream": _V1_NO_MEDIA_STREAM, "error": _IGNORED_STATUS},
    ),
    PublishedClient(
        name="bytez.js",
        version="1.1.18",
        runtime="Node",
        probe="bytez_js_v2",
        host=_DEV_JS,
        exceptions=_NO_CLUSTERS,
    ),
    PublishedClient(
        name="bytez.js",
        version="3.0.0",
        runtime="Node",
        probe="bytez_js_v2",
        host=_DEV_JS,
        exceptions=_DECODED_FILES,
    ),
    PublishedClient(
        name="bytez.js",
        version="3.0.0",
        runtime="Chromium",
        probe="bytez_js_v2",
        host=f"{_DEV_JS}, from a page at another port of `localhost`",
        exceptions=_DECODED_FILES,
    ),
)
