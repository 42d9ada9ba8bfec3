"""What the control API moves."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

from bytezkit_emulator._common.http_types import Reply, Request
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._faults import Faults
from bytezkit_emulator._journal import Journal
from bytezkit_emulator._state.clock import Clock
from bytezkit_emulator._state.snapshots import State


class AdminContext(msgspec.Struct, frozen=True, kw_only=True):
    """The same things that people hold in Python.

    Attributes:
        clock: The virtual time.
        state: What lives.
        faults: What goes wrong.
        journal: What came.
        is_open: Says whether requests are taken.
    """

    clock: Clock
    state: State
    faults: Faults
    journal: Journal
    is_open: Callable[[], bool]


class AdminCall(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was read and fits the document.

    Attributes:
        request: The request.
        path: The parameters of the path.
        query: The parameters of the query.
        body: The body; empty if none was sent.
    """

    request: Request
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: JsonObject


AdminHandler: TypeAlias = Callable[[AdminContext, AdminCall], Reply]
