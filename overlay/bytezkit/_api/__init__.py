"""Operations of the v2 API, and model handles.

The modules listed here load on first use, so that constructing a client stays fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bytezkit._api import (
        async_handles,
        async_task_handles,
        catalog,
        clusters,
        handles,
        runs,
        task_handles,
    )

__all__ = [
    "async_handles",
    "async_task_handles",
    "catalog",
    "clusters",
    "handles",
    "runs",
    "task_handles",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name in __all__:
            return import_module(f"bytezkit._api.{name}")
        raise AttributeError(f"module 'bytezkit._api' has no attribute {name!r}")
