"""All client generators with their commands."""

import json
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from scripts.languages.tools import OPENAPI_GENERATOR, PROBES
from scripts.paths import ROOT

DOCUMENT_NAME: Final = "openapi.sdk.json"
_NPM_VERSIONS: Final[dict[str, str]] = json.loads((PROBES / "npm" / "package.json").read_text())[
    "dependencies"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """A client generator.

    All commands run in a folder with the files of the probes and the document.

    Attributes:
        language: Language of the client.
        name: Name of the generator.
        version: Version of the generator. Default: that of openapi-generator.
        probes: Folders below `probes` with the files of the tour; the last one names the build folder.
        debian: Debian packages with libraries of the client.
        generate: Command of the generator.
        compile: Commands that compile client and tour.
        tour: Command of the tour; the caller appends the URL of the service.
        streams: Whether the tour receives a stream in pieces.
        compiled: Description of the compiler.
        missing: Reason why the client cannot be compiled; empty if it can.
        notes: Facts that users of the client need.
    """

    language: str
    name: str
    version: str = OPENAPI_GENERATOR
    probes: tuple[str, ...]
    debian: tuple[str, ...] = ()
    generate: tuple[str, ...]
    compile: tuple[tuple[str, ...], ...]
    tour: tuple[str, ...] = ()
    streams: bool = True
    compiled: str = ""
    missing: str = ""
    notes: tuple[str, ...] = ()


def _typescript(
    package: str,
    *generate: str,
    folder: str = "",
    version: str = "",
    relaxed: tuple[str, ...] = (),
    streams: bool = True,
    notes: tuple[str, ...] = (),
) -> Generator:
    """Return a generator of a TypeScript client.

    Args:
        package: Package of the generator.
        generate: Command of the generator.
        folder: Folder of the tour; by default the name of the package.
        version: Version of the generator; by default that of the npm package.
        relaxed: Options of tsc without which the code of the package or of its libraries has errors.
        streams: Whether the tour receives a stream in pieces.
        notes: Facts that users of the client need.
    """
    options = f", with `{' '.join(relaxed)}`" if relaxed else ""
    return Generator(
        language="TypeScript",
        name=package,
        version=version or _NPM_VERSIONS[package],
        probes=("typescript", folder or package),
        generate=generate,
        compile=(("tsc", *relaxed),),
        tour=("tsx", "main.ts"),
        streams=streams,
        compiled=f"`tsc` with `strict` and all further checks, including those of libraries{options}",
        notes=notes,
    )


def _openapi_generator(generator: str, *options: str) -> tuple[str, ...]:
    """Return the command of a generator of openapi-generator."""
    return (
        *("openapi-generator-cli", "generate", "--generator-name", generator),
        *("--input-spec", DOCUMENT_NAME, "--output", "client", *options),
    )


def _parsed(language: str, generator: str, suffix: str, missing: str) -> Generator:
    """Return a generator of openapi-generator whose client is parsed, not compiled."""
    return Generator(
        language=language,
        name=f"openapi-generator `{generator}`",
        probes=(generator,),
        generate=_openapi_generator(generator),
        compile=(("env", f"PYTHONPATH={ROOT}", "python", "-m", "scripts.languages.parse", "client", suffix),),
        missing=f"{missing}; all files can be parsed",
    )


def _python(package: str, *generate: str, streams: bool, notes: tuple[str, ...]) -> Generator:
    """Return a generator of Python code.

    Args:
        package: Package of the generator.
        generate: Command of the generator.
        streams: Whether the tour receives a stream in pieces.
        notes: Facts that users of the client need.
    """
    return Generator(
        language="Python",
        name=package,
        version=version(package),
        probes=("python", package),
        generate=generate,
        compile=_MYPY,
        tour=("python", "main.py"),
        streams=streams,
        compiled=_MYPY_STRICT,
        notes=notes,
    )


_MYPY: Final = (("mypy", "--strict", "--config-file=mypy.ini", "main.py"),)
_MYPY_STRICT: Final = "`mypy --strict`"
_CRATES: Final = (
    *("librust-chrono-dev", "librust-reqwest-dev", "librust-serde-derive-dev", "librust-serde-json-dev"),
    *("librust-serde-repr-dev", "librust-tokio-dev", "librust-url-dev"),
)
_JAVAC: Final = "javac -proc:none -Xlint:all,-deprecation,-path,-serial -Werror -d classes"
_VALIDATOR: Final = "debian/usr/share/gocode/src/gopkg.in/validator.v2/go.mod"
# Checks that the runtime of typescript-fetch violates.
_UNTIDY: Final = (
    *("--noUnusedLocals", "false", "--noUnusedParameters", "false"),
    *("--noImplicitOverride", "false", "--noUncheckedIndexedAccess", "false"),
)
_INEXACT: Final = ("--exactOptionalPropertyTypes", "false")

GENERATORS: Final = (
    _typescript(
        "openapi-typescript",
        *("openapi-typescript", DOCUMENT_NAME, "--output", "schema.d.ts"),
        folder="openapi-fetch",
        notes=(
            f"The client is openapi-fetch {_NPM_VERSIONS['openapi-fetch']}.",
            'A run with `parseAs: "stream"` returns a stream.',
        ),
    ),
    _typescript(
        "@hey-api/openapi-ts",
        *("openapi-ts", "--input", DOCUMENT_NAME, "--output", "client", "--no-log-file"),
        folder="hey-api",
        relaxed=_INEXACT,
        notes=(
            'A run with `parseAs: "stream"` returns a stream.',
            "Pass the key without a scheme.",
        ),
    ),
    _typescript(
        "orval",
        *("orval", "--input", DOCUMENT_NAME, "--output", "client.ts", "--client", "fetch"),
        streams=False,
        notes=(
            "URLs are relative, so outside a page `fetch` must add the host.",
            "A stream returns the whole text.",
        ),
    ),
    _typescript(
        "oazapfts",
        *("oazapfts", DOCUMENT_NAME, "client.ts"),
        relaxed=_INEXACT,
        notes=(
            "Functions decode each response as text; for streams and files pass a `fetch` that keeps it.",
        ),
    ),
    _typescript(
        "@kubb/cli",
        *("kubb", "generate"),
        folder="kubb",
        relaxed=(*_INEXACT, "--skipLibCheck"),
        notes=("`responseType` of the call selects stream or file, as in axios.",),
    ),
    _typescript(
        "openapi-zod-client",
        *("openapi-zod-client", DOCUMENT_NAME, "--output", "client.ts"),
        relaxed=_INEXACT,
        notes=("`responseType` of the call selects stream or file, as in axios.",),
    ),
    _typescript(
        "swagger-typescript-api",
        *("swagger-typescript-api", "generate", "--path", DOCUMENT_NAME, "--output", "."),
        notes=("Streams and files are read from the returned `Response`.",),
    ),
    _python(
        "openapi-python-client",
        *("openapi-python-client", "generate", "--path", DOCUMENT_NAME, "--meta", "none"),
        *("--output-path", "client"),
        streams=False,
        notes=("Warns that it does not decode files; their bytes are in `content` of the response.",),
    ),
    _python(
        "datamodel-code-generator",
        *("datamodel-codegen", "--input", DOCUMENT_NAME, "--output", "models.py"),
        *("--output-model-type", "pydantic_v2.BaseModel", "--use-annotated"),
        streams=True,
        notes=(
            "Creates models only; the tour sends them with httpx.",
            "Without `--use-annotated`, annotations contain function calls, which mypy rejects.",
        ),
    ),
    Generator(
        language="TypeScript",
        name="openapi-generator `typescript-fetch`",
        generate=_openapi_generator("typescript-fetch"),
        probes=("typescript", "typescript-fetch"),
        compile=(("tsc", *_INEXACT, *_UNTIDY),),
        compiled="`tsc` with `strict`; further checks fail in code that is the same for every document",
        tour=("tsx", "main.ts"),
        notes=("The functions that end in `Raw` return a stream.",),
    ),
    Generator(
        language="Python",
        name="openapi-generator `python`",
        generate=_openapi_generator("python"),
        probes=("python", "openapi-generator-python"),
        compile=(("env", "MYPYPATH=client", *_MYPY[0], "--follow-imports=silent"),),
        compiled=f"{_MYPY_STRICT} for the tour; the functions of the client are not fully annotated",
        tour=("env", "PYTHONPATH=client", "python", "main.py"),
        notes=("The functions that end in `_without_preload_content` return a stream.",),
    ),
    Generator(
        language="Go",
        name="openapi-generator `go`",
        generate=_openapi_generator("go"),
        probes=("go",),
        debian=("golang-gopkg-validator.v2-dev",),
        compile=(
            ("cp", "validator.mod", _VALIDATOR),
            ("go", "build", "./client", "./tour"),
            ("go", "vet", "./client", "./tour"),
        ),
        compiled="`go build` and `go vet`",
        tour=("go", "run", "./tour"),
        notes=("Functions return the whole text of a stream; an `http.RoundTripper` receives the pieces.",),
    ),
    Generator(
        language="Java",
        name="openapi-generator `java`",
        generate=_openapi_generator(
            "java", *("--library", "native", "--additional-properties", "openApiNullable=false")
        ),
        probes=("java",),
        debian=("libgeronimo-annotation-1.3-spec-java",),
        compile=(("sh", "-ec", f"find client/src/main Tour.java -name '*.java' | xargs {_JAVAC}"),),
        compiled=f"`{_JAVAC}`",
        tour=("java", "Tour"),
        notes=(
            "`native` uses the HTTP client of the JDK; the other libraries are in no available package.",
            "`openApiNullable=false` avoids one more such library.",
            "Functions return the whole text of a stream; a response interceptor receives the pieces.",
            "Select HTTP/1.1: otherwise each request over plain HTTP contains an upgrade to HTTP/2.",
        ),
    ),
    Generator(
        language="PHP",
        name="openapi-generator `php`",
        generate=_openapi_generator("php"),
        probes=("php",),
        debian=("php-guzzlehttp-guzzle",),
        compile=(("sh", "-ec", "find client/lib -name '*.php' | xargs -n1 -P2 php -l"),),
        compiled="`php -l`",
        tour=("php", "-d", "include_path=debian/usr/share/php", "tour.php"),
        notes=("Functions return the whole text of a stream; the `sink` of Guzzle receives the pieces.",),
    ),
    Generator(
        language="Ruby",
        name="openapi-generator `ruby`",
        generate=_openapi_generator("ruby"),
        probes=("ruby",),
        debian=("ruby-typhoeus",),
        compile=(("sh", "-ec", "find client/lib -name '*.rb' | xargs ruby -wc"),),
        compiled="`ruby -wc`",
        tour=("ruby", "-I", "client/lib", "tour.rb"),
        notes=("Functions return the whole text of a stream; `Typhoeus.before` receives the pieces.",),
    ),
    Generator(
        language="Rust",
        name="openapi-generator `rust`",
        generate=_openapi_generator("rust"),
        probes=("rust",),
        debian=_CRATES,
        compile=(("cargo", "build", "--offline", "--quiet"),),
        compiled="`cargo build`, with reqwest 0.11 of Debian 12 instead of 0.13",
        tour=("cargo", "run", "--offline", "--quiet", "--"),
        streams=False,
        notes=(
            "A stub replaces the one function of serde_with that the client uses; Debian 12 lacks it.",
            (
                "The error enumeration is untagged, so an error is decoded as the first variant with "
                "matching members; the status is a separate member."
            ),
        ),
    ),
    _parsed("C#", "csharp", "cs", "no available package contains the .NET SDK"),
    _parsed("Kotlin", "kotlin", "kt", "no available package contains OkHttp 5"),
)
