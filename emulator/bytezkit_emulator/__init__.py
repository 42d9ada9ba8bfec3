"""An emulator of the Bytez model API, unofficial and synthetic, for work without account and network.

    from bytezkit_emulator import Emulator

    with Emulator() as emulator:
        print(emulator.url)

It needs the extra `bytezkit[emulator]`. `docs/evidence.md` says what it does not emulate.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bytezkit_emulator._answers import AnswerError, Answers, Refused, Rule, RunCall
    from bytezkit_emulator._catalog import CatalogError
    from bytezkit_emulator._clock import Clock
    from bytezkit_emulator._dialect import Dialect
    from bytezkit_emulator._emulator import Emulator, Profile
    from bytezkit_emulator._engines import EngineName
    from bytezkit_emulator._faults import Fault, FaultError, Faults, Interrupt, Match, Then, When
    from bytezkit_emulator._journal import Journal, JournalEntry, JournalError, JournalQuery, NearMiss
    from bytezkit_emulator._scheduler import ClockMode
    from bytezkit_emulator._settings import Settings
    from bytezkit_emulator._state import State
    from bytezkit_emulator._state_reader import StateError

__all__ = [
    "AnswerError",
    "Answers",
    "CatalogError",
    "Clock",
    "ClockMode",
    "Dialect",
    "Emulator",
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
    "Profile",
    "Refused",
    "Rule",
    "RunCall",
    "Settings",
    "State",
    "StateError",
    "Then",
    "When",
]

_HOMES = {
    "AnswerError": "_answers",
    "Answers": "_answers",
    "CatalogError": "_catalog",
    "Clock": "_clock",
    "ClockMode": "_scheduler",
    "Dialect": "_dialect",
    "Emulator": "_emulator",
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
    "Profile": "_emulator",
    "Refused": "_answers",
    "Rule": "_answers",
    "RunCall": "_answers",
    "Settings": "_settings",
    "State": "_state",
    "StateError": "_state_reader",
    "Then": "_faults",
    "When": "_faults",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        home = import_module(f"{__name__}.{_HOMES[name]}")
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        raise ModuleNotFoundError(
            f"{package} is missing: install bytezkit[emulator]", name=error.name
        ) from None
    return getattr(home, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
