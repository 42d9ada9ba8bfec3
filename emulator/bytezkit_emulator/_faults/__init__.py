"""Faults: declaration, matching with requests, and injection into responses."""

from bytezkit_emulator._faults.fault import Fault, FaultError, Interrupt, Match, Then, When
from bytezkit_emulator._faults.injector import Injector
from bytezkit_emulator._faults.matching import FaultRules
from bytezkit_emulator._faults.parse import PlainFault
from bytezkit_emulator._faults.presets import presets
from bytezkit_emulator._faults.registry import Faults

__all__ = [
    "Fault",
    "FaultError",
    "FaultRules",
    "Faults",
    "Injector",
    "Interrupt",
    "Match",
    "PlainFault",
    "Then",
    "When",
    "presets",
]
