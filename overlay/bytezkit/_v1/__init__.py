"""Operations and client of the v1 API, which the vendor documented in 2024. Operations load on first use."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bytezkit._v1 import operations

__all__ = ["operations"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name in __all__:
            return import_module(f"bytezkit._v1.{name}")
        raise AttributeError(f"module 'bytezkit._v1' has no attribute {name!r}")
