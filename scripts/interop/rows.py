"""The clients, how each is run, and what is expected of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

# What it takes for a capability to work. The probes ask for exactly this.
CAPABILITIES: Final[Mapping[str, str]] = {
    "list": "Models of a task come; also all tasks on v2, and all models and instances on v1.",
    "create or load": "A model is made ready and says so. On v1, loading it again does no harm.",
    "run": "A prompt comes back with five words more. A chat or a question, and a picture, are answered.",
    "text stream": "The pieces of a stream, joined, are what a run gives, with its line ends and its accent.",
    "media stream": "The bytes of a stream are those of the file that a run gives.",
    "error": "A run of a model that is not there gives the error of the service, and so does a stream.",
    "stop": "What was made ready is gone afterwards.",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """An expected outcome.

    Attributes:
        outcome: `works`, `not offered` (the client has no such function) or `client fault` (the client
            spoils what it was sent).
        why: The fact that explains it; empty if it works.
    """

    outcome: Literal["works", "not offered", "client fault"]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A version of a client.

    Attributes:
        client: Its name in its registry.
        version: The version.
        runtime: What it runs in.
        probe: The file below `probes` that tries it.
        host: How it finds the emulator.
        options: Arguments of the emulator that it needs beyond the defaults, each with the reason.
        exceptions: The capabilities that do not plainly work.
    """

    client: str
    version: str
    runtime: Literal["Python", "Node"]
    probe: str
    host: str
    options: Mapping[str, str] = field(default_factory=dict)
    exceptions: Mapping[str, Cell] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Client and version."""
        return f"{self.client} {self.version}"

    def expected(self, capability: str) -> Cell:
        """Return what is expected of a capability."""
        return self.exceptions.get(capability, WORKS)


WORKS: Final = Cell("works", "")

_DEV: Final = "`dev=True`, its own switch to `http://localhost:8080`"
_DEV_JS: Final = "`dev` as the second argument, its own switch to `http://localhost:8080`"
_DEBUG: Final = "`debug=True`, its own switch to `http://localhost:8080`"

_V1_NO_MEDIA_STREAM: Final = Cell(
    "not offered", "On v1 only text is streamed; a run gives the file, in base64."
)
_NO_CREATE: Final = Cell(
    "not offered", "It left this client in September 2025; the first run makes the cluster, and waits for it."
)
_NO_STOP: Final = Cell(
    "not offered", "It left this client in September 2025; a cluster goes when nobody runs it for a while."
)
_LINES: Final = Cell(
    "client fault",
    "The client reads the stream by lines and leaves their ends out; each line comes when it is complete.",
)
_FULL_LINES: Final = Cell("client fault", f"{_LINES.why} It leaves out empty lines as well.")
_BYTE_LINES: Final = Cell(
    "client fault",
    "The client takes the bytes of the file for lines, and leaves out what looks like their ends.",
)
_TEXT_LINES: Final = Cell("client fault", "The client decodes the bytes of the file as lines of UTF-8.")
_IGNORED_STATUS: Final = Cell(
    "client fault",
    "A refused run gives its error. A refused stream does not: the client looks at no status before it "
    "hands the body out as text.",
)

_NO_CLUSTERS: Final = {"create or load": _NO_CREATE, "stop": _NO_STOP}

_PARTS: Final = {
    "--chat-content parts": "`ainvoke` of a chat model reads `content[0]['text']`, which is there in a "
    "list of parts only; `invoke` takes both forms.",
}
_LANGCHAIN: Final = {
    "list": Cell("not offered", "The package runs models for LangChain, and lists none."),
    "text stream": Cell(
        "client fault",
        "`stream` hands out single bytes, so that a letter of several bytes is not text and is refused. "
        "Plain ASCII comes whole, and `astream` gives all texts whole.",
    ),
    "media stream": Cell("not offered", "The package has models of text and of chat only."),
}

ROWS: Final = (
    Row(
        client="bytez",
        version="0.2.28",
        runtime="Python",
        probe="bytez_v1",
        host=_DEV,
        options={
            "--already-loaded started": "`load` of a model that is loaded already expects 209, and "
            "raises at the 409 that the emulator answers otherwise.",
        },
        exceptions={
            "text stream": _LINES,
            "media stream": _V1_NO_MEDIA_STREAM,
            "error": _IGNORED_STATUS,
        },
    ),
    Row(
        client="bytez",
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
    Row(
        client="bytez",
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
    Row(
        client="bytez",
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
    Row(
        client="langchain-bytez",
        version="0.0.5",
        runtime="Python",
        probe="langchain_bytez",
        host=_DEBUG,
        options={
            **_PARTS,
            "--cluster-status langchain": "Its own test waits for a cluster that is `loading` to be `on`.",
        },
        exceptions=_LANGCHAIN,
    ),
    Row(
        client="langchain-bytez",
        version="0.0.7",
        runtime="Python",
        probe="langchain_bytez",
        host=_DEBUG,
        options=_PARTS,
        exceptions={
            **_LANGCHAIN,
            "create or load": Cell(
                "not offered",
                "`start_cluster` of 0.0.5 is gone; the first run makes the cluster.",
            ),
            "stop": Cell("not offered", "Its README still names `shutdown_cluster`, but it is gone."),
        },
    ),
    Row(
        client="bytez.js",
        version="0.4.2",
        runtime="Node",
        probe="bytez_js_v1",
        host="a `fetch` in the global scope that sends what is for `https://api.bytez.com` to "
        "`http://localhost:8080`, because versions before 0.5.0 have no switch of their own",
        exceptions={"media stream": _V1_NO_MEDIA_STREAM, "error": _IGNORED_STATUS},
    ),
    Row(
        client="bytez.js",
        version="1.1.18",
        runtime="Node",
        probe="bytez_js_v2",
        host=_DEV_JS,
        exceptions=_NO_CLUSTERS,
    ),
    Row(
        client="bytez.js",
        version="3.0.0",
        runtime="Node",
        probe="bytez_js_v2",
        host=_DEV_JS,
        exceptions={
            **_NO_CLUSTERS,
            "media stream": Cell("client fault", "The client decodes the bytes of the file as UTF-8."),
        },
    ),
)
