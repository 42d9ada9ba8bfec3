"""All published clients and their expected outcomes."""

from typing import Final

from scripts.interop.client import ClientGroup, ExpectedOutcome, PublishedClient
from scripts.interop.openai_clients import OPENAI_GROUP

_CAPABILITIES: Final = {
    "list": "It returns the models of a task; on v2 also all tasks, on v1 also all models and instances.",
    "create or load": "The model is loaded and reports it. On v1, a second load raises no error.",
    "run": "A prompt returns a continuation of five words. A chat or question and an image return output.",
    "text stream": "The concatenated stream equals the output of a run, including line ends and accents.",
    "media stream": "The bytes of the stream equal the file of a run.",
    "error": "A run and a stream of an unknown model return the error of the service.",
    "stop": "The loaded model is deleted.",
}

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

_CLIENTS: Final = (
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
        name="langchain-bytez-main",
        version="0.0.1",
        runtime="Python",
        probe="langchain_bytez",
        host=_DEBUG,
        options={
            **_PARTS,
            "--cluster-status langchain": "A copy of langchain-bytez 0.0.5, whose test waits for these.",
        },
        exceptions=_LANGCHAIN,
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

_SUITE: Final = PublishedClient(
    name="bytez.js",
    version="3.0.0",
    runtime="Node",
    probe="bytez_js_suite",
    host=f"{_DEV_JS}. The probe removes the marks that skip most tests, and the calls of `create`, which the "
    "client no longer has. A global `fetch` returns the media that the suite downloads",
    requires=("tsx@4.20.6",),
    options={"--media-url vendor": "The test of `text-to-image` requires a URL on the vendor's host."},
)

_CHAT_CAPABILITIES: Final = {
    "chat": "A question returns a message of five words.",
    "stream": "The concatenated stream equals the message.",
    "image": "A question with the URL of an image, as OpenAI's clients send it, returns a message.",
    "tools": "A model of OpenAI calls a tool.",
    "error": "A chat and a stream with an unknown model return the error of the service.",
}
_INTEGRATIONS: Final = (
    PublishedClient(
        name="litellm",
        version="1.110.2",
        runtime="Python",
        probe="litellm_bytez",
        host="the constant `API_BASE` of the provider `bytez/`, because the provider ignores `api_base`",
        options={
            "--chat-content mirror": "The provider sends and reads lists of parts, `content[0]['text']`."
        },
        exceptions={
            "image": ExpectedOutcome(
                "client fault",
                "The provider reads `url` of a part, which OpenAI's format does not have. With it, the "
                "image is answered.",
            ),
            "tools": ExpectedOutcome("not offered", "The provider refuses `tools` as not supported."),
        },
    ),
    PublishedClient(
        name="@portkey-ai/gateway",
        version="1.15.2",
        runtime="Node",
        probe="portkey_bytez",
        host="the header `x-portkey-custom-host` with the provider `bytez`",
        exceptions={
            "stream": ExpectedOutcome(
                "client fault",
                "The gateway changes the headers of the streamed response, which are immutable in Node, and "
                "answers 500.",
            ),
            "tools": ExpectedOutcome(
                "not offered",
                "The provider sends messages, sampling and `stream`, and drops `tools`.",
            ),
        },
    ),
)

GROUPS: Final = (
    ClientGroup(title="Clients of the API of models", capabilities=_CAPABILITIES, clients=_CLIENTS),
    ClientGroup(
        title="The suite of bytez.js",
        capabilities={"suite": "All 59 tests of the package pass."},
        clients=(_SUITE,),
    ),
    ClientGroup(
        title="Integrations that offer OpenAI's chats", capabilities=_CHAT_CAPABILITIES, clients=_INTEGRATIONS
    ),
    OPENAI_GROUP,
)
