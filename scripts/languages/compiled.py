"""Clients that openapi-generator writes, and the compilers of their languages."""

import re
import shutil
from typing import Final

from tree_sitter import Language, Parser

from scripts.languages.workshop import (
    WORK,
    UnavailableError,
    fetch,
    openapi_generator,
    program,
    run,
    tools,
    workplace,
)

_REQUIRED: Final = re.compile(r"^\t(\S+) v\S+$", re.MULTILINE)
# Debian's packages with the crates that the generated client uses.
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
    """Go with its standard library alone."""

    def generate(self, options: list[str]) -> None:
        """Write it, and a stand-in for the one module that it asks for."""
        folder = workplace("go")
        openapi_generator("go", folder / "client", options)
        modules = _REQUIRED.findall((folder / "client" / "go.mod").read_text(encoding="utf-8"))
        if len(modules) != 1:
            raise SystemExit(f"the client in Go asks for {modules}; there is a stand-in for one module")
        (folder / "validator" / "go.mod").write_text(f"module {modules[0]}\n\ngo 1.23\n", encoding="utf-8")

    def compile(self) -> None:
        """Build and vet it."""
        self._go("build", "-o", "tour.bin", "./tour")
        self._go("vet", "./client", "./tour")

    def tour(self) -> list[str]:
        """Return the program."""
        return [str(WORK / "go" / "tour.bin")]

    def _go(self, *arguments: str) -> None:
        caches = {"GOCACHE": str(WORK / "go" / "cache"), "GOPATH": str(WORK / "go" / "path")}
        alone = {"GOPROXY": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local"}
        run([str(tools() / "bin" / "go"), *arguments], WORK / "go", {**caches, **alone})


class Java:
    """Java with its own HTTP client; Jackson comes in the jar of the generator."""

    def generate(self, options: list[str]) -> None:
        """Write it."""
        openapi_generator("java", workplace("java") / "client", options)

    def compile(self) -> None:
        """Compile it."""
        folder = workplace("java")
        shutil.rmtree(folder / "classes", ignore_errors=True)
        sources = [*(folder / "client" / "src" / "main").rglob("*.java"), folder / "Tour.java"]
        sources.append(folder / "javax" / "annotation" / "Generated.java")
        compiler = [program("javac"), "-proc:none", "-nowarn", "-classpath", self._jar(), "-d", "classes"]
        run([*compiler, *map(str, sources)], folder)

    def tour(self) -> list[str]:
        """Return the program."""
        return [program("java"), "-classpath", f"{WORK / 'java' / 'classes'}:{self._jar()}", "Tour"]

    def _jar(self) -> str:
        [jar] = tools().rglob("openapi-generator.jar")
        return str(jar)


class Rust:
    """Rust with the crates of Debian 12."""

    def generate(self, options: list[str]) -> None:
        """Write it."""
        openapi_generator("rust", workplace("rust") / "client", options)

    def compile(self) -> None:
        """Get the crates, and compile it with them."""
        folder = workplace("rust")
        cargo = program("cargo")
        crates = folder / "debian" / "usr" / "share" / "cargo" / "registry"
        if not crates.exists():
            self._fetch_crates()
        if not [*crates.glob("reqwest-0.11.*")]:
            raise UnavailableError("Debian's packages have no reqwest 0.11 here")
        source = '[source.crates-io]\nreplace-with = "debian"\n'
        (folder / ".cargo").mkdir(exist_ok=True)
        (folder / ".cargo" / "config.toml").write_text(
            f'{source}[source.debian]\ndirectory = "{crates}"\n', encoding="utf-8"
        )
        run([cargo, "build", "--offline", "--quiet"], folder)

    def tour(self) -> list[str]:
        """Return the program."""
        return [str(WORK / "rust" / "target" / "debug" / "tour")]

    def _fetch_crates(self) -> None:
        apt_cache, apt_get, dpkg = program("apt-cache"), program("apt-get"), program("dpkg")
        packages = WORK / "rust" / "packages"
        packages.mkdir(exist_ok=True)
        unneeded = ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")
        listed = run(
            [apt_cache, "depends", "--recurse", *(f"--no-{it}" for it in unneeded), *_CRATES], packages
        )
        names = sorted({line for line in listed.splitlines() if line.startswith("librust-")})
        fetch("the crates of Debian", [apt_get, "download", *names], packages)
        for package in packages.glob("*.deb"):
            run([dpkg, "--extract", str(package), str(WORK / "rust" / "debian")], packages)


class Parsed:
    """A client whose compiler or libraries can not be had: its files are parsed.

    Args:
        language: The generator's name of it.
        grammar: The language's grammar.
        suffix: How the names of its files end.
        reason: What is missing.
    """

    def __init__(self, language: str, grammar: object, suffix: str, reason: str) -> None:
        self._language = language
        self._grammar = grammar
        self._suffix = suffix
        self._reason = reason

    def generate(self, options: list[str]) -> None:
        """Write it."""
        openapi_generator(self._language, WORK / self._language, options)

    def compile(self) -> None:
        """Parse all files, and say what is missing to compile them."""
        parser = Parser(Language(self._grammar))
        files = sorted((WORK / self._language).rglob(f"*{self._suffix}"))
        for file in files:
            if parser.parse(file.read_bytes()).root_node.has_error:
                raise SystemExit(f"{file.relative_to(WORK)} can not be parsed")
        raise UnavailableError(f"{self._reason}; all {len(files)} files parse")

    def tour(self) -> list[str]:
        """Say what is missing."""
        raise UnavailableError(self._reason)
