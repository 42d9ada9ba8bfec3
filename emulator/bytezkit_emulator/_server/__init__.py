"""Transports of the emulator: an HTTP server, an ASGI application and in-process httpx transports.

All three run a request through `driver`. They differ in how they send bytes and in how they wait: one blocks
a thread, the others suspend a task.

The emulator has an HTTP/1.1 server of its own because a test double needs a server that

- breaks a connection at a chosen byte, by FIN or RST;
- stops at once, since a test suite starts and stops it once per test (0.3 ms; uvicorn takes 176 ms);
- bounds the memory of a request (uvicorn reads a head without an end for ever);
- answers a client that asks for an upgrade, as Java's client does (uvicorn loses the body of a POST with
  `Upgrade: h2c`, Kludex/uvicorn#2722).

An ASGI server does this only through its private parts. Speed is not a reason: a run is 1.2 to 1.3 times as
fast as over uvicorn.

The server has no TLS and no Unix sockets. For these, any ASGI server runs the ASGI application, in one
process, because the emulator's state lives in memory.
"""
