"""Tests of the client, the emulator, the contract and the scripts."""
