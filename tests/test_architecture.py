"""Which part of the house may import which."""

import ast
from collections.abc import Iterator
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
KNOW_HTTPX: Final = {
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


def neighbours(module: Module, among: dict[str, Module]) -> Iterator[Module]:
    """Yield the modules of the package that a module imports, without the package's own face."""
    for name in imported(module):
        target = among.get(name) or among.get(name.rpartition(".")[0])
        if target is not None and target != module and target.name != module.package:
            yield target


def circle(package: str) -> list[str]:
    """Return the names along a circle of imports, if there is one."""
    among = {module.name: module for module in modules(package)}
    done: set[Module] = set()

    def follow(module: Module, trail: list[Module]) -> list[str]:
        if module in trail:
            return [passed.name for passed in [*trail[trail.index(module) :], module]]
        for target in () if module in done else neighbours(module, among):
            if found := follow(target, [*trail, module]):
                return found
        done.add(module)
        return []

    return next((found for module in among.values() if (found := follow(module, []))), [])


@pytest.mark.parametrize("package", FORBIDDEN)
def test_no_part_imports_what_is_above_it(package: str) -> None:
    assert modules(package)
    wrong = {
        (module.name, name)
        for module in modules(package)
        for name in imported(module)
        if name.partition(".")[0] in FORBIDDEN[package]
    }
    assert wrong == set()


@pytest.mark.parametrize("package", ["bytezkit", "bytezkit_contract", "bytezkit_emulator"])
def test_few_modules_know_the_http_library(package: str) -> None:
    knowing = {
        module.name
        for module in modules(package)
        if any(name.partition(".")[0] == "httpx" for name in imported(module))
    }
    assert knowing <= KNOW_HTTPX


@pytest.mark.parametrize("package", ["bytezkit", "bytezkit_contract", "bytezkit_emulator", "scripts"])
def test_no_module_imports_itself_by_way_of_others(package: str) -> None:
    assert circle(package) == []
