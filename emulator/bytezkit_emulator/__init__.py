"""An unofficial emulator of the Bytez model API with synthetic outputs; it needs no account and no network.

    from bytezkit_emulator import Emulator

    with Emulator() as emulator:
        print(emulator.url)

It requires the extra `bytezkit[emulator]`. `docs/evidence.md` lists the behaviours that it does not emulate.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bytezkit_emulator._common.dialect import Dialect
    from bytezkit_emulator._common.settings import Settings
    from bytezkit_emulator._emulator import Emulator, Profile
    from bytezkit_emulator._engines import EngineName
    from bytezkit_emulator._engines.live import EngineError
    from bytezkit_emulator._engines.live.openai import OpenAIEngine
    from bytezkit_emulator._engines.live.transformers import TransformersEngine
    from bytezkit_emulator._faults import Fault, FaultError, Faults, Interrupt, Match, Then, When
    from bytezkit_emulator._journal import Journal, JournalEntry, JournalError, JournalQuery, NearMiss
    from bytezkit_emulator._model.catalog import CatalogError
    from bytezkit_emulator._state.clock import Clock
    from bytezkit_emulator._state.snapshot_reader import StateError
    from bytezkit_emulator._state.snapshots import State
    from bytezkit_emulator._stubs import Refused, RunCall, Stub, StubError, Stubs
    from bytezkit_emulator._time.scheduler import ClockMode

__all__ = [
    "CatalogError",
    "Clock",
    "ClockMode",
    "Dialect",
    "Emulator",
    "EngineError",
    "EngineName",
    "Fault",
    "FaultError",
    "Faults",
    "Interrupt",
    "Journal",
    "JournalEntry",
    "JournalError",
    "JournalQuery",
    "Match",
    "NearMiss",
    "OpenAIEngine",
    "Profile",
    "Refused",
    "RunCall",
    "Settings",
    "State",
    "StateError",
    "Stub",
    "StubError",
    "Stubs",
    "Then",
    "TransformersEngine",
    "When",
]

# Loaded at first access, so that `python -m bytezkit_emulator --help` needs neither the extra nor much time.
_MODULES = {
    "CatalogError": "_model.catalog",
    "Clock": "_state.clock",
    "ClockMode": "_time.scheduler",
    "Dialect": "_common.dialect",
    "Emulator": "_emulator",
    "EngineError": "_engines.live",
    "EngineName": "_engines",
    "Fault": "_faults",
    "FaultError": "_faults",
    "Faults": "_faults",
    "Interrupt": "_faults",
    "Journal": "_journal",
    "JournalEntry": "_journal",
    "JournalError": "_journal",
    "JournalQuery": "_journal",
    "Match": "_faults",
    "NearMiss": "_journal",
    "OpenAIEngine": "_engines.live.openai",
    "Profile": "_emulator",
    "Refused": "_stubs",
    "RunCall": "_stubs",
    "Settings": "_common.settings",
    "State": "_state.snapshots",
    "StateError": "_state.snapshot_reader",
    "Stub": "_stubs",
    "StubError": "_stubs",
    "Stubs": "_stubs",
    "Then": "_faults",
    "TransformersEngine": "_engines.live.transformers",
    "When": "_faults",
}

# Type checkers must not see `__getattr__`: they would accept every name.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            module = import_module(f"{__name__}.{_MODULES[name]}")
        except ModuleNotFoundError as error:
            package = str(error.name).partition(".")[0]
            raise ModuleNotFoundError(
                f"{package} is missing: run pip install 'bytezkit[emulator]'", name=error.name
            ) from None
        return getattr(module, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
