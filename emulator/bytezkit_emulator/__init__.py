"""An emulator of the Bytez model API, unofficial and synthetic, for work without account and network.

    from bytezkit_emulator import Emulator

    with Emulator() as emulator:
        print(emulator.url)

It needs the extra `bytezkit[emulator]`. `docs/emulator.md` says what it does not emulate.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bytezkit_emulator._catalog import CatalogError
    from bytezkit_emulator._dialect import Dialect
    from bytezkit_emulator._emulator import Clock, Emulator, Profile
    from bytezkit_emulator._engines import EngineName
    from bytezkit_emulator._scheduler import ClockMode
    from bytezkit_emulator._settings import Settings

__all__ = ["CatalogError", "Clock", "ClockMode", "Dialect", "Emulator", "EngineName", "Profile", "Settings"]

_HOMES = {
    "CatalogError": "_catalog",
    "Clock": "_emulator",
    "ClockMode": "_scheduler",
    "Dialect": "_dialect",
    "Emulator": "_emulator",
    "EngineName": "_engines",
    "Profile": "_emulator",
    "Settings": "_settings",
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
