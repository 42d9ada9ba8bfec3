"""Toolchains of clients that openapi-generator generates."""

import re
import shutil
from typing import Final

from tree_sitter import Language, Parser

from scripts.languages.tools import (
    BUILD_FOLDER,
    UnavailableError,
    fetch,
    find_program,
    prepare_folder,
    run,
    run_openapi_generator,
    tool_environment,
)

_REQUIRED: Final = re.compile(r"^\t(\S+) v\S+$", re.MULTILINE)
# Debian packages of the crates that the generated client needs.
_CRATES: Final = (
    "librust-chrono-dev",
    "librust-reqwest-dev",
    "librust-serde-derive-dev",
    "librust-serde-json-dev",
    "librust-serde-repr-dev",
    "librust-tokio-dev",
    "librust-url-dev",
)


class Go:
    """Go with the standard library only."""

    def generate(self, options: list[str]) -> None:
        """Generate the client, and a stub of the one module that it requires."""
        folder = prepare_folder("go")
        run_openapi_generator("go", folder / "client", options)
        modules = _REQUIRED.findall((folder / "client" / "go.mod").read_text(encoding="utf-8"))
        if len(modules) != 1:
            raise SystemExit(f"the Go client requires {modules}: expected one module, which has a stub")
        (folder / "validator" / "go.mod").write_text(f"module {modules[0]}\n\ngo 1.23\n", encoding="utf-8")

    def compile(self) -> None:
        """Run `go build` and `go vet`."""
        self._go("build", "-o", "tour.bin", "./tour")
        self._go("vet", "./client", "./tour")

    def tour(self) -> list[str]:
        """Return the command of the tour."""
        return [str(BUILD_FOLDER / "go" / "tour.bin")]

    def _go(self, *arguments: str) -> None:
        caches = {"GOCACHE": str(BUILD_FOLDER / "go" / "cache"), "GOPATH": str(BUILD_FOLDER / "go" / "path")}
        # No download of modules or of another Go version.
        offline = {"GOPROXY": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local"}
        run([str(tool_environment() / "bin" / "go"), *arguments], BUILD_FOLDER / "go", {**caches, **offline})


class Java:
    """Java with the HTTP client of the JDK, and Jackson from the generator's jar."""

    def generate(self, options: list[str]) -> None:
        """Generate the client."""
        run_openapi_generator("java", prepare_folder("java") / "client", options)

    def compile(self) -> None:
        """Run `javac`."""
        folder = prepare_folder("java")
        shutil.rmtree(folder / "classes", ignore_errors=True)
        sources = [*(folder / "client" / "src" / "main").rglob("*.java"), folder / "Tour.java"]
        sources.append(folder / "javax" / "annotation" / "Generated.java")
        compiler = [
            find_program("javac"),
            "-proc:none",
            "-nowarn",
            "-classpath",
            self._jar(),
            "-d",
            "classes",
        ]
        run([*compiler, *map(str, sources)], folder)

    def tour(self) -> list[str]:
        """Return the command of the tour."""
        return [
            find_program("java"),
            "-classpath",
            f"{BUILD_FOLDER / 'java' / 'classes'}:{self._jar()}",
            "Tour",
        ]

    def _jar(self) -> str:
        [jar] = tool_environment().rglob("openapi-generator.jar")
        return str(jar)


class Rust:
    """Rust with the crates of Debian 12."""

    def generate(self, options: list[str]) -> None:
        """Generate the client."""
        run_openapi_generator("rust", prepare_folder("rust") / "client", options)

    def compile(self) -> None:
        """Download the crates if necessary, and run `cargo build`."""
        folder = prepare_folder("rust")
        cargo = find_program("cargo")
        crates = folder / "debian" / "usr" / "share" / "cargo" / "registry"
        if not crates.exists():
            self._fetch_crates()
        if not [*crates.glob("reqwest-0.11.*")]:
            raise UnavailableError("the Debian packages do not contain reqwest 0.11")
        source = '[source.crates-io]\nreplace-with = "debian"\n'
        (folder / ".cargo").mkdir(exist_ok=True)
        (folder / ".cargo" / "config.toml").write_text(
            f'{source}[source.debian]\ndirectory = "{crates}"\n', encoding="utf-8"
        )
        run([cargo, "build", "--offline", "--quiet"], folder)

    def tour(self) -> list[str]:
        """Return the command of the tour."""
        return [str(BUILD_FOLDER / "rust" / "target" / "debug" / "tour")]

    def _fetch_crates(self) -> None:
        apt_cache, apt_get, dpkg = find_program("apt-cache"), find_program("apt-get"), find_program("dpkg")
        packages = BUILD_FOLDER / "rust" / "packages"
        packages.mkdir(exist_ok=True)
        unneeded = ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")
        output = run(
            [apt_cache, "depends", "--recurse", *(f"--no-{it}" for it in unneeded), *_CRATES], packages
        )
        names = sorted({line for line in output.splitlines() if line.startswith("librust-")})
        fetch("the crates of Debian", [apt_get, "download", *names], packages)
        for package in packages.glob("*.deb"):
            run([dpkg, "--extract", str(package), str(BUILD_FOLDER / "rust" / "debian")], packages)


class ParseOnly:
    """Parser in place of a compiler that is not available.

    Args:
        language: Name of the language in openapi-generator.
        grammar: tree-sitter grammar of the language.
        suffix: Suffix of the source files.
        reason: Reason why the client cannot be compiled.
    """

    def __init__(self, language: str, grammar: object, suffix: str, reason: str) -> None:
        self._language = language
        self._grammar = grammar
        self._suffix = suffix
        self._reason = reason

    def generate(self, options: list[str]) -> None:
        """Generate the client."""
        run_openapi_generator(self._language, BUILD_FOLDER / self._language, options)

    def compile(self) -> None:
        """Parse all files, and raise `UnavailableError` if they are valid."""
        parser = Parser(Language(self._grammar))
        files = sorted((BUILD_FOLDER / self._language).rglob(f"*{self._suffix}"))
        for file in files:
            if parser.parse(file.read_bytes()).root_node.has_error:
                raise SystemExit(f"{file.relative_to(BUILD_FOLDER)} cannot be parsed")
        raise UnavailableError(f"{self._reason}; all {len(files)} files can be parsed")

    def tour(self) -> list[str]:
        """Raise `UnavailableError`."""
        raise UnavailableError(self._reason)
