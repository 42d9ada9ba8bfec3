"""The reply to `GET /`, which tells a person what answers here."""

from bytezkit_emulator._common.http_types import Reply, Request, with_content_length


def is_about(request: Request) -> bool:
    """Return whether a request asks for the root, which is no path of the emulated API."""
    return request.path == "/" and request.method in ("GET", "HEAD")


def about_reply(request: Request) -> Reply:
    """Return the reply, for every peer: it holds nothing about the emulator's state."""
    text = (
        "bytezkit emulator, an unofficial emulator of the Bytez model API.\n"
        "Without real models, outputs are synthetic.\n\n"
        f"API, with a form for each request: {request.base_url}/docs/\n"
        f"State, requests, faults and clock:  {request.base_url}/_emulator/\n"
    )
    reply = Reply(status=200, headers={"content-type": "text/plain; charset=utf-8"}, body=text.encode())
    return with_content_length(reply, has_body=request.method != "HEAD")
