"""Mechanical mutants of the emulator's code.

The operators are mutmut's, which know strings, arguments, assignments and whole cases. Its own runner is not
used: it leaves out properties, and knows nothing of layers.
"""

import gc
import inspect
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from importlib import import_module
from types import CodeType, FunctionType
from typing import Final

import libcst
from libcst.metadata import MetadataWrapper
from mutmut.mutation.mutators import mutation_operators

from scripts.paths import ROOT
from tests.mutants.mutant import CODE, Mutant

PACKAGE: Final = "bytezkit_emulator"
FOLDER: Final = ROOT / "emulator" / PACKAGE
MODULES: Final = (
    "_capacity",
    "_cluster",
    "_core",
    "_idle_timer",
    "_loaded_model",
    "_model_job",
    "_older_operations",
    "_older_run",
    "_older_run_request",
    "_operations",
    "_pool",
    "_requests",
    "_routing",
    "_run",
    "_run_request",
    "_service",
    "_tenants",
    "_validation",
)
_LONGEST_TEXT: Final = 60


class _Visitor(libcst.CSTVisitor):
    """Collects what can be replaced in the bodies of outermost functions, and by what."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, libcst.CSTNode, libcst.CSTNode]] = []
        self._place: list[str] = []
        self._functions = 0

    def on_visit(self, node: libcst.CSTNode) -> bool:
        if isinstance(node, (libcst.Annotation, libcst.Decorator, libcst.Parameters)) or _is_docstring(node):
            return False
        if isinstance(node, (libcst.FunctionDef, libcst.ClassDef)):
            if not self._functions:
                self._place.append(node.name.value)
            self._functions += isinstance(node, libcst.FunctionDef)
        if self._functions:
            for kind, operator in mutation_operators:
                if isinstance(node, kind):
                    self.found += [(".".join(self._place), node, it) for it in operator(node)]
        return True

    def on_leave(self, original_node: libcst.CSTNode) -> None:
        if isinstance(original_node, (libcst.FunctionDef, libcst.ClassDef)):
            self._functions -= isinstance(original_node, libcst.FunctionDef)
            if not self._functions:
                self._place.pop()


def _is_docstring(node: libcst.CSTNode) -> bool:
    return isinstance(node, libcst.Expr) and isinstance(node.value, libcst.SimpleString)


def function_of(name: str) -> str:
    """Return the function or method that a mutant changes, with its module."""
    return f"{PACKAGE}.{name.removeprefix(f'{CODE}:').partition(' ')[0]}"


@cache
def code_mutants() -> tuple[Mutant, ...]:
    """Return every mutant of the modules, in their order."""
    return tuple(mutant for module in MODULES for mutant in _mutants(module))


def _mutants(module: str) -> Iterator[Mutant]:
    tree = libcst.parse_module((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    wrapper = MetadataWrapper(tree, unsafe_skip_copy=True)
    visitor = _Visitor()
    wrapper.visit(visitor)
    times: Counter[str] = Counter()
    for place, old, new in visitor.found:
        what = f"`{_text(tree, old)}` → `{_text(tree, new)}`"
        name = f"{CODE}:{module}.{place} {what}"
        times[name] += 1
        yield Mutant(
            name=name if times[name] == 1 else f"{name} ({times[name]})",
            kind=module,
            what=what,
            apply=partial(_mutated, module, tree, old, new),
        )


def _text(tree: libcst.Module, node: libcst.CSTNode) -> str:
    text = " ".join(tree.code_for_node(node).split())
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}..."


@contextmanager
def _mutated(module: str, tree: libcst.Module, old: libcst.CSTNode, new: libcst.CSTNode) -> Iterator[None]:
    """Give the functions of a module, which may be in use already, the code of the changed module."""
    name, file = f"{PACKAGE}.{module}", str(FOLDER / f"{module}.py")
    changed = tree.deep_replace(old, new)
    assert isinstance(changed, libcst.Module)
    replaced = dict(zip(_code_of_functions(tree, file), _code_of_functions(changed, file), strict=True))
    contract = import_module(f"{PACKAGE}._contract")
    functions = [it for it in gc.get_objects() if isinstance(it, FunctionType) and it.__module__ == name]
    before = [(it, it.__code__) for it in functions]
    for it in functions:
        it.__code__ = replaced.get(it.__code__, it.__code__)
    # What it holds was compiled by the true code.
    contract.load_contract.cache_clear()
    try:
        yield
    finally:
        for it, code in before:
            it.__code__ = code
        contract.load_contract.cache_clear()


def _code_of_functions(tree: libcst.Module, file: str) -> list[CodeType]:
    """List the code of functions and methods, without what stands in other functions."""
    found: list[CodeType] = []
    pending = [compile(tree.code, file, "exec")]
    while pending:
        for it in pending.pop().co_consts:
            if isinstance(it, CodeType):
                is_function = it.co_flags & inspect.CO_NEWLOCALS
                (found if is_function else pending).append(it)
    return found
