"""Derives the asynchronous form of a synchronous program, keeping its comments."""
# ruff: noqa: N802 - libcst names the methods

from typing import Final

import libcst as cst

_RENAMED: Final = ("Bytez", "Handle", "MediaRef", "MediaStream", "Outcomes", "TextStream")
_AWAITED: Final = (
    *("create", "delete", "details", "get", "instances", "list", "list_models", "list_raw"),
    *("load", "read", "request"),
    *("run", "shut_down", "start", "status", "update", "wait_until_available", "wait_until_running"),
)
_ITERATED: Final = ("entered", "map", "stream")
_ASYNC: Final = cst.Asynchronous()


def asynchronous(program: str) -> str:
    """Return the program for `AsyncBytez`; functions that are asynchronous already stay as they are."""
    return cst.parse_module(program).visit(_Converter()).code


class _Converter(cst.CSTTransformer):
    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return node.asynchronous is None

    def leave_FunctionDef(self, _: cst.FunctionDef, node: cst.FunctionDef) -> cst.FunctionDef:
        return node.with_changes(asynchronous=_ASYNC)

    def leave_With(self, _: cst.With, node: cst.With) -> cst.With:
        return node.with_changes(asynchronous=_ASYNC)

    def leave_For(self, _: cst.For, node: cst.For) -> cst.For:
        return node.with_changes(asynchronous=_ASYNC) if _name(node.iter) in _ITERATED else node

    def leave_CompFor(self, _: cst.CompFor, node: cst.CompFor) -> cst.CompFor:
        return node.with_changes(asynchronous=_ASYNC) if _name(node.iter) in _ITERATED else node

    def leave_Call(self, _: cst.Call, node: cst.Call) -> cst.BaseExpression:
        if not (isinstance(node.func, cst.Attribute) and _name(node) in _AWAITED):
            return node
        return cst.Await(node, lpar=[cst.LeftParen()], rpar=[cst.RightParen()])

    def leave_Name(self, _: cst.Name, node: cst.Name) -> cst.Name:
        return node.with_changes(value=f"Async{node.value}") if node.value in _RENAMED else node


def _name(node: cst.BaseExpression) -> str | None:
    """Return the name of a variable or of the method that a call names."""
    if isinstance(node, cst.Call):
        node = node.func
    if isinstance(node, cst.Attribute):
        node = node.attr
    return node.value if isinstance(node, cst.Name) else None
