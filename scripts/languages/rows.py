"""The generators, and how each is started."""

from collections.abc import Mapping
from typing import Final

import tree_sitter_c_sharp
import tree_sitter_kotlin

from scripts.languages.compiled import Go, Java, Parsed, Rust
from scripts.languages.node import TypeScript, version
from scripts.languages.row import Row

# What a tour does, in order; each takes the key `tour`, and says what it has done.
STEPS: Final[Mapping[str, str]] = {
    "list": "List the models of a task, and all tasks.",
    "cluster": "Create a cluster, read it until it runs, update it, and list it.",
    "run": "Run the model.",
    "stream": "Run it as a stream, whose bytes together are the text of the run.",
    "error": "Run a model that is not there, and read the error as the type that the document gives it.",
    "delete": "Delete the cluster.",
    "job": "Ask the older API for a model, and how far it is.",
    "v1": "Load the model on the older API, wait until it runs, run it with the same text, and delete it.",
}

_UNCHECKED: Final = {
    "--skip-validate-spec": "Its check refuses a link whose `requestBody` is an object, which OpenAPI 3.1 "
    "admits; the parts of the document by tag other than `v1` pass it."
}
_JSON_ALONE: Final = (
    "The generated function for a run reads JSON alone. Of a stream the tour has the request written by the "
    "generated type, and reads the answer from the HTTP library."
)
_STRICTEST: Final = "`tsc` with `strict` and all further checks that it has, those of libraries included"

ROWS: Final = (
    Row(
        language="TypeScript",
        generator="openapi-typescript",
        version=version("openapi-typescript"),
        client=TypeScript(generator="openapi-typescript", project="tsconfig.json", tour="openapi_fetch.js"),
        options={
            "openapi.json": "What is read.",
            "--output=schema.d.ts": "What is written: types alone.",
        },
        compiled=_STRICTEST,
        notes=(f'Run through openapi-fetch {version("openapi-fetch")}; `parseAs: "stream"` gives a stream.',),
    ),
    Row(
        language="TypeScript",
        generator="@hey-api/openapi-ts",
        version=version("@hey-api/openapi-ts"),
        client=TypeScript(generator="openapi-ts", project="tsconfig.hey-api.json", tour="hey_api.js"),
        options={"--file=openapi-ts.config.mjs": "Its settings, among them imports that Node finds."},
        compiled=f"{_STRICTEST}, but without `exactOptionalPropertyTypes`, which its own client breaks",
        notes=(
            'Types the JSON of an answer alone; `parseAs: "stream"` gives a stream all the same.',
            "Give the key without a scheme: it puts `Bearer` before it, where an operation admits that.",
        ),
    ),
    Row(
        language="Go",
        generator="openapi-generator `go`",
        client=Go(),
        options={
            **_UNCHECKED,
            "--additional-properties=enumClassPrefix=true,packageName=bytez": "Names of values that two "
            "enumerations share do not collide.",
            "--git-host=example.com": "The module's name, which must not be one of somebody else.",
            "--git-user-id=bytez": "As above.",
            "--git-repo-id=client": "As above.",
        },
        compiled="`go build` and `go vet` with the standard library alone",
        notes=(
            (
                "Its one dependency checks unions that are read, of which no answer has any; a stand-in of "
                "one function takes its place."
            ),
            (
                "The generated function for a run decodes JSON alone. Of a stream it returns an error, and "
                "the whole text in the response; to read pieces as they come, send the generated type by "
                "`net/http`."
            ),
        ),
    ),
    Row(
        language="Java",
        generator="openapi-generator `java`",
        client=Java(),
        options={
            **_UNCHECKED,
            "--library=native": "The HTTP client of Java itself, and Jackson.",
            "--schema-mappings=ChatMessage_content=java.lang.Object": "What it writes for a union of a "
            "text and a list does not compile.",
            "--additional-properties=containerDefaultToNull=true,hideGenerationTimestamp=true,"
            "openApiNullable=false,supportUrlQuery=false": "A list that is not set is not sent as an empty "
            "one; no time stands in the output; no further library is needed; objects fit the mapping.",
        },
        compiled="`javac`, with the Jackson that the generator's own jar carries",
        notes=(
            _JSON_ALONE,
            "The content of a chat message is an `Object`: a `String`, or a `List` of parts.",
            "Ask for HTTP/1.1: otherwise each request on plain HTTP asks for an upgrade.",
        ),
    ),
    Row(
        language="Rust",
        generator="openapi-generator `rust`",
        client=Rust(),
        options=_UNCHECKED,
        compiled="`cargo build` with the crates that Debian 12 packages, and a stand-in of one function for "
        "serde_with; the generated manifest asks for newer ones",
        notes=(
            _JSON_ALONE,
            (
                "The variants of an error have no tag, so that an error is read as that of the first status "
                "whose members fit; the status itself stands beside it."
            ),
        ),
    ),
    Row(
        language="Kotlin",
        generator="openapi-generator `kotlin`",
        client=Parsed(
            "kotlin", tree_sitter_kotlin.language(), ".kt", "OkHttp 5 is in no package that is at hand"
        ),
        options={
            **_UNCHECKED,
            "--additional-properties=serializationLibrary=gson,generateOneOfAnyOfWrappers=true": "Otherwise "
            "a union is an empty class.",
        },
    ),
    Row(
        language="C#",
        generator="openapi-generator `csharp`",
        client=Parsed(
            "csharp", tree_sitter_c_sharp.language(), ".cs", "the .NET SDK is in no package that is at hand"
        ),
        options=_UNCHECKED,
    ),
)
