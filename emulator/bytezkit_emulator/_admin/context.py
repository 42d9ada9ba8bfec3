"""Input of the control API's handlers."""

from collections.abc import Callable, Generator, Mapping
from datetime import timedelta
from typing import TypeAlias

import msgspec

from bytezkit_emulator._common.http_types import Reply, ReplyGenerator, Request
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._faults import Faults
from bytezkit_emulator._journal import Journal
from bytezkit_emulator._state.clock import Clock
from bytezkit_emulator._state.snapshots import State
from bytezkit_emulator._time.future import Future


class AdminContext(msgspec.Struct, frozen=True, kw_only=True):
    """The public objects of an emulator that handlers read and change.

    Attributes:
        clock: The virtual clock.
        state: Reset, snapshots, export and import of the state.
        faults: The declared faults.
        journal: The request journal.
        reset: Returns everything to the start of the emulator, except for the snapshots.
        until_idle: Advances time until the emulator is idle; yields the futures that it waits for.
        is_open: Returns whether the emulator accepts requests.
    """

    clock: Clock
    state: State
    faults: Faults
    journal: Journal
    reset: Callable[[], object]
    until_idle: Callable[[timedelta], Generator[Future, None, None]]
    is_open: Callable[[], bool]


class AdminCall(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was parsed and validated against the document of the control API.

    Attributes:
        request: The request.
        path: The path parameters.
        query: The query parameters.
        body: The JSON body; empty if there is no body.
    """

    request: Request
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: JsonObject


AdminHandler: TypeAlias = Callable[[AdminContext, AdminCall], Reply | ReplyGenerator]
