"""Operations of the v2 API, and model handles. Modules that the client needs are imported on first use."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bytezkit._api import (
        async_handles,
        async_media_ref,
        async_resources,
        async_task_handles,
        handles,
        media_ref,
        resources,
        runs,
        task_handles,
    )

__all__ = [
    "async_handles",
    "async_media_ref",
    "async_resources",
    "async_task_handles",
    "handles",
    "media_ref",
    "resources",
    "runs",
    "task_handles",
]


def __getattr__(name: str) -> object:
    if name in __all__:
        return import_module(f"bytezkit._api.{name}")
    raise AttributeError(f"module 'bytezkit._api' has no attribute {name!r}")
