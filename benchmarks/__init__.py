"""Benchmarks of the client and the emulator: `python -m benchmarks`.

`worker`, `stage`, `payloads` and `peers` run in the environment of a peer. They import the standard library,
each other and the package of the peer only.
"""
