"""Stubbed responses, validated against the contract before they are served."""

from bytezkit_emulator._stubs.registry import Stubs
from bytezkit_emulator._stubs.sequence import StubEngine, StubSequence
from bytezkit_emulator._stubs.stub import Refused, RunCall, Stub, StubError

__all__ = ["Refused", "RunCall", "Stub", "StubEngine", "StubError", "StubSequence", "Stubs"]
