"""Faults that somebody declared: what goes wrong, for which requests, and when."""

from bytezkit_emulator._faults._fault import Fault, FaultError, Interrupt, Match, Then, When
from bytezkit_emulator._faults._faults import Faults
from bytezkit_emulator._faults._injector import Injector
from bytezkit_emulator._faults._plain import PlainFault
from bytezkit_emulator._faults._presets import presets
from bytezkit_emulator._faults._rules import Rules

__all__ = [
    "Fault",
    "FaultError",
    "Faults",
    "Injector",
    "Interrupt",
    "Match",
    "PlainFault",
    "Rules",
    "Then",
    "When",
    "presets",
]
