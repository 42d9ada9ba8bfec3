"""Faults that are put into the emulator, the contract and the code, to see which tests notice."""
