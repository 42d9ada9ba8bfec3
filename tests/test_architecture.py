"""Import directions between and within the packages."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = {
    "bytezkit": ROOT / "overlay/bytezkit",
    "bytezkit_emulator": ROOT / "emulator/bytezkit_emulator",
    "bytezkit_contract": ROOT / "contract/bytezkit_contract",
    "bytezkit_client": ROOT / "generated/bytezkit_client",
    "bytezkit_models": ROOT / "generated/bytezkit_models",
    "bytezkit_openapi": ROOT / "generated/bytezkit_openapi",
    "scripts": ROOT / "scripts",
    "tests": ROOT / "tests",
}
GENERATED: Final = ("bytezkit_client", "bytezkit_models", "bytezkit_openapi")
FORBIDDEN: Final = {
    "bytezkit": {"bytezkit_contract", "bytezkit_emulator", "scripts", "tests"},
    "bytezkit_emulator": {"bytezkit", "bytezkit_contract", "scripts", "tests"},
    # It knows a server by what the contract says, and by nothing else.
    "bytezkit_contract": {
        *("bytezkit", "bytezkit_client", "bytezkit_emulator", "bytezkit_models", "scripts", "tests")
    },
    **{
        package: {"bytezkit", "bytezkit_contract", "bytezkit_emulator", "scripts", "tests"}
        for package in GENERATED
    },
    "scripts": {"bytezkit", "tests"},
}
IMPORT_HTTPX: Final = {
    "bytezkit._pytest_plugin",
    "bytezkit._transport.async_sender",
    "bytezkit._transport.httpx",
    "bytezkit._transport.sender",
    "bytezkit_emulator._server.httpx_transport",
    "bytezkit_emulator._emulator",  # Only the types of the transports that it gives.
}


class Module(NamedTuple):
    name: str
    path: Path

    @property
    def package(self) -> str:
        return self.name.partition(".")[0]


@cache
def modules(package: str) -> tuple[Module, ...]:
    top = PACKAGES[package]
    found: list[Module] = []
    for path in sorted(top.rglob("*.py")):
        parts = [package, *path.relative_to(top).with_suffix("").parts]
        found.append(Module(".".join(parts).removesuffix(".__init__"), path))
    return tuple(found)


@cache
def imported(module: Module) -> frozenset[str]:
    """Return the modules and names that a module imports, wherever in it."""
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
    by_name = {it.name: it for it in modules(module.package)}
    for name in imported(module):
        target = by_name.get(name) or by_name.get(name.rpartition(".")[0])
        if target is not None and target not in (module, by_name[module.package]):
            yield target


def folder(module: Module) -> str:
    """Return the folder or module directly below the package: `_core` for `bytezkit._core.retry`."""
    return module.name.partition(".")[2].partition(".")[0]


def find_cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """Return the names along a cycle, or an empty list."""
    done: set[str] = set()

    def follow(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return [*trail[trail.index(name) :], name]
        for target in () if name in done else graph[name]:
            if found := follow(target, [*trail, name]):
                return found
        done.add(name)
        return []

    return next((found for name in graph if (found := follow(name, []))), [])


@pytest.mark.parametrize("package", FORBIDDEN)
def test_import_directions_between_packages(package: str) -> None:
    assert modules(package)
    wrong = {
        (module.name, name)
        for module in modules(package)
        for name in imported(module)
        if name.partition(".")[0] in FORBIDDEN[package]
    }
    assert wrong == set()


@pytest.mark.parametrize("package", ["bytezkit", "bytezkit_contract", "bytezkit_emulator"])
def test_few_modules_import_httpx(package: str) -> None:
    importers = {
        module.name
        for module in modules(package)
        if any(name.partition(".")[0] == "httpx" for name in imported(module))
    }
    assert importers <= IMPORT_HTTPX


@pytest.mark.parametrize("package", ["bytezkit", "bytezkit_contract", "bytezkit_emulator", "scripts"])
def test_modules_import_each_other_without_a_cycle(package: str) -> None:
    graph = {it.name: {target.name for target in imports_within(it)} for it in modules(package)}
    assert find_cycle(graph) == []


@pytest.mark.parametrize("package", ["bytezkit", "bytezkit_emulator"])
def test_folders_import_each_other_without_a_cycle(package: str) -> None:
    graph: dict[str, set[str]] = {folder(it): set() for it in modules(package)}
    for module in modules(package):
        graph[folder(module)] |= {folder(it) for it in imports_within(module)} - {folder(module)}
    assert find_cycle(graph) == []


def test_the_core_of_the_client_imports_nothing_above_it() -> None:
    core = [it for it in modules("bytezkit") if folder(it) == "_core"]
    assert {folder(target) for it in core for target in imports_within(it)} == {"_core", "errors"}


@pytest.mark.parametrize("package", ["bytezkit", "bytezkit_contract", "bytezkit_emulator"])
def test_no_folder_has_more_than_sixteen_modules(package: str) -> None:
    counts = Counter(it.path.parent for it in modules(package) if it.path.name != "__init__.py")
    assert max(counts.values()) <= 16
