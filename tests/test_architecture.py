"""Import directions between and within the packages."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parents[1]
SOURCES: Final = {
    "overlay": ("bytezkit",),
    "emulator": ("bytezkit_emulator",),
    "contract": ("bytezkit_contract",),
    "generated": ("bytezkit_client", "bytezkit_models", "bytezkit_openapi"),
    ".": ("scripts", "tests"),
}
PACKAGES: Final = {
    package: ROOT / folder / package for folder, packages in SOURCES.items() for package in packages
}
ALLOWED: Final = {
    "bytezkit": {"bytezkit", *SOURCES["generated"]},
    "bytezkit_emulator": {"bytezkit_emulator", *SOURCES["generated"]},
    # The contract tests know a server only by the contract.
    "bytezkit_contract": {"bytezkit_contract", "bytezkit_openapi"},
    **{package: set(SOURCES["generated"]) for package in SOURCES["generated"]},
    "scripts": PACKAGES.keys() - {"bytezkit", "tests"},
}
IMPORT_HTTPX: Final = {
    "bytezkit._pytest_plugin",
    "bytezkit._transport.async_httpx",
    "bytezkit._transport.async_sender",
    "bytezkit._transport.httpx",
    "bytezkit._transport.proxies",
    "bytezkit._transport.sender",
    "bytezkit_emulator._engines.live.openai",
    "bytezkit_emulator._server.httpx_transport",
    "bytezkit_emulator._emulator",  # Only the types of its transports.
}


class Module(NamedTuple):
    name: str
    path: Path

    @property
    def folder(self) -> str:
        """The folder or module directly below the package: `_core` for `bytezkit._core.retry`."""
        return self.name.partition(".")[2].partition(".")[0]


@cache
def modules(package: str) -> tuple[Module, ...]:
    folder = PACKAGES[package]
    names = {
        path: ".".join([package, *path.relative_to(folder).with_suffix("").parts])
        for path in sorted(folder.rglob("*.py"))
    }
    assert names
    return tuple(Module(name.removesuffix(".__init__"), path) for path, name in names.items())


@cache
def imported(module: Module) -> frozenset[str]:
    """Return the modules and names that a module imports, at any depth."""
    base = module.name.split(".")
    if module.path.name != "__init__.py":
        base = base[:-1]
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = base[: len(base) - node.level + 1] if node.level else []
            source = ".".join([*start, *(node.module or "").split(".")]).strip(".")
            names.update(f"{source}.{alias.name}" for alias in node.names)
    return frozenset(names)


def imports_within(module: Module) -> Iterator[Module]:
    """Yield the modules of the same package that a module imports."""
    package = module.name.partition(".")[0]
    by_name = {it.name: it for it in modules(package)}
    for name in imported(module):
        target = by_name.get(name) or by_name.get(name.rpartition(".")[0])
        if target is not None and target not in (module, by_name[package]):
            yield target


@pytest.mark.parametrize("package", ALLOWED)
def test_package_imports_only_allowed_packages(package: str) -> None:
    imports = {(module.name, name) for module in modules(package) for name in imported(module)}
    forbidden = PACKAGES.keys() - ALLOWED[package]
    assert {it for it in imports if it[1].partition(".")[0] in forbidden} == set()


def test_only_listed_modules_import_httpx() -> None:
    importers = {
        module.name
        for package in ("bytezkit", "bytezkit_contract", "bytezkit_emulator")
        for module in modules(package)
        if any(name.partition(".")[0] == "httpx" for name in imported(module))
    }
    assert importers == IMPORT_HTTPX


@pytest.mark.parametrize("package", ["bytezkit", "bytezkit_contract", "bytezkit_emulator", "scripts"])
def test_modules_import_each_other_without_a_cycle(package: str) -> None:
    graph = {it.name: {target.name for target in imports_within(it)} for it in modules(package)}
    TopologicalSorter(graph).prepare()  # It raises an error that names the cycle.


@pytest.mark.parametrize("package", ["bytezkit", "bytezkit_emulator"])
def test_folders_import_each_other_without_a_cycle(package: str) -> None:
    graph: dict[str, set[str]] = {it.folder: set() for it in modules(package)}
    for module in modules(package):
        graph[module.folder] |= {it.folder for it in imports_within(module)} - {module.folder}
    TopologicalSorter(graph).prepare()


def test_core_of_the_client_imports_only_core_and_errors() -> None:
    core = [it for it in modules("bytezkit") if it.folder == "_core"]
    assert {target.folder for it in core for target in imports_within(it)} == {"_core", "errors"}


@pytest.mark.parametrize("package", ["bytezkit", "bytezkit_contract", "bytezkit_emulator"])
def test_folder_has_at_most_sixteen_modules(package: str) -> None:
    counts = Counter(it.path.parent for it in modules(package) if it.path.name != "__init__.py")
    assert max(counts.values()) <= 16
