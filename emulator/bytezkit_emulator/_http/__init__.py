"""HTTP/1.1 as the emulator speaks it: requests, answers, and connections that break when they shall.

httptools parses. A server for ASGI applications would stand between a fault and its connection, and takes
most of the time of a request: uvicorn on the same parser answers half as often.
"""

from bytezkit_emulator._http._connection import Connection

__all__ = ["Connection"]
