"""All client generators with their options."""

from collections.abc import Mapping
from typing import Final

import tree_sitter_c_sharp
import tree_sitter_kotlin

from scripts.languages.client_generator import ClientGenerator
from scripts.languages.node import TypeScript, pinned_version
from scripts.languages.toolchains import Go, Java, ParseOnly, Rust

# Steps of every tour program, in order. A program uses the API key `tour` and prints the name of each step.
TOUR_STEPS: Final[Mapping[str, str]] = {
    "list": "List the models of a task, and all tasks.",
    "cluster": "Create a cluster, poll it until it runs, update it, and list all clusters.",
    "run": "Run the model.",
    "stream": "Run the model as a stream; the concatenated bytes equal the output of the run.",
    "error": "Run an unknown model, and decode the error into the type of the document.",
    "delete": "Delete the cluster.",
    "job": "Request a model on v1, and read the progress of the job.",
    "v1": "Load the model on v1, wait until it runs, run it with the same text, and delete it.",
}

_JSON_ONLY_NOTE: Final = (
    "The generated function for a run decodes only JSON. For a stream the tour serializes the generated "
    "request type and reads the response with the HTTP library."
)
_STRICT_TSC: Final = "`tsc` with `strict` and all further checks, including those of libraries"

GENERATORS: Final = (
    ClientGenerator(
        language="TypeScript",
        name="openapi-typescript",
        version=pinned_version("openapi-typescript"),
        toolchain=TypeScript(
            generator="openapi-typescript", project="tsconfig.json", tour="openapi_fetch.js"
        ),
        options={
            "openapi.json": "Input file.",
            "--output=schema.d.ts": "Output file, which contains only types.",
        },
        compiled=_STRICT_TSC,
        notes=(
            f"The version of openapi-fetch is {pinned_version('openapi-fetch')}.",
            'A run with `parseAs: "stream"` returns a stream.',
        ),
    ),
    ClientGenerator(
        language="TypeScript",
        name="@hey-api/openapi-ts",
        version=pinned_version("@hey-api/openapi-ts"),
        toolchain=TypeScript(generator="openapi-ts", project="tsconfig.hey-api.json", tour="hey_api.js"),
        options={"--file=openapi-ts.config.mjs": "Enables imports that Node can resolve."},
        compiled=f"{_STRICT_TSC}, but without `exactOptionalPropertyTypes`, which the client violates",
        notes=(
            'Only JSON responses have types; `parseAs: "stream"` returns a stream nevertheless.',
            "Pass the key without a scheme; the client adds `Bearer` if the operation accepts it.",
        ),
    ),
    ClientGenerator(
        language="Go",
        name="openapi-generator `go`",
        toolchain=Go(),
        options={
            "--additional-properties=enumClassPrefix=true,packageName=bytez": "Avoids name collisions "
            "between values of two enumerations.",
            "--git-host=example.com": "Part of the module name, which must not be an existing module.",
            "--git-user-id=bytez": "As above.",
            "--git-repo-id=client": "As above.",
        },
        compiled="`go build` and `go vet` with the standard library only",
        notes=(
            (
                "The only dependency validates unions in responses; there are none, so a stub with one "
                "function replaces it."
            ),
            (
                "The generated function for a run decodes only JSON. For a stream it returns an error, and "
                "the complete text in the response; to read it incrementally, send the generated request "
                "type with `net/http`."
            ),
        ),
    ),
    ClientGenerator(
        language="Java",
        name="openapi-generator `java`",
        toolchain=Java(),
        options={
            "--library=native": "Uses the HTTP client of the JDK, and Jackson.",
            "--schema-mappings=ChatMessage_content=java.lang.Object": "The code that it generates "
            "for a union of string and list does not compile.",
            "--additional-properties=containerDefaultToNull=true,hideGenerationTimestamp=true,"
            "openApiNullable=false,supportUrlQuery=false": "Does not send unset lists as empty lists; "
            "writes no timestamp; needs no further library; makes the classes compatible with the mapping.",
        },
        compiled="`javac`, with Jackson from the generator's jar",
        notes=(
            _JSON_ONLY_NOTE,
            "The content of a chat message is an `Object`: a `String`, or a `List` of parts.",
            "Select HTTP/1.1: otherwise each request over plain HTTP contains an upgrade to HTTP/2.",
        ),
    ),
    ClientGenerator(
        language="Rust",
        name="openapi-generator `rust`",
        toolchain=Rust(),
        compiled="`cargo build` with the crates of Debian 12, which are older than the generated manifest "
        "requires, and a stub of serde_with with one function",
        notes=(
            _JSON_ONLY_NOTE,
            (
                "The error enumeration is untagged, so an error is decoded as the first variant with "
                "matching members; the status is a separate member."
            ),
        ),
    ),
    ClientGenerator(
        language="Kotlin",
        name="openapi-generator `kotlin`",
        toolchain=ParseOnly(
            "kotlin", tree_sitter_kotlin.language(), ".kt", "no available package contains OkHttp 5"
        ),
        options={
            "--additional-properties=serializationLibrary=gson,generateOneOfAnyOfWrappers=true": "Without "
            "it a union is an empty class.",
        },
    ),
    ClientGenerator(
        language="C#",
        name="openapi-generator `csharp`",
        toolchain=ParseOnly(
            "csharp", tree_sitter_c_sharp.language(), ".cs", "no available package contains the .NET SDK"
        ),
    ),
)
