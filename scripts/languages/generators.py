"""All client generators with their commands."""

import json
from dataclasses import dataclass
from typing import Final

from scripts.languages.tools import OPENAPI_GENERATOR, PROBES

DOCUMENT_NAME: Final = "openapi.sdk.json"
_NPM_VERSIONS: Final[dict[str, str]] = json.loads((PROBES / "npm" / "package.json").read_text())["dependencies"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """A client generator.

    All commands run in a folder with the files of the probes and the document.

    Attributes:
        language: Language of the client.
        name: Name of the generator.
        version: Version of the generator.
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
    version: str
    probes: tuple[str, ...]
    debian: tuple[str, ...] = ()
    generate: tuple[str, ...]
    compile: tuple[tuple[str, ...], ...]
    tour: tuple[str, ...] = ()
    streams: bool = True
    compiled: str
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
        notes=("Functions decode each response as text; for a stream or a file, pass a `fetch` that keeps the response.",),
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
)
