"""Stubbed responses, validated against the contract before they are served."""

from bytezkit_emulator._common.coercion import Json
from bytezkit_emulator._stubs.errors import StubError
from bytezkit_emulator._stubs.rule import Refused, RunCall, Stub
from bytezkit_emulator._stubs.sequence import StubEngine
from bytezkit_emulator._stubs.stubs import Stubs

__all__ = ["Json", "Refused", "RunCall", "Stub", "StubEngine", "StubError", "Stubs"]
